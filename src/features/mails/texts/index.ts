import type { MailTemplate } from '../content'
import type { TemplateName } from '../mail-data'
import { accountClosed } from './account-closed'
import { appFailed } from './app-failed'
import { appReady } from './app-ready'
import { emailChanged } from './email-changed'
import { passwordChanged } from './password-changed'
import { paymentAlert } from './payment-alert'
import { planChanged } from './plan-changed'
import { refundSent } from './refund-sent'
import { resetPassword } from './reset-password'
import { subscriptionCancelled } from './subscription-cancelled'
import { subscriptionCreated } from './subscription-created'
import { subscriptionRefunded } from './subscription-refunded'
import { subscriptionUpgraded } from './subscription-upgraded'
import { topUpReceived } from './top-up-received'
import { topUpReversed } from './top-up-reversed'
import { twoFactorChanged } from './two-factor-changed'
import { updateUndone } from './update-undone'
import { upgradeUndone } from './upgrade-undone'
import { verifyEmail } from './verify-email'
import { welcome } from './welcome'

/** Every mail there is: a new one is a file here, a line here, and its data in mail-data.ts. */
export const templates: { [T in TemplateName]: MailTemplate<T> } = {
  welcome,
  'top-up-received': topUpReceived,
  'top-up-reversed': topUpReversed,
  'refund-sent': refundSent,
  'payment-alert': paymentAlert,
  'subscription-created': subscriptionCreated,
  'app-ready': appReady,
  'app-failed': appFailed,
  'subscription-cancelled': subscriptionCancelled,
  'subscription-refunded': subscriptionRefunded,
  'subscription-upgraded': subscriptionUpgraded,
  'upgrade-undone': upgradeUndone,
  'update-undone': updateUndone,
  'plan-changed': planChanged,
  'verify-email': verifyEmail,
  'reset-password': resetPassword,
  'password-changed': passwordChanged,
  'email-changed': emailChanged,
  'two-factor-changed': twoFactorChanged,
  'account-closed': accountClosed,
}

export const templateNames = Object.keys(templates) as TemplateName[]

export const isTemplateName = (name: string): name is TemplateName => Object.hasOwn(templates, name)
