import { Type } from '@sinclair/typebox'
import { t } from 'elysia'
import { Instant, ListQuery, model, nullable, RupiahView, TrimmedNameText, words } from '../../http/schema'
import { PriceWithTax } from '../catalog/schema'
import { InstanceView } from '../instances/schema'

const maxRefund = 1_000_000_000_000

const Cycle = words('MONTHLY', 'QUARTERLY', 'YEARLY')
const StatusWord = words('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED', 'CANCELLED', 'EXPIRED')

export const SubscribeInput = model(
  'SubscribeInput',
  t.Object({
    planId: t.String({ minLength: 1, maxLength: 64 }),
    billingCycle: t.Optional(Cycle),
    // Elysia's own boolean would take "false" too.
    autoRenew: t.Optional(Type.Boolean()),
    name: t.Optional(TrimmedNameText({ maxLength: 60, description: 'What you call it; else the service’s name' })),
    config: t.Optional(
      t.Record(t.String({ maxLength: 100 }), t.Unknown(), {
        description: 'Values for the inputs of the app’s template',
      }),
    ),
  }),
)

export const CancelInput = model('CancelInput', t.Object({ when: t.Optional(words('period_end', 'now')) }))

export const RenewQuery = t.Object(
  {
    periodEnd: t.Optional(
      t.String({
        format: 'date-time',
        description:
          'The `currentPeriodEnd` that was shown: if it was renewed since, nothing is charged (409 `CONFLICT`)',
      }),
    ),
  },
  { additionalProperties: t.Never() },
)

// Elysia's own boolean would take "false" too.
export const AutoRenewInput = model('AutoRenewInput', t.Object({ autoRenew: Type.Boolean() }))

export const SubscriptionRefundInput = model(
  'SubscriptionRefundInput',
  t.Object({
    kind: words('full', 'prorated', 'amount'),
    // Elysia's own integer would take "10000" too, and a body that sends words for money is not to be guessed at.
    amount: t.Optional(
      Type.Integer({ minimum: 1, maximum: maxRefund, description: 'Whole rupiah, for the kind `amount` only' }),
    ),
    reason: t.String({ minLength: 3, maxLength: 500, pattern: '\\S', description: 'Kept in the audit log' }),
  }),
)

export const SubscriptionRefundView = model(
  'SubscriptionRefund',
  t.Object({
    subscriptionId: t.String(),
    amount: t.Integer({ description: 'Whole rupiah that went back, tax included' }),
    refundable: t.Integer({ description: 'What is left to refund of these charges' }),
    refunds: t.Array(
      t.Object({
        transactionId: t.String(),
        customId: t.String(),
        charge: t.String({ description: 'The number of the charge that it takes back, TXMP-…' }),
        amount: RupiahView,
      }),
    ),
  }),
)

export const ScheduledChangeView = model('ScheduledChange', t.Object({ planId: t.String(), effectiveAt: Instant }))

export const PendingUpgradeView = model(
  'PendingUpgrade',
  t.Object(
    { fromPlanId: t.String(), startedAt: Instant },
    { description: 'Paid, and not yet seen to run: if it can’t, plan, price and money go back to what they were' },
  ),
)

export const SubscriptionView = model(
  'Subscription',
  t.Object({
    id: t.String(),
    name: t.String(),
    billingId: t.String({ description: 'Public billing number, BILL-…' }),
    service: t.Object({ id: t.String(), slug: t.String(), name: t.String() }),
    plan: t.Object({ id: t.String(), name: t.String(), tier: t.Integer() }),
    status: StatusWord,
    suspendedBy: nullable(words('customer', 'admin', 'unpaid')),
    billingCycle: Cycle,
    price: t.Integer({ description: 'Whole rupiah for one period, as the catalog has it' }),
    priceWithTax: PriceWithTax,
    isBonus: t.Boolean({ description: 'Its first period was a gift' }),
    startDate: Instant,
    currentPeriodStart: Instant,
    currentPeriodEnd: t.String({
      format: 'date-time',
      description: 'Until when it is paid; a period ahead after an early renewal',
    }),
    nextBilling: nullable(Instant),
    autoRenew: t.Boolean(),
    cancelAtPeriodEnd: t.Boolean(),
    scheduledChange: nullable(ScheduledChangeView),
    pendingUpgrade: nullable(PendingUpgradeView),
    instance: nullable(InstanceView),
    createdAt: Instant,
  }),
)

export const SubscriptionsQuery = ListQuery({
  status: t.Optional(StatusWord),
  sort: t.Optional(words('newest', 'oldest')),
})

export const SubscriptionId = t.Object({ id: t.String({ minLength: 1, maxLength: 64 }) })
