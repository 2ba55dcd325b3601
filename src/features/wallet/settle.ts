import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import { toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { PaymentError, type PaymentState, type PaymentStatus } from '../../payments'
import { recordAct } from '../audit'
import { enqueueMail } from '../mails'
import { getBalance, midtransClearing, postEntry, walletOf } from './ledger'
import { type TransactionStatus, topUps, transactions } from './tables'

type TopUp = typeof topUps.$inferSelect
type Needs = Pick<Parts, 'config' | 'db' | 'clock' | 'payments' | 'queue' | 'log'>

/** What the provider's word means for an order that is not paid yet; a word not named here leaves it open. */
const outcomeOf: Partial<Record<PaymentState, TransactionStatus>> = {
  paid: 'SUCCESS',
  denied: 'FAILED',
  failed: 'FAILED',
  expired: 'EXPIRED',
  cancelled: 'CANCELLED',
  refunded: 'FAILED',
  partially_refunded: 'FAILED',
  charged_back: 'FAILED',
}

/**
 * Asks the provider how an order stands and books what it says. Whoever asks (a notification, the poll, a cancel), however
 * often and in whatever order: a paid order is credited once, because its ledger entry has one source.
 * @param orElse what an open order becomes where the provider knows nothing of it
 */
export async function settleTopUp(
  parts: Needs,
  orderId: string,
  { orElse }: { orElse?: 'CANCELLED' | 'EXPIRED' } = {},
): Promise<TransactionStatus> {
  const topUp = await parts.db.read.select().from(topUps).where(eq(topUps.orderId, orderId)).get()
  if (!topUp) throw new Error(`no top-up for order ${orderId}`)
  const said = await askProvider(parts, topUp)
  const mismatch = said && mismatchOf(parts, topUp, said)
  if (mismatch) {
    await quarantine(parts, topUp, mismatch)
    return topUp.status
  }
  const outcome = (said && outcomeOf[said.state]) ?? (said === undefined ? orElse : undefined)
  if (said && (isGivenBack(said.state) || (topUp.status === 'SUCCESS' && isUndone(said.state))))
    await quarantine(parts, topUp, `reversed: ${said.state}`)
  if (!outcome) return topUp.status
  return parts.db.write((tx) => book(parts, tx, topUp.id, outcome, said))
}

/** Undefined where the provider has no such payment: a charge that never arrived, or a hosted page nobody chose a method on. */
async function askProvider(parts: Needs, topUp: TopUp): Promise<PaymentStatus | undefined> {
  try {
    return await parts.payments.status(topUp.orderId)
  } catch (fault) {
    if (fault instanceof PaymentError && fault.kind === 'unknown-order') return undefined
    throw fault
  }
}

/** Paid once and given back, wholly or in part: told to a person also where we never heard of the payment itself. */
const isGivenBack = (state: PaymentState): boolean =>
  state === 'refunded' || state === 'partially_refunded' || state === 'charged_back'

/** The end of an open order; of a paid one, a bank's reversal or a card's void. */
const isUndone = (state: PaymentState): boolean => state === 'denied' || state === 'cancelled'

/** The signature does not cover everything, and an order id can be guessed: all that names the money must be ours. */
function mismatchOf({ config }: Needs, topUp: TopUp, said: PaymentStatus): string | undefined {
  if (said.orderId !== topUp.orderId) return 'another order'
  if (said.state !== 'paid') return undefined
  if (said.amount !== topUp.amount) return `amount ${said.amount}, not ${topUp.amount}`
  if (said.currency !== null && said.currency !== 'IDR') return `currency ${said.currency}`
  const merchant = config.midtransMerchantId
  if (merchant && said.merchantId !== null && said.merchantId !== merchant) return 'another merchant'
  return undefined
}

/** Money that does not fit what we know is for a person to look at: nothing is booked, and nothing is forgotten. */
async function quarantine(parts: Needs, topUp: TopUp, why: string): Promise<void> {
  parts.log.error({ topUpId: topUp.id, orderId: topUp.orderId, why }, 'payment in quarantine')
  await parts.db.write(async (tx) => {
    await recordAct(tx, {
      action: 'payment.quarantine',
      target: { kind: 'top-up', id: topUp.id },
      reason: why,
      after: { status: topUp.status },
      at: parts.clock.now(),
    })
    await tx.update(topUps).set({ nextPollAt: null }).where(eq(topUps.id, topUp.id)).run()
  })
}

async function book(
  parts: Needs,
  tx: Tx,
  id: string,
  outcome: TransactionStatus,
  said: PaymentStatus | undefined,
): Promise<TransactionStatus> {
  const topUp = await tx.select().from(topUps).where(eq(topUps.id, id)).get()
  // Paid is final; a late payment after an expiry or a cancel still counts.
  if (!topUp || topUp.status === 'SUCCESS' || (outcome !== 'SUCCESS' && topUp.status !== 'PENDING'))
    return topUp?.status ?? outcome
  const now = parts.clock.now()
  // Closed on our side alone: its page can still be paid, so the poll keeps an eye on it until it has expired.
  const nextPollAt = said === undefined && outcome === 'CANCELLED' ? topUp.nextPollAt : null
  await tx.update(topUps).set({ status: outcome, nextPollAt, updatedAt: now }).where(eq(topUps.id, id)).run()
  const balanceAfter = outcome === 'SUCCESS' ? (await getBalance(tx, topUp.userId)) + topUp.amount : null
  await tx
    .update(transactions)
    .set({ status: outcome, balanceAfter, settledAt: said?.settledAt ?? now })
    .where(eq(transactions.number, topUp.transactionNumber))
    .run()
  if (outcome === 'SUCCESS') await credit(parts, tx, topUp, balanceAfter!, now)
  return outcome
}

async function credit(parts: Needs, tx: Tx, topUp: TopUp, balanceAfter: bigint, at: Date): Promise<void> {
  await postEntry(tx, {
    debitAccount: midtransClearing,
    creditAccount: walletOf(topUp.userId),
    amount: topUp.amount,
    source: `top-up:${topUp.id}`,
    transactionNumber: topUp.transactionNumber,
    at,
  })
  await enqueueMail(parts, tx, {
    key: `top-up-received:${topUp.id}`,
    userId: topUp.userId,
    template: 'top-up-received',
    data: {
      amount: toJson(topUp.amount),
      balance: toJson(balanceAfter),
      transaction: `TXMP-${topUp.transactionNumber}`,
    },
  })
}
