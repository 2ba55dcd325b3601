import { t } from 'elysia'
import { Instant, model, nullable, RupiahView } from '../../http/schema'

const maxForecastDays = 366
export const defaultForecastDays = 90

export const ForecastQuery = t.Object({
  days: t.Optional(
    t.Integer({
      minimum: 1,
      maximum: maxForecastDays,
      default: defaultForecastDays,
      description: 'How far to look ahead',
    }),
  ),
})

const RenewalView = model(
  'ForecastRenewal',
  t.Object({
    subscriptionId: t.String(),
    name: t.String(),
    dueAt: Instant,
    amount: t.Integer({ description: 'Whole rupiah, tax included' }),
    balanceAfter: t.Integer({ description: 'If nothing is topped up; below zero it is what would be missing' }),
  }),
)

const ShortfallView = model(
  'ForecastShortfall',
  t.Object({
    at: t.String({ format: 'date-time', description: 'When the first renewal that can’t be paid is due' }),
    subscriptionId: t.String(),
    name: t.String(),
    amount: RupiahView,
    missing: t.Integer({ description: 'What the balance lacks at that moment' }),
    topUpNeeded: t.Integer({
      description: 'What must be topped up by then: `missing`, and what is owed, which a top-up pays first',
    }),
    missingByHorizon: t.Integer({ description: 'What the balance lacks for everything until `horizonEnd`' }),
  }),
)

export const ForecastView = model(
  'WalletForecast',
  t.Object({
    balance: RupiahView,
    owed: RupiahView,
    asOf: Instant,
    horizonEnd: Instant,
    totalDue: t.Integer({ description: 'All renewals until `horizonEnd`, whole rupiah' }),
    coveredUntil: t.String({ format: 'date-time', description: 'All that is due before this moment is covered' }),
    shortfall: nullable(ShortfallView),
    renewals: t.Array(RenewalView, { description: 'In the order in which they will be charged; the first 100' }),
    moreRenewals: t.Integer({ description: 'How many more there are until `horizonEnd`' }),
  }),
)
