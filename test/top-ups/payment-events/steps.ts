import fc from 'fast-check'
import type { NotificationFault } from '../../../src/embedded/gateway'
import type { CallFault } from '../../../src/embedded/gateway/call-faults'
import type { PaymentMethod } from '../../../src/payments'

const events = [
  'pay',
  'settle',
  'deny',
  'expire',
  'cancel',
  'approve',
  'chargeback',
  'notifyAgain',
  'refund',
  'payAgain',
  'payWithFee',
  'forgetRefund',
  'contradict',
  'nameTransaction',
  'omitSum',
] as const

export type ProviderEvent = (typeof events)[number]

export interface Step {
  /** What happens at the provider, or what we do. `share`: a part of the top-up, in percent. */
  does:
    | { kind: 'event'; event: ProviderEvent; share?: number }
    | { kind: 'spend' | 'refund'; share: number }
    | { kind: 'ask' | 'cancel' }
  told?: NotificationFault
  asked?: CallFault
  sent?: CallFault
  /** Whether everything that was told is worked on before the next step, or goes on beside it. */
  waits: boolean
}

export interface Story {
  method: PaymentMethod
  /** Decides what a card's bank says. */
  card: string
  amount: number
  steps: Step[]
}

const share = fc.integer({ min: 1, max: 120 })

const callFault: fc.Arbitrary<CallFault> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(500, 502, 503, 429).map((httpStatus) => ({ kind: 'status', httpStatus }) as const),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'html' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'hang' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'lost' } as const) },
)

const told: fc.Arbitrary<NotificationFault> = fc.oneof(
  fc.constant({ kind: 'drop' } as const),
  fc.integer({ min: 2, max: 4 }).map((copies) => ({ kind: 'duplicate', copies }) as const),
  fc.integer({ min: 1, max: 25 }).map((ms) => ({ kind: 'delay', ms }) as const),
)

const seldom = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 3, nil: undefined })

const does: fc.Arbitrary<Step['does']> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('event' as const),
      event: fc.constantFrom(...events),
      share: fc.option(share, { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('spend' as const), share }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('refund' as const), share }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('ask' as const, 'cancel' as const) }) },
)

const step: fc.Arbitrary<Step> = fc.record({
  does,
  told: seldom(told),
  asked: seldom(callFault),
  sent: seldom(callFault),
  waits: fc.boolean(),
})

const paying: Step = { does: { kind: 'event', event: 'pay' }, waits: true }

/** Half of the stories begin with a payment: most of what can happen happens after one. */
export const story: fc.Arbitrary<Story> = fc.record({
  method: fc.constantFrom<PaymentMethod>('qris', 'gopay', 'bca_va', 'credit_card'),
  card: fc.constantFrom('4811 1111 1111 1114', '4811 1111 1111 1114', '4511 1111 1111 1117', '4911 1111 1111 1113'),
  amount: fc.integer({ min: 10_000, max: 300_000 }),
  steps: fc
    .tuple(fc.boolean(), fc.array(step, { maxLength: 7 }))
    .map(([paid, more]) => (paid ? [paying, ...more] : more)),
})
