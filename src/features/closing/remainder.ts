import type { Tx } from '../../db'
import { day, minute } from '../../lib/clock'
import type { Parts } from '../../parts'
import type { JobKind } from '../../queue'
import { eraseTerminated, terminateInstances } from '../instances'
import { eraseMails } from '../mails'
import { withdrawOpenTopUps } from '../top-ups'

const finishClosing = 'account.finish-closing'
const forgetClosingNotice = 'account.forget-farewell'
const deadlineMs = 5 * minute
/** With the back-off below about a day: as long as an order can be paid. */
const maxAttempts = 30
const backoff = { firstMs: 2_000, maxMs: 60 * minute }
/** So long a closing notice waits for its provider, or for whoever hands on mails by hand; one that was sent is gone before. */
const closingNoticeKeptMs = 7 * day

interface ClosedUser {
  userId: string
}

type Needs = Pick<Parts, 'config' | 'db' | 'clock' | 'payments' | 'queue' | 'log' | 'reconciler' | 'sealer'>

export async function enqueueRemainder({ queue }: Pick<Parts, 'queue'>, tx: Tx, userId: string, at: Date) {
  const payload: ClosedUser = { userId }
  await queue.enqueue(tx, { kind: finishClosing, key: userId, payload, owner: userId })
  const runAt = new Date(at.getTime() + closingNoticeKeptMs)
  await queue.enqueue(tx, { kind: forgetClosingNotice, key: userId, payload, runAt, owner: userId })
}

const mustErase = { refused: 'What a closed account leaves behind has to go' }

/** What a closing could not do in its own transaction. Each part is idempotent, and the network comes last. */
export const finishClosingJob = (parts: Needs): JobKind<ClosedUser> => ({
  kind: finishClosing,
  deadlineMs,
  maxAttempts,
  backoff,
  cancel: mustErase,
  async run({ userId }, { signal }) {
    const act = { reason: 'account closed' }
    while ((await parts.db.write((tx) => terminateInstances(parts, tx, userId, act))) > 0) signal.throwIfAborted()
    await eraseTerminated(parts, userId, signal)
    await withdrawOpenTopUps(parts, userId, signal)
  },
})

/** The address of a closing notice that nobody took goes too. */
export const forgetClosingNoticeJob = (parts: Pick<Parts, 'db'>): JobKind<ClosedUser> => ({
  kind: forgetClosingNotice,
  deadlineMs,
  maxAttempts,
  cancel: mustErase,
  run: ({ userId }) => parts.db.write((tx) => eraseMails(tx, userId)),
})
