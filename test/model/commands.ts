import fc from 'fast-check'
import type { BillingCycle } from '../../src/lib/calendar'
import { hour, minute } from '../../src/lib/clock'

/** Entities are named by a number that is taken modulo how many there are: a command always means something, also shrunk. */
export type Command =
  | { do: 'adjust'; customer: number; amount: number }
  | { do: 'top-up'; customer: number; amount: number; method: TopUpMethod }
  | { do: 'provider'; topUp: number; event: ProviderEvent }
  | { do: 'hear'; topUp: number }
  | { do: 'withdraw'; topUp: number }
  | { do: 'refund'; topUp: number; part: number }
  | { do: 'confirm-refund' | 'void-refund'; topUp: number }
  | { do: 'subscribe'; customer: number; plan: number; cycle: BillingCycle }
  | { do: 'ready' | 'renew' | 'upgrade-seen'; subscription: number }
  | { do: 'cancel'; subscription: number; when: 'now' | 'period_end' }
  | { do: 'auto-renew'; subscription: number; on: boolean }
  | { do: 'upgrade'; subscription: number; plan: number }
  | { do: 'refund-subscription'; subscription: number; kind: 'full' | 'prorated' | 'amount'; amount: number }

export type TopUpMethod = 'bca_va' | 'qris' | 'gopay'
export type ProviderEvent = 'pay' | 'settle-late' | 'deny' | 'expire' | 'refund-third' | 'refund-rest' | 'chargeback'

/** Time passes for everybody and the due subscriptions take a step; or some commands happen at the same time. */
export type Step = { passes: number } | { together: Command[] }

/** No sum of these comes to the very moment at which an order or a period ends. */
const spans = [47 * minute, 25 * hour, 80 * hour, 8 * 24 * hour + 7 * minute, 32 * 24 * hour + 3 * minute]

/** The one that came last. */
export const latest = 99

const nth = fc.nat(5)
const price = fc.constantFrom(1, 7_777, 10_000, 33_333, 50_000, 100_000, 250_001)

const commands: { weight: number; arbitrary: fc.Arbitrary<Command> }[] = [
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('adjust' as const),
      customer: nth,
      amount: fc.oneof(
        price,
        price.map((amount) => -amount),
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('top-up' as const),
      customer: nth,
      amount: price.filter((amount) => amount >= 10_000),
      method: fc.constantFrom<TopUpMethod>('bca_va', 'qris', 'gopay'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('provider' as const),
      topUp: nth,
      event: fc.constantFrom<ProviderEvent>(
        'pay',
        'pay',
        'pay',
        'settle-late',
        'deny',
        'expire',
        'refund-third',
        'refund-rest',
        'chargeback',
      ),
    }),
  },
  { weight: 7, arbitrary: fc.record({ do: fc.constant('hear' as const), topUp: nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('withdraw' as const), topUp: nth }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('refund' as const), topUp: nth, part: fc.constantFrom(1, 2, 3) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('confirm-refund' as const, 'void-refund' as const), topUp: nth }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('subscribe' as const),
      customer: nth,
      plan: nth,
      cycle: fc.constantFrom<BillingCycle>('MONTHLY', 'MONTHLY', 'QUARTERLY', 'YEARLY'),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constantFrom('ready' as const, 'ready' as const, 'renew' as const, 'upgrade-seen' as const),
      subscription: nth,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('cancel' as const),
      subscription: nth,
      when: fc.constantFrom('now' as const, 'period_end' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('auto-renew' as const), subscription: nth, on: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('upgrade' as const), subscription: nth, plan: nth }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('refund-subscription' as const),
      subscription: nth,
      kind: fc.constantFrom('full' as const, 'prorated' as const, 'amount' as const),
      amount: price,
    }),
  },
]

const command = fc.oneof(...commands)
const together = (least: number, most: number) =>
  fc.array(command, { minLength: least, maxLength: most }).map((those): Step => ({ together: those }))

const oneByOne = (...those: Command[]): Step[] => those.map((one) => ({ together: [one] }))

/** What is rarely met by chance, and leads to where the interesting states are. */
const episodes: { weight: number; arbitrary: fc.Arbitrary<Step[]> }[] = [
  {
    weight: 3,
    arbitrary: fc
      .record({
        customer: nth,
        amount: price.filter((amount) => amount >= 10_000),
        method: fc.constantFrom<TopUpMethod>('bca_va', 'qris'),
      })
      .map((order) =>
        oneByOne(
          { do: 'top-up', ...order },
          { do: 'provider', topUp: latest, event: 'pay' },
          { do: 'hear', topUp: latest },
        ),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({
        topUp: nth,
        event: fc.constantFrom<ProviderEvent>(
          'settle-late',
          'deny',
          'refund-third',
          'refund-rest',
          'chargeback',
          'expire',
        ),
      })
      .map(({ topUp, event }) => oneByOne({ do: 'provider', topUp, event }, { do: 'hear', topUp })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ customer: nth, plan: nth, amount: fc.constantFrom(60_000, 200_000, 400_000) })
      .map(({ customer, plan, amount }) =>
        oneByOne(
          { do: 'adjust', customer, amount },
          { do: 'subscribe', customer, plan, cycle: 'MONTHLY' },
          { do: 'ready', subscription: latest },
        ),
      ),
  },
]

const steps = fc.oneof(
  { weight: 6, arbitrary: together(1, 1).map((step) => [step]) },
  { weight: 4, arbitrary: together(2, 3).map((step) => [step]) },
  { weight: 2, arbitrary: fc.constantFrom(...spans).map((passes): Step[] => [{ passes }]) },
  { weight: 6, arbitrary: fc.oneof(...episodes) },
)

/** @param most parts of it; an episode is one, with up to three steps */
export const history = (most: number): fc.Arbitrary<Step[]> =>
  fc.array(steps, { minLength: 1, maxLength: most, size: 'max' }).map((parts) => parts.flat())
