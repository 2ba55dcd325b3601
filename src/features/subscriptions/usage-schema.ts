import { t } from 'elysia'
import { Instant, model, nullable, RupiahView, words } from '../../http/schema'

const moment = (description: string) => t.String({ format: 'date-time', description })
const Step = words('1h', '1d')

export const UsageQuery = t.Object({
  from: t.Optional(moment('Without it from the start of the period that was paid last')),
  to: t.Optional(moment('Exclusive; now if it is left out')),
  step: t.Optional(
    t.Union(Step.anyOf, { description: 'The time that one sample stands for; a day if it is left out' }),
  ),
})

const Spread = (unit: string) =>
  nullable(t.Object({ min: t.Number(), mean: t.Number(), max: t.Number(), p95: t.Number() }, { description: unit }))

const UsageSampleView = model(
  'UsageSample',
  t.Object({
    at: t.String({ format: 'date-time', description: 'The start of the step' }),
    cpuMillicores: Spread('Millicores'),
    memoryMb: Spread('MB'),
    storageGb: nullable(t.Number({ description: 'GB in use at the end of the step' })),
  }),
)

export const ChargeOfUsageView = model(
  'UsageCharge',
  t.Object({
    customId: t.String({ description: 'The number of the charge, TXMP-…: its receipt is found by it' }),
    kind: words('period', 'upgrade'),
    plan: t.String(),
    billingCycle: words('MONTHLY', 'QUARTERLY', 'YEARLY'),
    periodStart: Instant,
    periodEnd: Instant,
    total: t.Integer({ description: 'Whole rupiah, tax included' }),
    discount: t.Integer({ description: 'What a voucher took off the price, as the catalog has it' }),
    voucher: nullable(t.String({ description: 'The code of the voucher' })),
    refunded: t.Integer({ description: 'What of it went back' }),
  }),
)

export const UsageView = model(
  'SubscriptionUsage',
  t.Object({
    subscriptionId: t.String(),
    range: t.Object({ from: Instant, to: Instant }),
    step: Step,
    samples: t.Array(UsageSampleView, { description: 'Oldest first; empty where nothing was measured' }),
    reason: nullable(t.String({ description: 'Why there are no samples' })),
    totals: t.Object({
      charged: t.Integer({ description: 'Of `charges`, whole rupiah, tax included' }),
      refunded: RupiahView,
      runningSeconds: nullable(
        t.Integer({
          description:
            'How long within the range the app was meant to run, from when it was first ready: stops, suspensions and the end are taken off',
        }),
      ),
      cpuMillicoreHours: nullable(t.Number({ description: 'Null where nothing was measured' })),
      memoryMbHours: nullable(t.Number({ description: 'Null where nothing was measured' })),
      storageGb: nullable(t.Integer({ description: 'What its volumes hold by now; null once they are removed' })),
    }),
    charges: t.Array(ChargeOfUsageView, {
      description: 'What was charged for time that is in the range, the newest 100 first; none for a gift',
    }),
  }),
)
