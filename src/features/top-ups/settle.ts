import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import { toJson } from '../../lib/money'
import { Turns } from '../../lib/turns'
import type { Parts } from '../../parts'
import { PaymentError, type PaymentStatus } from '../../payments'
import { fees, getBalance, midtransClearing, postEntry, settleOwed, walletOf } from '../ledger'
import { type TransactionStatus, transactions } from '../ledger/tables'
import { enqueueMail } from '../mails'
import { type CaseNeeds, closeCasesOf, noteUndoneCases, openCase } from './cases'
import { correct } from './corrections'
import { tellIfClosed } from './late-payment'
import { isAnother, misfitOf, truthOf, wasPaid } from './payment-truth'
import { firstLookMs } from './poll-times'
import type { TopUp } from './tables'
import { topUps } from './tables'
import { findTopUpByOrder, getTopUp } from './top-up-read'

export type SettleNeeds = CaseNeeds & Pick<Parts, 'db' | 'payments'>

/** Asking and booking go together: an answer that was overtaken by a newer one must not be booked after it. */
const turns = new Turns()

/** What is done about an order at the provider, one thing after another. */
export const inTurn = <T>(orderId: string, act: () => Promise<T>): Promise<T> => turns.take(orderId, act)

type Closed = 'CANCELLED' | 'EXPIRED'

interface How {
  /** What an open order becomes where the provider knows nothing of it. */
  orElse?: Closed
  /** A payment of the order that is to be asked after too: an order may have several. */
  transactionId?: string
}

/**
 * Asks the provider how an order stands and makes the books say the same: credited, taken back, or neither. Whoever asks
 * (a notification, the poll, a cancel), however often and in whatever order, the last answer is what stands.
 */
export const settleTopUp = (parts: SettleNeeds, orderId: string, how: How = {}): Promise<TransactionStatus> =>
  inTurn(orderId, () => settleInTurn(parts, orderId, how))

/** For those who have the turn already. */
export async function settleInTurn(
  parts: SettleNeeds,
  orderId: string,
  { orElse, transactionId }: How = {},
): Promise<TransactionStatus> {
  const latest = await askProvider(parts, orderId)
  const topUp = await bookAnswer(parts, orderId, latest, orElse)
  const credited = topUp.providerTransactionId
  let { status } = topUp
  for (const earlier of new Set([credited, transactionId ?? null])) {
    if (earlier === null || earlier === latest?.transactionId) continue
    const said = await askProvider(parts, orderId, earlier)
    // An attempt that failed before another one says nothing about the order.
    if (said && (earlier === credited || wasPaid(said))) status = (await bookAnswer(parts, orderId, said)).status
  }
  return status
}

/**
 * Undefined where the provider has no such payment: a charge that never arrived, or a hosted page nobody chose a method on.
 * Without a transaction it speaks of the order's latest.
 */
async function askProvider(
  { payments }: SettleNeeds,
  orderId: string,
  transactionId?: string,
): Promise<PaymentStatus | undefined> {
  try {
    return await payments.status(orderId, { transactionId })
  } catch (fault) {
    if (fault instanceof PaymentError && fault.kind === 'unknown-order') return undefined
    throw fault
  }
}

const bookAnswer = (
  parts: SettleNeeds,
  orderId: string,
  said: PaymentStatus | undefined,
  orElse?: Closed,
): Promise<Pick<TopUp, 'status' | 'providerTransactionId'>> =>
  parts.db.write(async (tx) => {
    const topUp = await findTopUpByOrder(tx, orderId)
    if (!topUp) throw new Error(`no top-up for order ${orderId}`)
    if (said) {
      await book(parts, tx, topUp, said)
      await noteUndoneCases(parts, tx, topUp, said)
    } else if (orElse) await close(parts, tx, topUp, orElse)
    return getTopUp(tx, topUp.id)
  })

async function book(parts: SettleNeeds, tx: Tx, topUp: TopUp, said: PaymentStatus): Promise<void> {
  const misfit = misfitOf(parts.config, topUp, said)
  if (misfit) return openCase(parts, tx, topUp, misfit, said)
  const truth = truthOf(topUp, said)
  if (truth.paid) {
    // Word of another payment under this order, one that failed, says nothing about the one that was credited.
    if (isAnother(topUp, said)) return
    const isNew = topUp.status !== 'SUCCESS'
    if (isNew && !(await closeCasesOf(parts, tx, topUp, said))) return
    const paid = isNew ? await credit(parts, tx, topUp, said) : topUp
    await correct(parts, tx, paid, truth.givenBack, said)
  } else if (truth.outcome !== 'open') await close(parts, tx, topUp, truth.outcome)
}

/** An end without money. It may still turn out otherwise: a late payment counts, so the provider is asked a few times more. */
async function close(
  { clock }: SettleNeeds,
  tx: Tx,
  topUp: TopUp,
  outcome: Exclude<TransactionStatus, 'SUCCESS' | 'PENDING'>,
): Promise<void> {
  if (topUp.status !== 'PENDING') return
  await end(tx, topUp, { status: outcome, balanceAfter: null, at: clock.now(), settledAt: clock.now() })
}

async function credit(parts: SettleNeeds, tx: Tx, topUp: TopUp, said: PaymentStatus): Promise<TopUp> {
  const at = parts.clock.now()
  const balanceAfter = (await getBalance(tx, topUp.userId)) + topUp.amount
  const settledAt = said.settledAt ?? at
  await end(tx, topUp, { status: 'SUCCESS', balanceAfter, at, settledAt, providerTransactionId: said.transactionId })
  const source = `top-up:${topUp.id}`
  const paid = { debitAccount: midtransClearing, at }
  await postEntry(tx, {
    ...paid,
    creditAccount: walletOf(topUp.userId),
    amount: topUp.amount,
    source,
    transactionNumber: topUp.transactionNumber,
  })
  if (topUp.fee > 0n) {
    const fee = { creditAccount: fees, amount: topUp.fee, source: `${source}:fee`, transactionNumber: null }
    await postEntry(tx, { ...paid, ...fee })
  }
  await tellIfClosed(parts, tx, { ...topUp, target: { kind: 'top-up', id: topUp.id } })
  await settleOwed(tx, topUp.userId, topUp.transactionNumber, at)
  await enqueueMail(parts, tx, {
    key: `top-up-received:${topUp.id}`,
    userId: topUp.userId,
    template: 'top-up-received',
    data: {
      amount: toJson(topUp.amount),
      balance: toJson(await getBalance(tx, topUp.userId)),
      transaction: `TXMP-${topUp.transactionNumber}`,
    },
  })
  return getTopUp(tx, topUp.id)
}

interface End {
  status: TransactionStatus
  balanceAfter: bigint | null
  at: Date
  settledAt: Date
  providerTransactionId?: string | null
}

async function end(tx: Tx, topUp: TopUp, { status, balanceAfter, at, settledAt, ...more }: End): Promise<void> {
  await tx
    .update(topUps)
    .set({ status, ...more, polls: 0, nextPollAt: new Date(at.getTime() + firstLookMs), updatedAt: at })
    .where(eq(topUps.id, topUp.id))
    .run()
  await tx
    .update(transactions)
    .set({ status, balanceAfter, settledAt })
    .where(eq(transactions.number, topUp.transactionNumber))
    .run()
}
