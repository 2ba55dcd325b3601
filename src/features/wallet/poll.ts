import { and, asc, eq, isNotNull, lte } from 'drizzle-orm'
import { hour, second } from '../../lib/clock'
import type { Parts } from '../../parts'
import { PaymentError } from '../../payments'
import { settleTopUp } from './settle'
import { topUps } from './tables'

const batchSize = 100
const firstPollMs = 30 * second
const longestPollMs = hour
/** After an order's own expiry the provider is given this long to say so before we do. */
const expiryGraceMs = 2 * hour

type TopUp = typeof topUps.$inferSelect
type Needs = Pick<Parts, 'config' | 'db' | 'clock' | 'payments' | 'queue' | 'log'>

/** Asks after open orders, ever more rarely: a status that no notification told still arrives. */
export async function pollPendingTopUps(parts: Needs, signal?: AbortSignal): Promise<void> {
  const due = await parts.db.read
    .select()
    .from(topUps)
    .where(and(isNotNull(topUps.nextPollAt), lte(topUps.nextPollAt, parts.clock.now())))
    .orderBy(asc(topUps.nextPollAt))
    .limit(batchSize)
    .all()
  for (const topUp of due) {
    if (signal?.aborted) return
    await pollOne(parts, topUp)
  }
}

async function pollOne(parts: Needs, topUp: TopUp): Promise<void> {
  const now = parts.clock.now().getTime()
  const delayMs = Math.min(firstPollMs * 2 ** topUp.polls, longestPollMs)
  const longOver = now > topUp.expiresAt.getTime() + expiryGraceMs
  // One that was cancelled on our side alone is looked at until it can no longer be paid.
  const isLastLook = longOver && topUp.status !== 'PENDING'
  await parts.db.write((tx) =>
    tx
      .update(topUps)
      .set({ nextPollAt: isLastLook ? null : new Date(now + delayMs), polls: topUp.polls + 1 })
      .where(and(eq(topUps.id, topUp.id), isNotNull(topUps.nextPollAt)))
      .run(),
  )
  try {
    await settleTopUp(parts, topUp.orderId, longOver ? { orElse: 'EXPIRED' } : {})
  } catch (fault) {
    // A provider that is away fails no payment: the next poll asks again.
    if (!(fault instanceof PaymentError)) throw fault
    parts.log.warn({ topUpId: topUp.id, kind: fault.kind, diagnosis: fault.diagnosis }, 'top-up not polled')
  }
}
