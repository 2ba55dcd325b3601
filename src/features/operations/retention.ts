import { and, eq, isNotNull, lt, ne, type SQL } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Keeping } from '../../config/retention'
import { idempotencyKeys } from '../../http/tables'
import { day } from '../../lib/clock'
import type { Parts } from '../../parts'
import { deleteInBatches, type JobContext, jobs } from '../../queue'
import { accountTokens, apiTokens, refreshTokens, sessions } from '../accounts/tables'
import { listDowntimes, timeBefore } from '../downtime'
import { mailEvents, mails } from '../mails/tables'
import { paymentNotifications } from '../top-ups/tables'

interface Rule {
  table: SQLiteTable
  /** The setting that says for how many days, or the days themselves where nobody may choose. */
  days: Keeping | number
  /** What is older than that; an index finds it. */
  over: (before: Date) => SQL | undefined
}

/** As long as a session lasts: a token that is older is of one that ran out. Never shorter, or a stolen one could come back unseen. */
const refreshTokenDays = 30

/** The provider sends an event again for some days where it was not answered. */
const mailEventDays = 30

/** The one table of what is forgotten; docs/operations.md says the same, and what is kept for good. */
export const retention: readonly Rule[] = [
  {
    table: mails,
    days: 'keepMailsDays',
    over: (before) => and(lt(mails.createdAt, before), ne(mails.status, 'QUEUED')),
  },
  { table: mailEvents, days: mailEventDays, over: (before) => lt(mailEvents.receivedAt, before) },
  {
    table: paymentNotifications,
    days: 'keepPaymentNotificationsDays',
    over: (before) => and(lt(paymentNotifications.receivedAt, before), isNotNull(paymentNotifications.processedAt)),
  },
  // Before the sessions: what a session takes along would be of any number.
  { table: refreshTokens, days: refreshTokenDays, over: (before) => lt(refreshTokens.createdAt, before) },
  { table: sessions, days: 'keepSessionsDays', over: (before) => lt(sessions.expiresAt, before) },
  { table: apiTokens, days: 'keepApiTokensDays', over: (before) => lt(apiTokens.expiresAt, before) },
  { table: accountTokens, days: 'keepLinksDays', over: (before) => lt(accountTokens.expiresAt, before) },
  { table: idempotencyKeys, days: 'keepIdempotencyKeysDays', over: (before) => lt(idempotencyKeys.createdAt, before) },
  {
    table: jobs,
    days: 'keepDoneJobsDays',
    over: (before) => and(eq(jobs.status, 'DONE'), lt(jobs.finishedAt, before)),
  },
  {
    table: jobs,
    days: 'keepDeadJobsDays',
    over: (before) => and(eq(jobs.status, 'DEAD'), lt(jobs.finishedAt, before)),
  },
  {
    table: jobs,
    days: 'keepDeadJobsDays',
    over: (before) => and(eq(jobs.status, 'CANCELLED'), lt(jobs.finishedAt, before)),
  },
]

/** Forgets what has been kept for long enough, a few hundred rows at a time; a run that is cut off goes on with the next. */
export async function forgetOldRows(
  { db, clock, config }: Pick<Parts, 'db' | 'clock' | 'config'>,
  signal: AbortSignal,
  report?: JobContext['report'],
): Promise<void> {
  const now = clock.now()
  // A time in which the system was down does not count: whoever repeats a request after it finds its key.
  const downtimes = await listDowntimes(db.read)
  let forgotten = 0
  for (const { table, days, over } of retention) {
    const keptMs = (typeof days === 'number' ? days : config[days]) * day
    forgotten += await deleteInBatches({ db, signal }, table, over(timeBefore(now, keptMs, downtimes)))
    report?.({ done: forgotten })
  }
}
