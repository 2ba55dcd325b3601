import { verifyAside } from './features/books'
import { keepRewrapped } from './features/key-rotation'
import { sweepOutbox } from './features/mails'
import { forgetOldRows } from './features/operations'
import { advanceSubscriptions } from './features/subscriptions'
import { pollPendingTopUps, topUpPoll } from './features/top-ups'
import { sendMonthlyStatements } from './features/wallet'
import { minute } from './lib/clock'
import type { Parts } from './parts'
import type { Schedule } from './queue'

const movesMoney = { refused: 'This job moves money: pause its schedule instead' }

/** Schedules of recurring jobs. The times are read in the billing time zone. */
export const scheduleTable = (parts: Parts): Schedule[] => [
  {
    name: topUpPoll,
    cron: '* * * * *',
    does: 'Asks the payment provider about pending top-ups, and lets the overdue ones expire.',
    deadlineMs: 2 * minute,
    cancel: movesMoney,
    run: ({ signal }) => pollPendingTopUps(parts, signal),
  },
  {
    name: 'subscriptions.due',
    cron: '* * * * *',
    does: 'Reminds of renewals, renews what is due, and moves on what is unpaid, not ready in time or over.',
    deadlineMs: 5 * minute,
    cancel: movesMoney,
    run: ({ signal }) => advanceSubscriptions(parts, signal),
  },
  {
    name: 'mails.sweep',
    cron: '* * * * *',
    does: 'Queues mails again that wait in the outbox without a job, and marks those whose job has died.',
    deadlineMs: minute,
    run: () => sweepOutbox(parts),
  },
  {
    name: 'mails.statements',
    cron: '7 6 1 * *',
    does: 'Mails the statement of the month that is over to everybody who wants it.',
    deadlineMs: 60 * minute,
    cancel: { refused: 'Its next time is a month away: pause this kind of job instead' },
    run: ({ signal, report }) => sendMonthlyStatements(parts, signal, report),
  },
  {
    name: 'cluster.resync',
    cron: '*/5 * * * *',
    does: 'Compares every app with what the cluster says of it.',
    deadlineMs: 10 * minute,
    run: () => parts.reconciler.resync(),
  },
  {
    name: 'old-rows.forget',
    cron: '13 * * * *',
    does: 'Forgets what was kept for long enough: mails, notifications, sessions, tokens, links, idempotency keys and jobs.',
    deadlineMs: 30 * minute,
    run: ({ signal, report }) => forgetOldRows(parts, signal, report),
  },
  {
    name: 'secrets.rewrap',
    cron: '* * * * *',
    does: 'Puts sealed values under the newest key after a rotation; without one it does nothing.',
    deadlineMs: 30 * minute,
    run: keepRewrapped(parts),
  },
  {
    name: 'ledger.check',
    cron: '43 3 * * *',
    does: 'Derives every balance and slot count again from the ledger and reports what is off.',
    deadlineMs: 30 * minute,
    run: ({ signal }) => verifyAside(parts, signal),
  },
]
