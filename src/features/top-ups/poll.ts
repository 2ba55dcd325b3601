import { and, eq, gt, isNotNull, lte, sql } from 'drizzle-orm'
import { hour } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { PaymentError } from '../../payments'
import { sweep } from '../../queue'
import { expiryGraceMs, lookDelayMs, overdueForMs, pollDelayMs, takenWithinMs } from './poll-times'
import { type How, type SettleNeeds, settleTopUp } from './settle'
import type { TopUp } from './tables'
import { topUps } from './tables'
import { tellIfUnbookable } from './unbookable'

/** The name of its schedule. */
export const topUpPoll = 'top-ups.poll'
const batchSize = 100
const atOnce = 8

/** What is due so soon is of orders about which something may have been said while nobody was there to hear it. */
const soonMs = hour

/**
 * After a start: notices were lost, and a question that was cut off has put off the next one already. What would be asked about
 * within the hour is asked about now.
 */
export async function pollAfterStart({
  db,
  clock,
  queue,
  schedules,
}: Pick<Parts, 'db' | 'clock' | 'queue' | 'schedules'>) {
  const now = clock.now()
  const soon = new Date(now.getTime() + soonMs)
  const isPaused = (await schedules.list()).some(({ name, paused }) => name === topUpPoll && paused)
  await db.write(async (tx) => {
    const isSoon = and(gt(topUps.nextPollAt, now), lte(topUps.nextPollAt, soon))
    const { rowsAffected } = await tx.update(topUps).set({ nextPollAt: now }).where(isSoon).run()
    if (rowsAffected > 0 && !isPaused) await queue.enqueue(tx, { kind: topUpPoll, key: `start:${now.toISOString()}` })
  })
}

/** Asks after orders, ever more rarely: a status that no notification told still arrives. */
export async function pollPendingTopUps(parts: SettleNeeds, signal?: AbortSignal): Promise<void> {
  await sweep<TopUp>({
    list: (after) => listDue(parts, after),
    act: (topUp) => pollOne(parts, topUp),
    onFault: ({ id, orderId }, fault) => parts.log.error({ topUpId: id, orderId, err: fault }, 'top-up not settled'),
    failure: 'top-ups could not be settled',
    atOnce,
    signal,
  })
}

/** What is polled moves behind the present, out of this list. */
function listDue({ db, clock }: SettleNeeds, after: TopUp | undefined): Promise<TopUp[]> {
  return db.read
    .select()
    .from(topUps)
    .where(
      and(
        isNotNull(topUps.nextPollAt),
        lte(topUps.nextPollAt, clock.now()),
        after && sql`(${topUps.nextPollAt}, ${topUps.id}) > (${after.nextPollAt!.getTime()}, ${after.id})`,
      ),
    )
    .orderBy(topUps.nextPollAt, topUps.id)
    .limit(batchSize)
    .all()
}

async function pollOne(parts: SettleNeeds, topUp: TopUp): Promise<void> {
  const now = parts.clock.now().getTime()
  const isOpen = topUp.status === 'PENDING'
  const overdueMs = now - topUp.expiresAt.getTime()
  const delayMs = isOpen ? pollDelayMs(topUp.polls, overdueMs) : lookDelayMs(topUp.polls)
  // Before it is asked: whatever happens meanwhile, the next time is set, and one that fails is not asked without a pause.
  await parts.db.write((tx) =>
    tx
      .update(topUps)
      .set({ nextPollAt: delayMs === undefined ? null : new Date(now + delayMs), polls: topUp.polls + 1 })
      .where(and(eq(topUps.id, topUp.id), eq(topUps.status, topUp.status), isNotNull(topUps.nextPollAt)))
      .run(),
  )
  try {
    await settleTopUp(parts, topUp.orderId, howToEnd(topUp, now))
  } catch (fault) {
    // A provider that is away fails no payment: the next poll asks again.
    if (fault instanceof AppError) {
      const diagnosis = fault instanceof PaymentError ? `${fault.kind}: ${fault.diagnosis}` : fault.message
      parts.log.warn({ topUpId: topUp.id, diagnosis }, 'top-up not polled')
      return
    }
    await tellIfUnbookable(parts, topUp.orderId, fault)
    throw fault
  }
}

/** Whose time is over ends, though the provider does not say so. */
function howToEnd(topUp: TopUp, now: number): How {
  const overdueMs = now - topUp.expiresAt.getTime()
  const isOver = topUp.charged ? overdueMs > expiryGraceMs : now > topUp.createdAt.getTime() + takenWithinMs
  return isOver ? { orElse: 'EXPIRED', isOverdue: overdueMs > overdueForMs } : {}
}
