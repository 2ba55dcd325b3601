import { sql } from 'drizzle-orm'
import { type TransactionStatus, type TransactionType, transactions } from '../ledger/tables'

/** What a customer sees of a transaction, as it stands in the file. */
export interface ShownRow {
  number: number
  id: string
  type: TransactionType
  status: TransactionStatus
  amount: number
  balanceAfter: number | null
  subscriptionId: string | null
  description: string
  createdAt: number
}

/** Read plainly: no bigint and no Date is made of what is JSON a moment later. No amount is beyond what a number holds. */
export const shownColumns = {
  number: transactions.number,
  id: transactions.id,
  type: transactions.type,
  status: transactions.status,
  amount: sql<number>`${transactions.amount}`,
  balanceAfter: sql<number | null>`${transactions.balanceAfter}`,
  subscriptionId: transactions.subscriptionId,
  description: transactions.description,
  createdAt: sql<number>`${transactions.createdAt}`,
}

/** The view of a row, made by SQLite itself: handing over each column of each row would take twice as long. */
export const shownAsJson = sql<string>`json_object(
  'id', ${transactions.id},
  'customId', 'TXMP-' || ${transactions.number},
  'type', ${transactions.type},
  'status', ${transactions.status},
  'amount', ${transactions.amount},
  'balanceAfter', ${transactions.balanceAfter},
  'subscriptionId', ${transactions.subscriptionId},
  'description', ${transactions.description},
  'createdAt', strftime('%Y-%m-%dT%H:%M:%fZ', ${transactions.createdAt} / 1000.0, 'unixepoch')
)`

export const publicNumberOf = ({ number }: Pick<ShownRow, 'number'>): string => `TXMP-${number}`

export const transactionViewOf = (row: ShownRow) => ({
  id: row.id,
  customId: publicNumberOf(row),
  type: row.type,
  status: row.status,
  amount: row.amount,
  balanceAfter: row.balanceAfter,
  subscriptionId: row.subscriptionId,
  description: row.description,
  createdAt: new Date(row.createdAt).toISOString(),
})
