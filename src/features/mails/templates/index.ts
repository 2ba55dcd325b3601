import type { MailTemplate } from '../content'
import type { TemplateName } from '../mail-data'
import { appFailed } from './app-failed'
import { appReady } from './app-ready'
import { emailChanged } from './email-changed'
import { passwordChanged } from './password-changed'
import { resetPassword } from './reset-password'
import { subscriptionCancelled } from './subscription-cancelled'
import { subscriptionCreated } from './subscription-created'
import { topUpReceived } from './top-up-received'
import { verifyEmail } from './verify-email'
import { welcome } from './welcome'

/** Every mail there is: a new one is a file here, a line here, and its data in mail-data.ts. */
export const templates: { [T in TemplateName]: MailTemplate<T> } = {
  welcome,
  'top-up-received': topUpReceived,
  'subscription-created': subscriptionCreated,
  'app-ready': appReady,
  'app-failed': appFailed,
  'subscription-cancelled': subscriptionCancelled,
  'verify-email': verifyEmail,
  'reset-password': resetPassword,
  'password-changed': passwordChanged,
  'email-changed': emailChanged,
}

export const templateNames = Object.keys(templates) as TemplateName[]

export const isTemplateName = (name: string): name is TemplateName => Object.hasOwn(templates, name)
