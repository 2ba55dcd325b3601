import type { Urgency } from '../../mail-senders'
import type { TemplateName } from './mail-data'

/** The kinds of the job that sends one mail: each has room of its own, so that a thousand of one sort hold up none of another. */
export const deliverKinds: Record<Urgency, string> = {
  first: 'mail.deliver-first',
  normal: 'mail.deliver',
  last: 'mail.deliver-last',
}

export const allDeliverKinds = Object.values(deliverKinds)

const urgencies: { [T in TemplateName]?: Urgency } = {
  'verify-email': 'first',
  'reset-password': 'first',
  'password-changed': 'first',
  'email-changed': 'first',
  'two-factor-changed': 'first',
  'monthly-statement': 'last',
}

/** Somebody waits for a link, or must hear at once that it was not them. */
export const urgencyOf = (template: string): Urgency => urgencies[template as TemplateName] ?? 'normal'

export const deliverKindOf = (template: string): string => deliverKinds[urgencyOf(template)]

export interface DeliverMail {
  mailId: string
}
