import { t } from 'elysia'
import {
  IdText,
  Instant,
  ListQuery,
  model,
  nullable,
  RupiahView,
  SaidText,
  TrimmedNameText,
  words,
} from '../../http/schema'
import { PriceWithTax } from '../catalog/schema'
import { ConfigValues, InstanceView } from '../instances/schema'
import { VoucherCode } from '../vouchers/schema'
import { events, type LifecycleEvent } from './lifecycle'

const maxRefund = 1_000_000_000_000

const Cycle = words('MONTHLY', 'QUARTERLY', 'YEARLY')
const EventWord = words(...(Object.keys(events) as [LifecycleEvent, ...LifecycleEvent[]]))
const StatusWord = words('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED', 'CANCELLED', 'EXPIRED')

export const SubscribeInput = model(
  'SubscribeInput',
  t.Object({
    planId: IdText,
    billingCycle: t.Optional(Cycle),
    autoRenew: t.Optional(t.Boolean()),
    name: t.Optional(TrimmedNameText({ maxLength: 60, description: 'What you call it; else the service’s name' })),
    config: t.Optional(ConfigValues),
    voucher: t.Optional(VoucherCode('Of a voucher that takes something off the first period')),
  }),
)

export const CancelInput = model('CancelInput', t.Object({ when: t.Optional(words('period_end', 'now')) }))

export const RenewQuery = t.Object({
  periodEnd: t.Optional(
    t.String({
      format: 'date-time',
      description:
        'The `currentPeriodEnd` that was shown: if it was renewed since, nothing is charged (409 `CONFLICT`)',
    }),
  ),
})

export const AutoRenewInput = model('AutoRenewInput', t.Object({ autoRenew: t.Boolean() }))

export const SubscriptionRefundInput = model(
  'SubscriptionRefundInput',
  t.Object({
    kind: words('full', 'prorated', 'amount'),
    amount: t.Optional(
      t.Integer({ minimum: 1, maximum: maxRefund, description: 'Whole rupiah, for the kind `amount` only' }),
    ),
    reason: SaidText({ minLength: 3, maxLength: 500, description: 'Kept in the audit log' }),
  }),
)

export const ForcedCancelInput = model(
  'ForcedCancelInput',
  t.Object({
    when: words('now', 'period_end'),
    /** With `now` only; none if it is left out. */
    refund: t.Optional(words('none', 'prorated', 'full')),
    reason: SaidText({ minLength: 3, maxLength: 500, description: 'Kept in the audit log' }),
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

export const PolicyView = model(
  'SubscriptionPolicy',
  t.Object({
    graceDays: t.Integer({ description: 'Days that an app runs on while its renewal is unpaid' }),
    suspensionDays: t.Integer({ description: 'Days after those that it stands still before the subscription ends' }),
    restoreWindowDays: t.Integer({ description: 'Days after any end that the data is kept and can be restored' }),
    reminderDays: t.Array(t.Integer(), { description: 'Days before the end of a period on which a reminder is sent' }),
    provisioningDeadlineMinutes: t.Integer({
      description: 'Minutes within which an app must be ready, from the order or the last retry; else all is refunded',
    }),
  }),
)

export const ScheduledChangeView = model(
  'ScheduledChange',
  t.Object(
    {
      planId: t.String(),
      planName: t.String(),
      billingCycle: Cycle,
      price: t.Integer({ description: 'Whole rupiah for one period, by what is in force then' }),
      priceWithTax: PriceWithTax,
      effectiveAt: t.String({ format: 'date-time', description: 'When the first period begins that is not paid yet' }),
    },
    { description: 'Booked for the next period' },
  ),
)

const NextTermsView = model(
  'NextTerms',
  t.Object(
    {
      effectiveAt: t.String({ format: 'date-time', description: 'The renewal from which it counts' }),
      price: t.Integer({ description: 'Whole rupiah for one period, as the catalog has it' }),
      priceWithTax: PriceWithTax,
      cpuMillicores: t.Integer(),
      memoryMb: t.Integer(),
      storageGb: t.Integer({ description: 'Never less than it has; more where the cluster can make it larger' }),
    },
    { description: 'What the plan was changed to and its subscribers were told of; until then all stays as it is' },
  ),
)

const PendingUpgradeView = model(
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
    isBonus: t.Boolean({ description: 'Its first period was free' }),
    startDate: Instant,
    currentPeriodStart: Instant,
    currentPeriodEnd: t.String({
      format: 'date-time',
      description: 'Until when it is paid; a period ahead after an early renewal',
    }),
    nextBilling: nullable(Instant),
    stageEndsAt: nullable(
      t.String({
        format: 'date-time',
        description:
          'When the present status ends if nothing is done: `PENDING`: all is refunded; `ACTIVE`: the period is over; `GRACE`: the app is stopped; `SUSPENDED` by `unpaid`: the subscription ends',
      }),
    ),
    endedAt: nullable(Instant),
    dataKeptUntil: nullable(
      t.String({ format: 'date-time', description: 'After its end: until then it can be restored, with its data' }),
    ),
    possible: t.Array(EventWord, { description: 'What can be done with it now' }),
    autoRenew: t.Boolean(),
    cancelAtPeriodEnd: t.Boolean(),
    scheduledChange: nullable(ScheduledChangeView),
    nextTerms: nullable(NextTermsView),
    pendingUpgrade: nullable(PendingUpgradeView),
    instance: nullable(InstanceView),
    createdAt: Instant,
  }),
)

export const SubscriptionsQuery = ListQuery({
  status: t.Optional(StatusWord),
  sort: t.Optional(words('newest', 'oldest')),
})

export const SubscriptionId = t.Object({ id: IdText })
