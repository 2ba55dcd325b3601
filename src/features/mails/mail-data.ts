import type { BillingCycle } from '../../lib/calendar'
import type { Locale } from '../../lib/locale'
import type { TransactionType } from '../ledger/tables'

/**
 * What each template is told; kept as JSON in the outbox. Money is whole rupiah, times are ISO 8601. No secret may stand
 * here: the outbox can be read by administrators. A name comes from the person's account alone, see enqueue.ts.
 */
export interface MailData {
  welcome: object
  /** `bonus` is what a voucher added. */
  'top-up-received': { amount: number; balance: number; transaction: string; bonus?: number }
  /** `amount` left the wallet, or came back to it where it is negative; `owed` was spent already. */
  'top-up-reversed': { transaction: string; amount: number; balance: number; owed: number }
  'refund-sent': { amount: number; transaction: string }
  /** For administrators. */
  'payment-alert': { caseId?: string; transaction: string; orderId: string; finding: string }
  'subscription-created': {
    service: string
    plan: string
    billingId: string
    /** What the first period cost; 0 for a gift. */
    price: number
    periodEnd: string
    autoRenew: boolean
    /** What it took off, and what a period costs without it, tax included. */
    voucher?: { code: string; saved: number; nextPrice: number }
  }
  'app-ready': {
    service: string
    billingId?: string
    url: string
    adminUrl?: string | null
    /** What to do first, in either language. */
    firstSteps?: Record<Locale, string>
  }
  'app-failed': { service: string; billingId?: string; reason: string }
  'subscription-cancelled': {
    service: string
    billingId: string
    /** When it ends, or has ended. */
    endsAt: string
    /** Until when the data can still be brought back. */
    dataKeptUntil?: string | null
    /** What went back to the wallet. */
    refund?: number
  }
  'subscription-refunded': {
    service: string
    billingId: string
    amount: number
    balance: number
    /** Their numbers. */
    transactions: string
  }
  'subscription-upgraded': {
    service: string
    billingId: string
    fromPlan: string
    plan: string
    charged: number
    /** What a period costs from the next one on, tax included. */
    nextPrice: number
    periodEnd: string
  }
  'upgrade-undone': {
    service: string
    billingId: string
    triedPlan: string
    /** The one from before, which it has again. */
    plan: string
    reason: string
    refunded: number
    balance: number
  }
  'update-undone': { service: string; billingId: string; reason: string }
  /** The price or size of a plan was changed: what that means to one who has it. Prices of a period, tax included. */
  'plan-changed': {
    service: string
    plan: string
    billingId: string
    billingCycle: BillingCycle
    price: number
    nextPrice: number
    size?: AppSize
    nextSize?: AppSize
    /** The renewal from which it counts. */
    from: string
    /** They do not have the plan yet: a change to it is booked. */
    booked?: boolean
  }
  /**
   * Some days before a period ends, to everybody who has one: `price` is what the next costs, tax included. `ends`: it was cancelled and will not
   * go on. `graceUntil`: how long the app runs unpaid.
   */
  'renewal-reminder': Plan & {
    daysLeft: number
    periodEnd: string
    price: number
    balance: number
    autoRenew: boolean
    ends: boolean
    graceUntil?: string | null
  }
  /** `fromPlan` where a booked change came with it. */
  'subscription-renewed': Plan & {
    charged: number
    balance: number
    periodStart: string
    periodEnd: string
    transaction: string
    fromPlan?: string | null
  }
  /** The period is over and nothing is paid; the app runs on until `graceUntil`. */
  'renewal-failed': Plan & { due: number; balance: number; graceUntil: string; autoRenew: boolean }
  /** The app stands still and its data is kept: unpaid until `endsAt`, or by an administrator until they let it go on. */
  'subscription-suspended': Subject & {
    by: 'unpaid' | 'admin'
    reason?: string | null
    due?: number | null
    endsAt?: string | null
    autoRenew?: boolean
  }
  'subscription-resumed': Subject & { by: 'paid' | 'admin'; periodEnd: string }
  /** It ended unpaid. `restorePrice` of a new period, tax included, where its plan is still sold. */
  'subscription-expired': Subject & { endedAt: string; dataKeptUntil: string; restorePrice?: number | null }
  'data-removal-soon': Subject & { removedAt: string }
  'data-removed': Subject & { removedAt: string }
  'subscription-restored': Plan & { charged: number; balance: number; periodEnd: string }
  /** An app that did not come up within its time: ended, and all of it paid back. */
  'provisioning-refunded': Subject & { refund: number; balance: number }
  /** For administrators. `customer`: their address or id. */
  'provisioning-alert': Subject & { customer: string; minutes: number; reason?: string | null }
  'subscription-granted': Plan & { periodEnd: string }
  'subscription-extended': Subject & { periodEnd: string; reason: string }
  /** A change booked for the renewal that could not be made: it goes on with `plan`. */
  'change-not-made': Plan & { wantedPlan: string; reason: 'sold-out' | 'retired' | 'too-small' | 'cluster' }
  /** The wallet in the month that begins at `from`, for who has asked for it. */
  'monthly-statement': {
    from: string
    opening: number
    sums: { type: TransactionType; count: number; amount: number }[]
    transactions: number
    closing: number
  }
  'verify-email': Linked
  'reset-password': Linked
  'password-changed': { at: string }
  'email-changed': { at: string }
  'two-factor-changed': {
    change: 'on' | 'off' | 'off-by-support' | 'new-codes' | 'code-used'
    at: string
    codesLeft?: number
  }
  /** `forfeited`: what was still in the wallet. */
  'account-closed': { at: string; forfeited?: number }
}

/** The subscription that a mail is about. */
interface Subject {
  service: string
  billingId: string
}

interface Plan extends Subject {
  plan: string
}

interface AppSize {
  cpuMillicores: number
  memoryMb: number
  storageGb: number
}

/** A mail whose link is good for one use: only its id is kept, the link itself is made when the mail is sent. */
interface Linked {
  linkId: string
}

/** Makes the link of such a mail; undefined once it would open nothing any more. */
export type LinkOf = (linkId: string) => Promise<string | undefined>

/** Where a person stops the mails that nobody has to get. */
export type UnsubscribeLinkOf = (userId: string) => string

/** Those: every other tells of something that concerns the person's own account or money. */
export const isOptional = (template: string): boolean => template === 'monthly-statement'

export type TemplateName = keyof MailData

/** The name stands in a mail's data once it is in the outbox, if its address is the person's own and verified; the link never does. */
export type Stored<T> = T & { name?: string; link?: string }
