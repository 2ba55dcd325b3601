import { createHash } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../db'
import { second } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import type { JobKind } from '../../queue'
import { firstLookMs, firstPollMs } from './poll-times'
import { findTopUpOfPayment, rememberNotified } from './provider-payments'
import { isUnusable, type SettleNeeds, settleInTurn } from './settle'
import type { TopUp } from './tables'
import { paymentNotifications, topUps } from './tables'
import { findTopUpByOrder } from './top-up-read'
import { inTurn, type Turn } from './turn'
import { tellIfUnbookable } from './unbookable'

/** As the route reads it. */
export const maxNotificationBytes = 32 * 1024
const processDeadlineMs = 60 * second
const maxAttempts = 12

interface Notification extends Record<string, unknown> {
  order_id: string
}

/**
 * Takes a notification in: its signature, then it is stored, then the provider has its answer. What it means is worked out
 * afterwards, from the provider's own status: a genuine body can be relabelled. The same bytes again are asked after again:
 * after a dispute is won, the provider says in the same words as before that it is settled.
 */
export async function receiveNotification(
  parts: Pick<Parts, 'db' | 'clock' | 'payments' | 'queue'>,
  body: Notification,
): Promise<void> {
  const text = JSON.stringify(body)
  if (!parts.payments.verifySignature(body)) throw new AppError('FORBIDDEN', 'The signature is not valid')
  const digest = createHash('sha256').update(text).digest('base64url')
  const known = await parts.db.write(async (tx) => {
    const transactionId = transactionIdOf(body)
    const order = await findOrder(tx, body, transactionId)
    const orderId = order?.orderId ?? body.order_id
    const at = parts.clock.now()
    const stored = await tx
      .insert(paymentNotifications)
      .values({
        digest,
        orderId,
        body: JSON.stringify(body, withoutPayer),
        receivedAt: at,
        ...(order ? {} : { processedAt: at, outcome: 'unknown order' }),
      })
      .onConflictDoUpdate({
        target: paymentNotifications.digest,
        set: { received: sql`${paymentNotifications.received} + 1`, ...(order ? { orderId, processedAt: null } : {}) },
      })
      .returning({ id: paymentNotifications.id, received: paymentNotifications.received })
      .get()
    if (order) {
      if (transactionId) await rememberNotified(tx, { topUpId: order.id, transactionId, at })
      await lookAgain(tx, order, at)
      const payload: NotificationPayload = { notificationId: stored.id, nth: stored.received, orderId, transactionId }
      const key = stored.received === 1 ? String(stored.id) : `${stored.id}:${stored.received}`
      await parts.queue.enqueue(tx, {
        kind: 'payment.notification',
        key,
        payload,
        subject: order.id,
        owner: order.userId,
      })
    }
    return order !== undefined
  })
  // Tells the provider to come again: another notice may name the order by then.
  if (!known)
    throw new AppError('NOT_FOUND', 'No order is known by this name, and no notice has named one with this transaction')
}

/** Like its answers, a notice may name the transaction in the order's place: then whoever named both together tells whose it is. */
async function findOrder(tx: Tx, { order_id: name }: Notification, transactionId: string | undefined) {
  const order = await findTopUpByOrder(tx, name)
  return order ?? (name === transactionId ? findTopUpOfPayment(tx, transactionId) : undefined)
}

/** Who paid we know ourselves, and must be able to forget: the provider may send a name and an address along. */
const withoutPayer = (key: string, value: unknown): unknown => (key === 'customer_details' ? undefined : value)

/** Not covered by the signature: the provider says whether it is a payment of this order. */
function transactionIdOf({ transaction_id: id }: Notification): string | undefined {
  return typeof id === 'string' && /^[\w-]{1,50}$/.test(id) ? id : undefined
}

/** Whatever becomes of the notice itself: the order is among those that are asked after, however long ago it ended. */
async function lookAgain(tx: Tx, { id, status, nextPollAt }: TopUp, at: Date): Promise<void> {
  const soon = new Date(at.getTime() + (status === 'PENDING' ? firstPollMs : firstLookMs))
  if (nextPollAt && nextPollAt <= soon) return
  await tx.update(topUps).set({ nextPollAt: soon, polls: 0 }).where(eq(topUps.id, id)).run()
}

interface NotificationPayload {
  notificationId: number
  /** How many of the same bytes had come by then. */
  nth?: number
  orderId: string
  /** The payment that it tells of, where it named one. */
  transactionId?: string
}

export const notificationJob = (parts: SettleNeeds): JobKind<NotificationPayload> => ({
  kind: 'payment.notification',
  deadlineMs: processDeadlineMs,
  maxAttempts,
  cancel: { refused: 'What the provider says of a payment has to be looked at' },
  run: async (payload, { attempt }) => {
    const { orderId } = payload
    await inTurn(orderId, (turn) => askAbout(parts, payload, turn)).catch(async (fault: unknown) => {
      if (attempt >= maxAttempts) await tellIfUnbookable(parts, orderId, fault)
      throw fault
    })
  },
})

/** One question answers every notice that came before it was asked. */
async function askAbout(
  parts: SettleNeeds,
  { notificationId, nth = 1, orderId, transactionId }: NotificationPayload,
  turn: Turn,
): Promise<void> {
  const isThis = eq(paymentNotifications.id, notificationId)
  const notice = await parts.db.read.select().from(paymentNotifications).where(isThis).get()
  if (!notice || notice.asked >= nth) return
  const outcome = await settleInTurn(parts, orderId, turn, { transactionId }).catch((fault: unknown) => {
    // The poll asks on, and sets the payment aside if that lasts.
    if (isUnusable(fault)) return 'unusable answer'
    throw fault
  })
  const processedAt = parts.clock.now()
  await parts.db.write(async (tx) => {
    await tx.update(paymentNotifications).set({ asked: notice.received, outcome }).where(isThis).run()
    const isAnswered = and(isThis, sql`${paymentNotifications.asked} >= ${paymentNotifications.received}`)
    await tx.update(paymentNotifications).set({ processedAt }).where(isAnswered).run()
  })
}
