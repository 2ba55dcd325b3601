import { eq } from 'drizzle-orm'
import type { Drizzle, Tx } from '../../db'
import type { Actor } from '../../http/access'
import { AppError, notFound } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { lesser, type Rupiah, rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import type { PaymentMethod } from '../../payments'
import { recordAct } from '../audit'
import { getBalance } from '../ledger'
import { bonusStanding } from '../vouchers'
import { reserveRefund } from './refund-books'
import { refundedOf } from './refunded'
import type { Refund, TopUp } from './tables'
import { type RefundWay, refunds } from './tables'
import { getTopUp } from './top-up-read'

/** What Midtrans can give back by itself; a hosted page may have been paid by any method, so it is tried. */
const refundable: ReadonlySet<PaymentMethod> = new Set(['credit_card', 'gopay', 'shopeepay', 'qris', 'snap'])

/** The kind of the job that sends one. */
export const sendRefund = 'refund.send'

export interface RefundOrder {
  /** Whole rupiah; without it all that can still go back. */
  amount?: number
  /** Without it through the provider, if the method allows that. */
  way?: RefundWay
  reason: string
}

/**
 * First phase: the money leaves the wallet for the account of promised refunds, and a job to send it stands beside. The second
 * phase, posting or giving back, follows the provider's word, however often the process is killed between.
 */
export async function beginRefund(
  parts: Pick<Parts, 'clock' | 'queue'>,
  tx: Tx,
  actor: Actor,
  topUpId: string,
  order: RefundOrder,
): Promise<Refund> {
  const topUp = await getTopUp(tx, topUpId)
  const way = order.way ?? 'provider'
  if (topUp.status !== 'SUCCESS') throw new AppError('INVALID_STATE', 'Only a paid top-up can be refunded')
  if (way === 'provider' && !refundable.has(topUp.method))
    throw new AppError(
      'INVALID_STATE',
      `${topUp.method} can't be refunded by the provider; send it by hand (way: manual)`,
    )
  const amount = await amountOf(tx, topUp, order)
  const at = parts.clock.now()
  const refund = await reserveRefund(
    tx,
    {
      id: newId('refund', at.getTime()),
      topUpId,
      userId: topUp.userId,
      amount,
      way,
      status: 'RESERVED',
      reason: order.reason,
      note: null,
      requestedBy: actor.userId,
      createdAt: at,
      endedAt: null,
    },
    `TXMP-${topUp.transactionNumber}`,
  )
  if (way === 'provider') {
    await parts.queue.enqueue(tx, {
      kind: sendRefund,
      key: refund.id,
      payload: { refundId: refund.id },
      subject: topUpId,
      owner: topUp.userId,
    })
  }
  await recordAct(tx, {
    actor,
    action: 'refund.begin',
    target: { kind: 'top-up', id: topUpId },
    reason: order.reason,
    after: { refundId: refund.id, amount, way },
    at,
  })
  return refund
}

/**
 * Never more than was paid, and never more than is still in the wallet, where the part of a voucher's bonus that goes with it has to
 * be too: a bonus is not paid out.
 */
async function amountOf(tx: Tx, topUp: TopUp, order: RefundOrder): Promise<Rupiah> {
  const left = topUp.amount - topUp.reversed - (await refundedOf(tx, topUp.id))
  const balance = await getBalance(tx, topUp.userId)
  const most = mostOf(topUp, left, balance)
  const amount = order.amount === undefined ? most : rupiah(order.amount)
  if (amount > 0n && amount <= most) return amount
  const details = { refundable: toJson(left), balance: toJson(balance) }
  throw new AppError(
    'INVALID_STATE',
    'That is more than can be refunded: see what is left of the top-up and in the wallet',
    details,
  )
}

function mostOf({ amount: toppedUp, bonus }: TopUp, left: Rupiah, balance: Rupiah): Rupiah {
  const leaving = (refund: Rupiah) =>
    refund + bonusStanding(bonus, left, toppedUp) - bonusStanding(bonus, left - refund, toppedUp)
  // Rounding moves it by a rupiah or two.
  let most = lesser(left, (balance * toppedUp) / (toppedUp + bonus) + 2n)
  while (most > 0n && leaving(most) > balance) most--
  return most
}

export interface RefundOfTopUp {
  refund: Refund
  topUp: TopUp
}

export async function getReserved(on: Drizzle | Tx, id: string): Promise<RefundOfTopUp> {
  const pair = await getRefund(on, id)
  const { status } = pair.refund
  if (status !== 'RESERVED') throw new AppError('INVALID_STATE', `This refund is ${status}`, { status })
  return pair
}

export async function getRefund(on: Drizzle | Tx, id: string): Promise<RefundOfTopUp> {
  const refund = await on.select().from(refunds).where(eq(refunds.id, id)).get()
  if (!refund) throw notFound('Refund')
  return { refund, topUp: await getTopUp(on, refund.topUpId) }
}
