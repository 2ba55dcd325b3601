import { and, asc, eq, isNotNull, lte } from 'drizzle-orm'
import { hour } from '../../lib/clock'
import { PaymentError } from '../../payments'
import { lookDelayMs, pollDelayMs } from './poll-times'
import { type SettleNeeds, settleTopUp } from './settle'
import type { TopUp } from './tables'
import { topUps } from './tables'
import { tellIfUnbookable } from './unbookable'

const batchSize = 100
const atOnce = 8
/** After an order's own expiry the provider is given this long to say so before we do. */
const expiryGraceMs = 2 * hour

/** Asks after orders, ever more rarely: a status that no notification told still arrives. */
export async function pollPendingTopUps(parts: SettleNeeds, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const due = await parts.db.read
      .select()
      .from(topUps)
      .where(and(isNotNull(topUps.nextPollAt), lte(topUps.nextPollAt, parts.clock.now())))
      .orderBy(asc(topUps.nextPollAt))
      .limit(batchSize)
      .all()
    const waiting = due.values()
    // They share one iterator: each takes the next that nobody has.
    const workers = Array.from({ length: Math.min(atOnce, due.length) }, async () => {
      for (const topUp of waiting) {
        if (signal?.aborted) return
        await pollOne(parts, topUp)
      }
    })
    await Promise.all(workers)
    if (signal?.aborted || due.length < batchSize) return
  }
}

async function pollOne(parts: SettleNeeds, topUp: TopUp): Promise<void> {
  const now = parts.clock.now().getTime()
  const isOpen = topUp.status === 'PENDING'
  const delayMs = isOpen ? pollDelayMs(topUp.polls) : lookDelayMs(topUp.polls)
  // Before it is asked: whatever happens meanwhile, the next time is set, and one that fails is not asked without a pause.
  await parts.db.write((tx) =>
    tx
      .update(topUps)
      .set({ nextPollAt: delayMs === undefined ? null : new Date(now + delayMs), polls: topUp.polls + 1 })
      .where(and(eq(topUps.id, topUp.id), eq(topUps.status, topUp.status), isNotNull(topUps.nextPollAt)))
      .run(),
  )
  const isLongOver = isOpen && now > topUp.expiresAt.getTime() + expiryGraceMs
  try {
    await settleTopUp(parts, topUp.orderId, isLongOver ? { orElse: 'EXPIRED' } : {})
  } catch (fault) {
    // A provider that is away fails no payment: the next poll asks again.
    if (fault instanceof PaymentError) {
      parts.log.warn({ topUpId: topUp.id, kind: fault.kind, diagnosis: fault.diagnosis }, 'top-up not polled')
      return
    }
    await tellIfUnbookable(parts, topUp.orderId, fault)
    throw fault
  }
}
