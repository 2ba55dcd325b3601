export type Locale = 'id' | 'en'

/**
 * What each template is told; kept as JSON in the outbox. Money is whole rupiah, times are ISO 8601. No secret may stand
 * here: the outbox can be read by administrators. The person's name is added from their account.
 */
export interface MailData {
  welcome: { name: string }
  'top-up-received': { amount: number; balance: number; transaction: string }
  'subscription-created': {
    service: string
    plan: string
    billingId: string
    /** What the first period cost; 0 for a gift. */
    price: number
    periodEnd: string
    autoRenew: boolean
  }
  'app-ready': { service: string; url: string; adminUrl?: string | null }
  'app-failed': { service: string; reason: string }
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
  'verify-email': Linked
  'reset-password': Linked
  'password-changed': { at: string }
  'email-changed': { at: string }
}

/** A mail whose link is good for one use: only its id is kept, the link itself is made when the mail is sent. */
interface Linked {
  linkId: string
}

/** Makes the link of such a mail; undefined once it would open nothing any more. */
export type LinkOf = (linkId: string) => Promise<string | undefined>

export type TemplateName = keyof MailData
export type AnyMailData = MailData[TemplateName]

/** The name stands in every mail's data once it is in the outbox, if the recipient is a person we know; the link never does. */
export type Stored<T> = T & { name?: string; link?: string }
