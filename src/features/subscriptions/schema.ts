import { Type } from '@sinclair/typebox'
import { t } from 'elysia'
import { Instant, ListQuery, model, nullable, RupiahView, words } from '../../http/schema'
import { InstanceView } from '../instances/schema'

const Cycle = words('MONTHLY', 'QUARTERLY', 'YEARLY')
const StatusWord = words('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED', 'CANCELLED', 'EXPIRED')

export const SubscribeInput = model(
  'SubscribeInput',
  t.Object({
    planId: t.String({ minLength: 1, maxLength: 64 }),
    billingCycle: t.Optional(Cycle),
    // Elysia's own boolean would take "false" too.
    autoRenew: t.Optional(Type.Boolean()),
    name: t.Optional(
      t.String({
        minLength: 1,
        maxLength: 60,
        pattern: '^\\S(.*\\S)?$',
        description: 'What you call it; else the service’s name',
      }),
    ),
    config: t.Optional(
      t.Record(t.String({ maxLength: 100 }), t.Unknown(), {
        description: 'Values for the inputs of the app’s template',
      }),
    ),
  }),
)

export const CancelInput = model('CancelInput', t.Object({ when: t.Optional(words('period_end', 'now')) }))

export const ScheduledChangeView = model('ScheduledChange', t.Object({ planId: t.String(), effectiveAt: Instant }))

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
    price: RupiahView,
    isBonus: t.Boolean(),
    startDate: Instant,
    currentPeriodStart: Instant,
    currentPeriodEnd: Instant,
    nextBilling: nullable(Instant),
    autoRenew: t.Boolean(),
    cancelAtPeriodEnd: t.Boolean(),
    scheduledChange: nullable(ScheduledChangeView),
    instance: nullable(InstanceView),
    createdAt: Instant,
  }),
)

export const SubscriptionsQuery = ListQuery({
  status: t.Optional(StatusWord),
  sort: t.Optional(words('newest', 'oldest')),
})

export const SubscriptionId = t.Object({ id: t.String({ minLength: 1, maxLength: 64 }) })
