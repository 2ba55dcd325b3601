import { t } from 'elysia'
import { IdText, Instant, ListQuery, model, nullable, SaidText, words } from '../../http/schema'

const MailStatusWord = words('QUEUED', 'SENT', 'KEPT', 'FAILED', 'SUPPRESSED')
const LocaleWord = words('id', 'en')
export const TemplateWord = words(
  'welcome',
  'top-up-received',
  'top-up-reversed',
  'refund-sent',
  'payment-alert',
  'subscription-created',
  'app-ready',
  'app-failed',
  'subscription-cancelled',
  'subscription-refunded',
  'subscription-upgraded',
  'upgrade-undone',
  'update-undone',
  'plan-changed',
  'renewal-reminder',
  'subscription-renewed',
  'renewal-failed',
  'subscription-suspended',
  'subscription-resumed',
  'subscription-expired',
  'data-removal-soon',
  'data-removed',
  'subscription-restored',
  'provisioning-refunded',
  'provisioning-alert',
  'subscription-granted',
  'subscription-extended',
  'change-not-made',
  'monthly-statement',
  'verify-email',
  'reset-password',
  'password-changed',
  'email-changed',
  'two-factor-changed',
  'account-closed',
)

const summary = {
  id: t.String(),
  key: t.String({ description: 'One mail per occasion; also the provider’s idempotency key' }),
  userId: nullable(t.String()),
  recipient: t.String(),
  template: t.String(),
  locale: LocaleWord,
  status: t.Union(MailStatusWord.anyOf, {
    description:
      'QUEUED: will be sent. SENT: a provider took it. KEPT: no provider is configured. FAILED: given up. SUPPRESSED: not sent, because mails to this address come back, or because it is not wanted.',
  }),
  attempts: t.Integer(),
  error: nullable(t.String()),
  createdAt: Instant,
  sentAt: nullable(Instant),
  delivery: t.Union([...words('DELAYED', 'DELIVERED', 'BOUNCED', 'COMPLAINED').anyOf, t.Null()], {
    description: 'What the provider told after it took the mail; null where it told nothing.',
  }),
}

const rendered = { subject: t.String(), text: t.String(), html: t.String() }

export const MailSummaryView = model('MailSummary', t.Object(summary))
export const MailView = model('Mail', t.Object({ ...summary, ...rendered }))
export const MailPreviewView = model(
  'MailPreview',
  t.Object({ template: TemplateWord, locale: LocaleWord, ...rendered }),
)

export const MailsQuery = ListQuery({
  recipient: t.Optional(t.String({ maxLength: 254 })),
  status: t.Optional(MailStatusWord),
  template: t.Optional(TemplateWord),
})

export const MailParams = t.Object({ id: IdText })
export const PreviewParams = t.Object({ template: TemplateWord })
export const PreviewQuery = t.Object({ locale: t.Optional(LocaleWord) })

const SuppressionReasonWord = words('BOUNCED', 'COMPLAINED')

export const MailSuppressionView = model(
  'MailSuppression',
  t.Object({
    id: t.String(),
    address: t.String(),
    reason: t.Union(SuppressionReasonWord.anyOf, {
      description: 'BOUNCED: mails to it come back for good. COMPLAINED: a mail of ours was reported as spam.',
    }),
    detail: nullable(t.String({ description: 'In the provider’s words' })),
    userId: nullable(t.String()),
    mailId: nullable(t.String()),
    createdAt: Instant,
  }),
)

export const SuppressionsQuery = ListQuery({
  address: t.Optional(t.String({ maxLength: 254 })),
  reason: t.Optional(SuppressionReasonWord),
})
export const SuppressionParams = t.Object({ id: IdText })
export const LiftInput = model(
  'LiftSuppressionInput',
  t.Object({ reason: SaidText({ minLength: 3, maxLength: 500, description: 'Kept in the audit log' }) }),
)
