import { t } from 'elysia'
import { IdText, Instant, ListQuery, model, nullable, RupiahView, words } from '../../../http/schema'
import { PriceWithTax } from '../../catalog/schema'
import { InstanceStatusWord } from '../../instances/schema'
import { SubscriptionView } from '../schema'
import { ChargeOfUsageView } from '../usage-schema'

const Cycle = words('MONTHLY', 'QUARTERLY', 'YEARLY')
const StatusWord = words('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED', 'CANCELLED', 'EXPIRED')
const SuspendedBy = words('customer', 'admin', 'unpaid')
const moment = (description: string) => t.String({ format: 'date-time', description })

export const AdminSubscriptionsQuery = ListQuery({
  search: t.Optional(
    t.String({
      minLength: 1,
      maxLength: 100,
      description: 'A billing number (BILL-123), or part of the customer’s e-mail address or name',
    }),
  ),
  status: t.Optional(StatusWord),
  suspendedBy: t.Optional(SuspendedBy),
  serviceId: t.Optional(IdText),
  planId: t.Optional(IdText),
  userId: t.Optional(IdText),
  billingCycle: t.Optional(Cycle),
  isBonus: t.Optional(t.Boolean()),
  createdFrom: t.Optional(moment('Inclusive')),
  createdTo: t.Optional(moment('Exclusive')),
  dueFrom: t.Optional(moment('Inclusive: the end of the period; of what is live, in the order in which it is due')),
  dueTo: t.Optional(moment('Exclusive')),
  sort: t.Optional(words('newest', 'oldest', 'due')),
})

const Named = t.Object({ id: t.String(), name: t.String() })

export const ListedSubscriptionView = model(
  'ListedSubscription',
  t.Object({
    id: t.String(),
    billingId: t.String(),
    name: t.String(),
    customer: t.Object({ id: t.String(), name: t.String(), email: t.String() }),
    service: t.Object({ id: t.String(), slug: t.String(), name: t.String() }),
    plan: t.Object({ id: t.String(), name: t.String(), tier: t.Integer() }),
    status: StatusWord,
    suspendedBy: nullable(SuspendedBy),
    billingCycle: Cycle,
    price: t.Integer({ description: 'Whole rupiah for one period, as the catalog has it' }),
    priceWithTax: PriceWithTax,
    isBonus: t.Boolean(),
    currentPeriodEnd: Instant,
    autoRenew: t.Boolean(),
    cancelAtPeriodEnd: t.Boolean(),
    hasScheduledChange: t.Boolean({ description: 'A change is booked for the next period' }),
    instance: nullable(t.Object({ id: t.String(), status: InstanceStatusWord })),
    createdAt: Instant,
    endedAt: nullable(Instant),
    endReason: nullable(t.String()),
  }),
)

const Details = nullable(t.Record(t.String(), t.Unknown()))

export const TimelineEventView = model(
  'TimelineEvent',
  t.Object({
    at: Instant,
    kind: t.Union(words('order', 'ready', 'act', 'app', 'money', 'upgrade', 'mail').anyOf, {
      description:
        '`act`: done to the subscription; `app`: done to its app; `money`: booked; `upgrade`: one that is concluded; `mail`: told',
    }),
    what: t.String({ description: 'The audited action, the type of the transaction, the template of the mail' }),
    by: nullable(t.Object({ kind: words('user', 'token', 'system', 'anonymous'), id: t.String() })),
    reason: nullable(t.String()),
    amount: nullable(t.Integer({ description: 'Whole rupiah; negative where it left the wallet' })),
    ref: nullable(t.String({ description: 'Its number in the audit log, TXMP-…, or the id of the mail' })),
    before: Details,
    after: Details,
  }),
)

export const TimelineQuery = ListQuery({})

const DetailChargeView = model(
  'SubscriptionCharge',
  t.Object({ ...ChargeOfUsageView.properties, net: RupiahView, tax: RupiahView, at: Instant }),
)

export const SubscriptionDetailView = model(
  'SubscriptionDetail',
  t.Object({
    ...SubscriptionView.properties,
    customer: t.Object({
      id: t.String(),
      name: t.String(),
      email: t.String(),
      status: words('ACTIVE', 'SUSPENDED', 'CLOSED'),
      balance: RupiahView,
      owed: RupiahView,
    }),
    firstReadyAt: nullable(t.String({ format: 'date-time', description: 'Null: an ending refunds all' })),
    endedAt: nullable(Instant),
    endReason: nullable(t.String()),
    appRemovedAt: nullable(t.String({ format: 'date-time', description: 'Since then its data is gone' })),
    charges: t.Array(DetailChargeView, { description: 'The newest 24 first' }),
    timeline: t.Array(TimelineEventView, { description: 'The newest 50 first' }),
    moreEvents: t.Integer({ description: 'How many more the timeline has, in its own list' }),
  }),
)

const Count = t.Integer({ minimum: 0 })
const Mrr = t.Integer({
  description:
    'What recurs in a month, whole rupiah without tax: the price of a longer cycle by its months, gifts at nothing, without what is suspended',
})

const MonthView = t.Object({
  month: t.String({ description: 'Of the billing time zone, as 2026-04' }),
  started: t.Integer({ description: 'New ones; counted up to 50,000' }),
  cancelled: Count,
  expired: Count,
})

export const SubscriptionStatisticsView = model(
  'SubscriptionStatistics',
  t.Object({
    asOf: Instant,
    byStatus: t.Object({
      PENDING: Count,
      ACTIVE: Count,
      GRACE: Count,
      SUSPENDED: Count,
      CANCELLED: Count,
      EXPIRED: Count,
    }),
    live: t.Integer({ description: 'Those that hold a slot' }),
    gifts: t.Integer({ description: 'Live ones whose first period was free' }),
    mrr: Mrr,
    plans: t.Array(t.Object({ service: Named, plan: Named, live: Count, suspended: Count, gifts: Count, mrr: Mrr }), {
      description: 'Every plan that somebody has',
    }),
    dueWithinDays: Count,
    due: t.Integer({ description: 'Live ones whose period ends within `dueWithinDays` days from now' }),
    thisMonth: MonthView,
    lastMonth: MonthView,
  }),
)
