import { entry } from '../db/books'

/** A transaction and the entry behind it. */
export const booked = (
  number: number,
  [user, type, amount, balanceAfter]: [string, string, number, number],
  counter: string,
  source: string,
  { reverses, subscription }: { reverses?: number; subscription?: string } = {},
): string => {
  const wallet = `wallet:${user}`
  const [debit, credit] = amount > 0 ? [counter, wallet] : [wallet, counter]
  return `INSERT INTO transactions (number, id, user_id, type, status, amount, balance_after, subscription_id, description, created_at, settled_at)
      VALUES (${number}, 't${number}', '${user}', '${type}', 'SUCCESS', ${amount}, ${balanceAfter}, ${subscription ? `'${subscription}'` : 'NULL'}, '', 1, 1);
    ${entry(debit, credit, Math.abs(amount), source, { transaction: number, reverses })}`
}
