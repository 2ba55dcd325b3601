import type { MailTemplate } from '../content'
import type { TemplateName } from '../mail-data'
import { accountClosed } from './account-closed'
import { appFailed } from './app-failed'
import { appReady } from './app-ready'
import { changeNotMade } from './change-not-made'
import { dataRemovalSoon } from './data-removal-soon'
import { dataRemoved } from './data-removed'
import { emailChanged } from './email-changed'
import { monthlyStatement } from './monthly-statement'
import { passwordChanged } from './password-changed'
import { paymentAlert } from './payment-alert'
import { planChanged } from './plan-changed'
import { provisioningAlert } from './provisioning-alert'
import { provisioningRefunded } from './provisioning-refunded'
import { refundSent } from './refund-sent'
import { renewalFailed } from './renewal-failed'
import { renewalReminder } from './renewal-reminder'
import { resetPassword } from './reset-password'
import { subscriptionCancelled } from './subscription-cancelled'
import { subscriptionCreated } from './subscription-created'
import { subscriptionExpired } from './subscription-expired'
import { subscriptionExtended } from './subscription-extended'
import { subscriptionGranted } from './subscription-granted'
import { subscriptionRefunded } from './subscription-refunded'
import { subscriptionRenewed } from './subscription-renewed'
import { subscriptionRestored } from './subscription-restored'
import { subscriptionResumed } from './subscription-resumed'
import { subscriptionSuspended } from './subscription-suspended'
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
  'renewal-reminder': renewalReminder,
  'subscription-renewed': subscriptionRenewed,
  'renewal-failed': renewalFailed,
  'subscription-suspended': subscriptionSuspended,
  'subscription-resumed': subscriptionResumed,
  'subscription-expired': subscriptionExpired,
  'data-removal-soon': dataRemovalSoon,
  'data-removed': dataRemoved,
  'subscription-restored': subscriptionRestored,
  'provisioning-refunded': provisioningRefunded,
  'provisioning-alert': provisioningAlert,
  'subscription-granted': subscriptionGranted,
  'subscription-extended': subscriptionExtended,
  'change-not-made': changeNotMade,
  'monthly-statement': monthlyStatement,
  'verify-email': verifyEmail,
  'reset-password': resetPassword,
  'password-changed': passwordChanged,
  'email-changed': emailChanged,
  'two-factor-changed': twoFactorChanged,
  'account-closed': accountClosed,
}

export const templateNames = Object.keys(templates) as TemplateName[]

export const isTemplateName = (name: string): name is TemplateName => Object.hasOwn(templates, name)
