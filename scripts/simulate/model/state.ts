import type { Cycle } from './calendar'

/**
 * What every customer should have, in whole rupiah and epoch milliseconds, by the rules as the docs state them. Nothing here
 * knows the product's code or its database.
 */
export interface Model {
  customers: Customer[]
  plans: Plan[]
  subscriptions: Subscription[]
  /** Those that the clock has to look after: live, or ended with their data still kept. */
  standing: Set<Subscription>
  vouchers: Voucher[]
  /** Times in which the house was not at work. They do not count for what customers have time for. */
  absences: Span[]
  /** Mails that must have been written, by template and subscription. */
  mails: Map<string, number>
}

export interface Span {
  start: number
  end: number
}

export interface Customer {
  place: number
  balance: bigint
  /** Orders at the payment provider whose outcome the house does not know yet. */
  openOrders: number
  subscriptions: Subscription[]
}

export interface Terms {
  number: number
  monthly: bigint
  effectiveAt: number
}

export interface Plan {
  place: number
  service: number
  tier: number
  slots: number
  used: number
  terms: Terms[]
}

export interface Charge extends Span {
  kind: 'period' | 'upgrade'
  index: number
  total: bigint
  refunded: bigint
}

export interface Voucher {
  purpose: 'first_period' | 'top_up' | 'credit'
  /** Of the sum, up to the maximum; without it the maximum itself. */
  percent: number | undefined
  maximum: bigint
  /** So many customers may use it, each once. */
  most: number
  users: Set<number>
}

export type State = 'PENDING' | 'ACTIVE' | 'GRACE' | 'SUSPENDED/admin' | 'SUSPENDED/unpaid' | 'CANCELLED' | 'EXPIRED'

export interface Subscription {
  /** In the order in which they were sold: BILL-(101 + place). */
  place: number
  customer: number
  plan: Plan
  cycle: Cycle
  price: bigint
  termsNumber: number
  state: State
  /** Since when it is in that state. */
  since: number
  /** The period `anchorIndex` begins so many months after it; the others are counted from there. */
  anchor: number
  anchorMonths: number
  anchorIndex: number
  index: number
  start: number
  end: number
  /** How long it stood still, suspended by its host, in the period that runs. */
  stood: number
  autoRenew: boolean
  cancelAtEnd: boolean
  readyAt: number | undefined
  /** Since when its app is being made; counted anew by a retry. */
  orderedAt: number
  endedAt: number | undefined
  removedAt: number | undefined
  /** The last of the reminders before the end of the period that was sent, in days; infinite before the first. */
  remindedDays: number
  /** Unpaid, and something has changed since the clock looked at it: it looks again as if it were due since then. */
  markedAt: number
  /** A payment under way holds back its next stage until then. */
  lookAgainAt: number
  charges: Charge[]
  /** For the next period that is not paid yet. */
  booked: { plan: Plan; cycle: Cycle } | undefined
  /** The code that its first period was bought with. */
  voucher: number | undefined
  upgrade: { from: Plan; fromPrice: bigint; fromTerms: number; charge: Charge | undefined } | undefined
}

export const newModel = (plans: Plan[]): Model => ({
  customers: [],
  plans,
  subscriptions: [],
  standing: new Set(),
  vouchers: [],
  absences: [],
  mails: new Map(),
})

export const isLive = ({ endedAt }: Subscription): boolean => endedAt === undefined
export const isUnpaid = ({ state }: Subscription): boolean => state === 'GRACE' || state === 'SUSPENDED/unpaid'
