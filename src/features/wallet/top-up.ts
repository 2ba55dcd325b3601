import { and, count, eq, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import type { Actor } from '../../http/access'
import { hour, minute, second } from '../../lib/clock'
import { AppError, notFound } from '../../lib/errors'
import { newId, randomPart } from '../../lib/ids'
import { rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { type ChargeResult, PaymentError, type PaymentMethod } from '../../payments'
import { getUser } from '../accounts'
import { insertTransaction } from './ledger'
import { maximumOf } from './payment-methods'
import { settleTopUp } from './settle'
import { topUps, transactions } from './tables'

export type TopUp = typeof topUps.$inferSelect

/** How long a customer may take to pay. */
const payWithinMs = 24 * hour
/** A card is charged while the customer looks on. */
const payCardWithinMs = 30 * minute
const maxPending = 10
const firstPollMs = 30 * second

type Needs = Pick<Parts, 'config' | 'db' | 'clock' | 'payments' | 'publicUrl' | 'queue' | 'log'>

export interface TopUpOrder {
  amount: number
  method: PaymentMethod
  cardToken?: string
}

/** First step: the order stands in the database before the provider hears of it, so that no payment can come for nothing. */
export async function beginTopUp(parts: Needs, tx: Tx, actor: Actor, order: TopUpOrder): Promise<TopUp> {
  if (order.method === 'credit_card' && !order.cardToken) {
    throw new AppError('VALIDATION_ERROR', 'cardToken is needed for credit_card')
  }
  const maximum = maximumOf(order.method)
  if (order.amount > maximum)
    throw new AppError('VALIDATION_ERROR', `At most ${maximum} can be paid by ${order.method}`)
  await assertFewPending(tx, actor)
  const now = parts.clock.now()
  const transaction = await insertTransaction(tx, {
    userId: actor.userId,
    type: 'TOP_UP',
    status: 'PENDING',
    amount: rupiah(order.amount),
    balanceAfter: null,
    subscriptionId: null,
    description: `Top-up by ${order.method}`,
    createdAt: now,
    settledAt: null,
  })
  const row: TopUp = {
    id: newId('top', now.getTime()),
    userId: actor.userId,
    transactionNumber: transaction.number,
    orderId: `TXMP-${transaction.number}-${randomPart(10)}`,
    amount: rupiah(order.amount),
    method: order.method,
    status: 'PENDING',
    redirectUrl: null,
    instructions: null,
    charged: false,
    expiresAt: new Date(now.getTime() + (order.method === 'credit_card' ? payCardWithinMs : payWithinMs)),
    nextPollAt: new Date(now.getTime() + firstPollMs),
    polls: 0,
    createdAt: now,
    updatedAt: now,
  }
  await tx.insert(topUps).values(row).run()
  return row
}

async function assertFewPending(tx: Tx, actor: Actor): Promise<void> {
  const pending = await tx
    .select({ total: count() })
    .from(topUps)
    .where(and(eq(topUps.userId, actor.userId), eq(topUps.status, 'PENDING')))
    .get()
  if ((pending?.total ?? 0) >= maxPending) {
    throw new AppError('CONFLICT', `At most ${maxPending} top-ups can wait for payment; pay or cancel one first`)
  }
}

/** Second step: asks the provider. Without a usable answer the order stays open, and the poll finds out what became of it. */
export async function chargeTopUp(parts: Needs, topUp: TopUp, cardToken?: string) {
  const charged = await askForCharge(parts, topUp, cardToken)
  const { redirectUrl, instructions, expiresAt } = charged
  await updateTopUp(parts, topUp.id, { charged: true, redirectUrl, instructions, expiresAt })
  // A card without a further step may be paid already; the provider's own status decides, never the charge's answer.
  if (charged.state === 'paid') await settlePaid(parts, topUp)
  return topUpViewOf(await getTopUp(parts.db.read, topUp.id))
}

async function askForCharge(parts: Needs, topUp: TopUp, cardToken?: string): Promise<ChargeResult> {
  const user = await getUser(parts.db.read, topUp.userId)
  try {
    return await parts.payments.charge({
      orderId: topUp.orderId,
      amount: topUp.amount,
      method: topUp.method,
      customer: { name: user.name, email: user.email },
      description: 'Wallet top-up',
      expiresAt: topUp.expiresAt,
      cardToken,
      returnUrl: `${parts.publicUrl}/payments/finished`,
    })
  } catch (fault) {
    if (!(fault instanceof PaymentError)) throw fault
    parts.log.warn(
      { topUpId: topUp.id, kind: fault.kind, outcome: fault.outcome, diagnosis: fault.diagnosis },
      'top-up not charged',
    )
    if (fault.outcome === 'none') await failTopUp(parts, topUp)
    throw new AppError(fault.code, fault.message, { topUpId: topUp.id })
  }
}

/** The money is taken: a provider that can't be asked right now fails nothing, the notification or the poll settles it. */
async function settlePaid(parts: Needs, topUp: TopUp): Promise<void> {
  try {
    await settleTopUp(parts, topUp.orderId)
  } catch (fault) {
    if (!(fault instanceof PaymentError)) throw fault
    parts.log.warn({ topUpId: topUp.id, kind: fault.kind, diagnosis: fault.diagnosis }, 'paid top-up not settled yet')
  }
}

async function updateTopUp(parts: Pick<Parts, 'db' | 'clock'>, id: string, change: Partial<TopUp>): Promise<void> {
  await parts.db.write((tx) =>
    tx
      .update(topUps)
      .set({ ...change, updatedAt: parts.clock.now() })
      .where(eq(topUps.id, id))
      .run(),
  )
}

async function failTopUp(parts: Pick<Parts, 'db' | 'clock'>, topUp: TopUp): Promise<void> {
  await parts.db.write(async (tx) => {
    const now = parts.clock.now()
    const failed = { status: 'FAILED' as const }
    await tx
      .update(topUps)
      .set({ ...failed, nextPollAt: null, updatedAt: now })
      .where(and(eq(topUps.id, topUp.id), eq(topUps.status, 'PENDING')))
      .run()
    await tx
      .update(transactions)
      .set({ ...failed, settledAt: now })
      .where(and(eq(transactions.number, topUp.transactionNumber), eq(transactions.status, 'PENDING')))
      .run()
  })
}

/** Withdraws an order that is not paid. What the provider says decides: a payment that came first wins. */
export async function cancelTopUp(parts: Needs, actor: Actor, id: string) {
  const topUp = await getOwnTopUp(parts.db.read, actor, id)
  if (topUp.status !== 'PENDING')
    throw new AppError('INVALID_STATE', `This top-up is ${topUp.status}`, { status: topUp.status })
  try {
    await parts.payments.cancel(topUp.orderId, { method: topUp.method })
  } catch (fault) {
    if (!(fault instanceof PaymentError)) throw fault
    // A hosted page without a chosen method has nothing to withdraw yet: it is ours alone to close. A payment that comes
    // all the same is credited.
    if (fault.kind !== 'unknown-order' && fault.kind !== 'conflict') throw fault
  }
  const state = await settleTopUp(parts, topUp.orderId, { orElse: 'CANCELLED' })
  if (state === 'SUCCESS') throw new AppError('INVALID_STATE', 'This top-up was paid already', { status: state })
  if (state === 'PENDING') throw new AppError('PAYMENT_FAILED', 'The payment could not be withdrawn', { status: state })
  return topUpViewOf(await getTopUp(parts.db.read, id))
}

const topUpById = prepared((db) =>
  db
    .select()
    .from(topUps)
    .where(eq(topUps.id, sql.placeholder('id')))
    .prepare(),
)

export async function getTopUp(on: Drizzle | Tx, id: string): Promise<TopUp> {
  const topUp = await topUpById(on).get({ id })
  if (!topUp) throw notFound('Top-up')
  return topUp
}

/** @throws AppError NOT_FOUND, or FORBIDDEN for somebody else's */
export async function getOwnTopUp(on: Drizzle | Tx, actor: Actor, id: string): Promise<TopUp> {
  const topUp = await getTopUp(on, id)
  if (topUp.userId !== actor.userId) throw new AppError('FORBIDDEN', 'This top-up is not yours')
  return topUp
}

export function topUpViewOf(topUp: TopUp) {
  return {
    id: topUp.id,
    customId: `TXMP-${topUp.transactionNumber}`,
    amount: toJson(topUp.amount),
    method: topUp.method,
    status: topUp.status,
    redirectUrl: topUp.redirectUrl,
    instructions: topUp.instructions,
    expiresAt: topUp.expiresAt.toISOString(),
    createdAt: topUp.createdAt.toISOString(),
  }
}
