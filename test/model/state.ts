import type { BillingCycle } from '../../src/lib/calendar'

/** Money in whole rupiah, moments in epoch milliseconds. Customers, plans, top-ups and subscriptions are named by their place. */
export interface ModelState {
  now: number
  customers: ModelCustomer[]
  plans: ModelPlan[]
  topUps: ModelTopUp[]
  subscriptions: ModelSubscription[]
}

export interface ModelCustomer {
  balance: bigint
  owed: bigint
}

export interface ModelPlan {
  service: number
  tier: number
  price: bigint
  slots: number
  used: number
}

export type ProviderState =
  | 'pending'
  | 'settlement'
  | 'expire'
  | 'cancel'
  | 'deny'
  | 'partial_refund'
  | 'refund'
  | 'chargeback'

export interface ModelTopUp {
  customer: number
  amount: bigint
  /** By a method that the provider can give back through. */
  refundable: boolean
  expiresAt: number
  provider: ProviderState
  givenBackByProvider: bigint
  /** As our books have it. */
  status: 'PENDING' | 'SUCCESS' | 'FAILED' | 'EXPIRED' | 'CANCELLED'
  reversed: bigint
  refunds: { amount: bigint; status: 'RESERVED' | 'POSTED' | 'VOIDED' }[]
}

export interface ModelCharge {
  periodIndex: number
  start: number
  end: number
  total: bigint
  refunded: bigint
}

export interface ModelSubscription {
  customer: number
  plan: number
  cycle: BillingCycle
  price: bigint
  status: 'PENDING' | 'ACTIVE' | 'GRACE' | 'SUSPENDED' | 'CANCELLED' | 'EXPIRED'
  /** Periods count from here: the one of that index begins then. */
  anchor: number
  anchorPeriod: number
  periodIndex: number
  start: number
  end: number
  autoRenew: boolean
  cancelAtPeriodEnd: boolean
  ready: boolean
  endedAt: number | null
  /** When it came into its status, and when the clock looks at it next. */
  since: number
  nextStep: number
  charges: ModelCharge[]
  upgrade: { fromPlan: number; fromPrice: bigint; charge: ModelCharge | null } | null
}

export const isLive = ({ endedAt }: ModelSubscription): boolean => endedAt === null

/** What our side of it looks like: the same shape is read from the database. */
export const visible = (state: ModelState) => ({
  customers: state.customers.map(({ balance, owed }) => ({ balance, owed })),
  plans: state.plans.map(({ used }) => used),
  topUps: state.topUps.map(({ customer, amount, status, reversed, refunds }) => ({
    customer,
    amount,
    status,
    reversed,
    refunds: refunds.map((refund) => `${refund.status} ${refund.amount}`).join(', '),
  })),
  subscriptions: state.subscriptions.map((subscription) => ({
    customer: subscription.customer,
    plan: subscription.plan,
    price: subscription.price,
    status: subscription.status,
    periodIndex: subscription.periodIndex,
    start: subscription.start,
    end: subscription.end,
    autoRenew: subscription.autoRenew,
    cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
    upgrading: subscription.upgrade !== null,
    paid: subscription.charges.reduce((sum, { total, refunded }) => sum + total - refunded, 0n),
  })),
})

export type Visible = ReturnType<typeof visible>
