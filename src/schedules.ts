import { lt } from 'drizzle-orm'
import { sweepOutbox } from './features/mails'
import { idempotencyKeys } from './http/tables'
import { day, minute } from './lib/clock'
import type { Parts } from './parts'
import { createSchedules, deleteInBatches, forgetEndedJobs, type Schedule, type Schedules } from './queue'

const idempotencyKeysKeptMs = day

/** What other parts of the house do when their time has come. */
export interface ScheduleVerbs {
  pollTopUps(signal: AbortSignal): Promise<void>
  endDueSubscriptions(signal: AbortSignal): Promise<void>
  resyncCluster(signal: AbortSignal): Promise<void>
  forgetOldSessions(signal: AbortSignal): Promise<void>
  rewrapSealed(signal: AbortSignal): Promise<void>
  /** Rejects if the books don't balance: the job is then dead, and seen. */
  checkLedger(signal: AbortSignal): Promise<void>
}

type Needs = Pick<Parts, 'db' | 'clock' | 'log' | 'queue' | 'config'>

/** Everything that happens by the clock. The times are read in the billing time zone. */
export const scheduleTable = (parts: Needs, verbs: ScheduleVerbs): Schedule[] => [
  {
    name: 'top-ups.poll',
    cron: '* * * * *',
    does: 'Asks the payment provider about pending top-ups, and lets the overdue ones expire.',
    deadlineMs: 2 * minute,
    run: ({ signal }) => verbs.pollTopUps(signal),
  },
  {
    name: 'subscriptions.due',
    cron: '* * * * *',
    does: 'Renews or ends the subscriptions whose period is over.',
    deadlineMs: 5 * minute,
    run: ({ signal }) => verbs.endDueSubscriptions(signal),
  },
  {
    name: 'mails.sweep',
    cron: '* * * * *',
    does: 'Queues mails again that wait in the outbox without a job, and marks those whose job has died.',
    deadlineMs: minute,
    run: () => sweepOutbox(parts),
  },
  {
    name: 'cluster.resync',
    cron: '*/5 * * * *',
    does: 'Compares every app with what the cluster says of it.',
    deadlineMs: 10 * minute,
    run: ({ signal }) => verbs.resyncCluster(signal),
  },
  {
    name: 'idempotency-keys.forget',
    cron: '13 * * * *',
    does: 'Forgets idempotency keys after a day.',
    deadlineMs: 10 * minute,
    run: ({ signal }) => forgetIdempotencyKeys(parts, signal),
  },
  {
    name: 'jobs.forget',
    cron: '23 3 * * *',
    does: 'Forgets jobs: done ones after 3 days, dead ones after 90.',
    deadlineMs: 30 * minute,
    run: async ({ signal }) => void (await forgetEndedJobs({ ...parts, signal })),
  },
  {
    name: 'sessions.forget',
    cron: '33 3 * * *',
    does: 'Forgets sessions and API tokens that ended long ago, refresh tokens, and links of mails that ran out.',
    deadlineMs: 30 * minute,
    run: ({ signal }) => verbs.forgetOldSessions(signal),
  },
  {
    name: 'secrets.rewrap',
    cron: '* * * * *',
    does: 'Puts sealed values under the newest key after a rotation; without one it does nothing.',
    deadlineMs: 30 * minute,
    run: ({ signal }) => verbs.rewrapSealed(signal),
  },
  {
    name: 'ledger.check',
    cron: '43 3 * * *',
    does: 'Derives every balance and slot count again from the ledger and reports what is off.',
    deadlineMs: 30 * minute,
    run: ({ signal }) => verbs.checkLedger(signal),
  },
]

/** Registers the table's jobs and begins to fire it. Call it before the queue is started, so that nothing due is unknown. */
export function startSchedules(parts: Needs, verbs: ScheduleVerbs): Schedules {
  const { db, clock, log, queue, config } = parts
  const table = scheduleTable(parts, verbs)
  const schedules = createSchedules({ db, clock, log, queue, timeZone: config.billingTimeZone }, table)
  schedules.start().catch((error) => log.error({ err: error }, 'the schedules could not be started'))
  return schedules
}

async function forgetIdempotencyKeys({ db, clock }: Needs, signal: AbortSignal): Promise<void> {
  const before = new Date(clock.now().getTime() - idempotencyKeysKeptMs)
  await deleteInBatches({ db, signal }, idempotencyKeys, lt(idempotencyKeys.createdAt, before))
}
