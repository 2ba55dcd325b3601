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
}

export type TemplateName = keyof MailData
export type AnyMailData = MailData[TemplateName]

/** The name stands in every mail's data once it is in the outbox, if the recipient is a person we know. */
export type Stored<T> = T & { name?: string }
