import { and, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { invalid } from '../../http/input/input'
import { hour, minute } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import { newId, randomPart } from '../../lib/ids'
import { rupiah } from '../../lib/money'
import type { Parts } from '../../parts'
import type { PaymentMethod } from '../../payments'
import { getOpenUser } from '../accounts'
import { insertTransaction } from '../ledger'
import { fitTopUp, reserveForTopUp } from '../vouchers'
import { getFee } from './payment-methods'
import { firstPollMs } from './poll-times'
import type { TopUp } from './tables'
import { topUps } from './tables'

/** How long a customer may take to pay. */
const payWithinMs = 24 * hour
/** A card is charged while the customer looks on. */
const payCardWithinMs = 30 * minute
const maxPending = 10
/** Of any sort, those that the provider never took too: each is asked after until it ends. */
const maxOpen = 100

type Needs = Pick<Parts, 'config' | 'clock'>

export interface TopUpOrder {
  amount: number
  method: PaymentMethod
  cardToken?: string
  /** The code of one, for a bonus. */
  voucher?: string
}

/** First step: the order stands in the database before the provider hears of it, so that no payment can come for nothing. */
export async function beginTopUp(parts: Needs, tx: Tx, actor: Actor, order: TopUpOrder): Promise<TopUp> {
  if (order.method === 'credit_card' && !order.cardToken) {
    throw invalid('body', [{ path: '/cardToken', message: 'Expected with credit_card' }])
  }
  const amount = rupiah(order.amount)
  const fee = getFee(parts.config, order.method, amount)
  await getOpenUser(tx, actor.userId)
  await assertFewPending(tx, actor)
  const now = parts.clock.now()
  const fit = order.voucher && (await fitTopUp(parts, tx, actor.userId, { code: order.voucher, amount }))
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
    id: newId('top-up', now.getTime()),
    userId: actor.userId,
    transactionNumber: transaction.number,
    orderId: `TXMP-${transaction.number}-${randomPart(10)}`,
    amount,
    fee,
    surcharge: 0n,
    bonus: fit ? fit.amount : 0n,
    voucherCode: fit ? fit.voucher.code : null,
    reversed: 0n,
    corrections: 0,
    providerTransactionId: null,
    method: order.method,
    status: 'PENDING',
    redirectUrl: null,
    instructions: null,
    charged: false,
    unanswered: false,
    unusableSince: null,
    expiresAt: new Date(now.getTime() + (order.method === 'credit_card' ? payCardWithinMs : payWithinMs)),
    nextPollAt: new Date(now.getTime() + firstPollMs),
    polls: 0,
    createdAt: now,
    updatedAt: now,
  }
  await tx.insert(topUps).values(row).run()
  if (fit) await reserveForTopUp(tx, fit, row, now)
  return row
}

/** Whom the provider kept from paying must be able to try again: an order that it never took does not count. */
async function assertFewPending(tx: Tx, actor: Actor): Promise<void> {
  const open = and(eq(topUps.userId, actor.userId), sql`${topUps.status} = 'PENDING'`)
  const isTaken = sql`not (${topUps.unanswered} and not ${topUps.charged})`
  if ((await tx.$count(topUps, and(open, isTaken))) >= maxPending) {
    throw new AppError('CONFLICT', `At most ${maxPending} top-ups can wait for payment; pay or cancel one first`)
  }
  if ((await tx.$count(topUps, open)) >= maxOpen) {
    throw new AppError('CONFLICT', `At most ${maxOpen} top-ups can be open; cancel one first`)
  }
}
