import { createHash } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { second } from '../../lib/clock'
import { AppError, notFound } from '../../lib/errors'
import type { Parts } from '../../parts'
import type { JobKind } from '../../queue'
import { type SettleNeeds, settleTopUp } from './settle'
import { paymentNotifications, topUps } from './tables'
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
 * afterwards, from the provider's own status: a genuine body can be relabelled. The same bytes again change nothing.
 */
export async function receiveNotification(
  parts: Pick<Parts, 'db' | 'clock' | 'payments' | 'queue'>,
  body: Notification,
): Promise<void> {
  const text = JSON.stringify(body)
  const orderId = body.order_id
  if (!parts.payments.verifySignature(body)) throw new AppError('FORBIDDEN', 'The signature is not valid')
  const digest = createHash('sha256').update(text).digest('base64url')
  const known = await parts.db.write(async (tx) => {
    const order = await tx.select({ id: topUps.id }).from(topUps).where(eq(topUps.orderId, orderId)).get()
    const stored = await tx
      .insert(paymentNotifications)
      .values({
        digest,
        orderId,
        body: JSON.stringify(body, withoutPayer),
        signatureValid: true,
        receivedAt: parts.clock.now(),
        ...(order ? {} : { processedAt: parts.clock.now(), outcome: 'unknown order' }),
      })
      .onConflictDoUpdate({
        target: paymentNotifications.digest,
        set: { received: sql`${paymentNotifications.received} + 1` },
      })
      .returning({ id: paymentNotifications.id, received: paymentNotifications.received })
      .get()
    if (order && stored.received === 1) {
      await parts.queue.enqueue(tx, {
        kind: 'payment.notification',
        key: String(stored.id),
        payload: { notificationId: stored.id, orderId, transactionId: transactionIdOf(body) },
      })
    }
    return order !== undefined
  })
  if (!known) throw notFound('Order')
}

/** Who paid we know ourselves, and must be able to forget: the provider may send a name and an address along. */
const withoutPayer = (key: string, value: unknown): unknown => (key === 'customer_details' ? undefined : value)

/** Not covered by the signature: the provider says whether it is a payment of this order. */
function transactionIdOf({ transaction_id: id }: Notification): string | undefined {
  return typeof id === 'string' && /^[\w-]{1,50}$/.test(id) ? id : undefined
}

interface NotificationPayload {
  notificationId: number
  orderId: string
  /** The payment that it tells of, where it named one. */
  transactionId?: string
}

export const notificationJob = (parts: SettleNeeds): JobKind<NotificationPayload> => ({
  kind: 'payment.notification',
  deadlineMs: processDeadlineMs,
  maxAttempts,
  run: async ({ notificationId, orderId, transactionId }, { attempt }) => {
    const outcome = await settleTopUp(parts, orderId, { transactionId }).catch(async (fault: unknown) => {
      if (attempt >= maxAttempts) await tellIfUnbookable(parts, orderId, fault)
      throw fault
    })
    await parts.db.write((tx) =>
      tx
        .update(paymentNotifications)
        .set({ processedAt: parts.clock.now(), outcome })
        .where(eq(paymentNotifications.id, notificationId))
        .run(),
    )
  },
})
