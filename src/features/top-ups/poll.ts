import { and, eq, isNotNull, lte, sql } from 'drizzle-orm'
import { hour } from '../../lib/clock'
import { PaymentError } from '../../payments'
import { sweep } from '../../queue'
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
