import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import { type TransactionStatus, transactions } from '../ledger/tables'
import { releaseOfTopUp } from '../vouchers'
import { firstLookMs } from './poll-times'
import type { TopUp } from './tables'
import { topUps } from './tables'

export type EndedWithoutMoney = Exclude<TransactionStatus, 'SUCCESS' | 'PENDING'>

interface End {
  status: TransactionStatus
  balanceAfter: bigint | null
  at: Date
  settledAt: Date
  providerTransactionId?: string | null
  surcharge?: bigint
}

/** What comes after any end, a late payment or a reversal, is looked for a few times more. */
export async function endTopUp(
  tx: Tx,
  topUp: Pick<TopUp, 'id' | 'transactionNumber'>,
  { status, balanceAfter, at, settledAt, ...more }: End,
): Promise<void> {
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

/** An end without money, of an order that is still open. It may turn out otherwise: a late payment counts. */
export async function closeTopUp(tx: Tx, topUp: TopUp, status: EndedWithoutMoney, at: Date): Promise<void> {
  if (topUp.status !== 'PENDING') return
  await endTopUp(tx, topUp, { status, balanceAfter: null, at, settledAt: at })
  if (topUp.voucherCode !== null) await releaseOfTopUp(tx, topUp.id, at)
}
