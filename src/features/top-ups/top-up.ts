import { and, count, eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { hour, minute } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import { newId, randomPart } from '../../lib/ids'
import { rupiah } from '../../lib/money'
import type { Parts } from '../../parts'
import { type ChargeResult, PaymentError, type PaymentMethod } from '../../payments'
import { getOpenUser, getUser } from '../accounts'
import { insertTransaction } from '../ledger'
import { failTopUp } from './case-decisions'
import { getFee } from './payment-methods'
import { grossOf } from './payment-truth'
import { firstPollMs } from './poll-times'
import { settleTopUp } from './settle'
import type { TopUp } from './tables'
import { topUps } from './tables'
import { getOwnTopUp, getTopUp, topUpViewOf } from './top-up-read'
import { withdrawTopUp } from './withdraw'

/** How long a customer may take to pay. */
const payWithinMs = 24 * hour
/** A card is charged while the customer looks on. */
const payCardWithinMs = 30 * minute
const maxPending = 10

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
  const amount = rupiah(order.amount)
  const fee = getFee(parts.config, order.method, amount)
  await getOpenUser(tx, actor.userId)
  await assertFewPending(tx, actor)
  const now = parts.clock.now()
  const transaction = await insertTransaction(tx, {
    userId: actor.userId,
    type: 'TOP_UP',
    status: 'PENDING',
    amount,
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
    amount,
    fee,
    takenBack: 0n,
    corrections: 0,
    providerTransactionId: null,
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

/**
 * What became of an order whose charge was cut off or had no usable answer: it is asked for again, because the customer still
 * waits for a way to pay, and the same order never opens a second payment.
 */
export async function recallTopUp(parts: Needs, id: string, cardToken?: string) {
  const topUp = await getTopUp(parts.db.read, id)
  const isOpen = topUp.status === 'PENDING' && !topUp.charged && topUp.expiresAt > parts.clock.now()
  try {
    if (isOpen) return await chargeTopUp(parts, topUp, cardToken)
  } catch (fault) {
    if (!(fault instanceof AppError)) throw fault
  }
  return topUpViewOf(await getTopUp(parts.db.read, id))
}

async function askForCharge(parts: Needs, topUp: TopUp, cardToken?: string): Promise<ChargeResult> {
  const user = await getUser(parts.db.read, topUp.userId)
  try {
    return await parts.payments.charge({
      orderId: topUp.orderId,
      amount: grossOf(topUp),
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
    if (fault.outcome === 'none') await parts.db.write((tx) => failTopUp(tx, topUp, parts.clock.now()))
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

/** Withdraws an order that is not paid. */
export async function cancelTopUp(parts: Needs, actor: Actor, id: string) {
  const topUp = await getOwnTopUp(parts.db.read, actor, id)
  if (topUp.status !== 'PENDING')
    throw new AppError('INVALID_STATE', `This top-up is ${topUp.status}`, { status: topUp.status })
  const state = await withdrawTopUp(parts, topUp)
  if (state === 'SUCCESS') throw new AppError('INVALID_STATE', 'This top-up was paid already', { status: state })
  if (state === 'PENDING') throw new AppError('PAYMENT_FAILED', 'The payment could not be withdrawn', { status: state })
  return topUpViewOf(await getTopUp(parts.db.read, id))
}
