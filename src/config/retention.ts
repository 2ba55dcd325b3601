import { integer } from './values'
import { variable } from './variable'

const longestDays = 3_650

const days = (name: string, fallback: number, what: string, least = 1) =>
  variable({
    name,
    parse: integer(least, longestDays),
    fallback,
    shown: String(fallback),
    description: `Days that ${what}.`,
  })

/** How long what traffic leaves behind is kept. Books, audit log, subscriptions and people are kept for good. */
export const retentionVariables = {
  keepMailsDays: days('KEEP_MAILS_DAYS', 365, 'mails are kept after they were written', 30),
  keepPaymentNotificationsDays: days(
    'KEEP_PAYMENT_NOTIFICATIONS_DAYS',
    365,
    'the payment provider’s notifications are kept after they came',
    60,
  ),
  keepSessionsDays: days('KEEP_SESSIONS_DAYS', 30, 'sessions, with address and device, are kept after they ran out'),
  keepApiTokensDays: days('KEEP_API_TOKENS_DAYS', 30, 'API tokens are kept after they ran out'),
  keepLinksDays: days('KEEP_LINKS_DAYS', 1, 'links of mails are kept after they ran out'),
  keepIdempotencyKeysDays: days('KEEP_IDEMPOTENCY_KEYS_DAYS', 1, 'an `Idempotency-Key` is remembered'),
  keepDoneJobsDays: days('KEEP_DONE_JOBS_DAYS', 3, 'jobs are kept after they ended well'),
  keepDeadJobsDays: days(
    'KEEP_DEAD_JOBS_DAYS',
    90,
    'jobs that failed for good or were cancelled are kept, and can be retried',
  ),
}

export type Keeping = keyof typeof retentionVariables
