import { and, desc, eq, gt, sql } from 'drizzle-orm'
import { prepared, type Tx } from '../../../db'
import { notFound } from '../../../lib/errors'
import { toJson } from '../../../lib/money'
import type { Parts } from '../../../parts'
import { getBalance } from '../../ledger'
import { transactions } from '../../ledger/tables'
import { findSubscription } from '../read'
import { subscriptionViewOf } from '../view'

type Needs = Pick<Parts, 'db' | 'clock' | 'config' | 'platform'>

/** Takes back all that was done to see what it would come to. */
class Undone<T> extends Error {
  constructor(readonly result: T) {
    super('a preview is never kept')
  }
}

/**
 * What a verb would come to: it is done in a transaction that is always taken back, so that nothing is kept, sent or woken. What it
 * would be refused with, the preview is refused with.
 * @param act answers with the id of the subscription that it was done to
 */
export async function preview(parts: Needs, act: (tx: Tx) => Promise<string>) {
  try {
    return await parts.db.write(async (tx): Promise<Preview> => {
      const { number = 0 } = (await lastTransaction(tx).get()) ?? {}
      throw new Undone(await outcomeOf(parts, tx, await act(tx), number))
    })
  } catch (thrown) {
    if (thrown instanceof Undone) return thrown.result as Preview
    throw thrown
  }
}

type Preview = Awaited<ReturnType<typeof outcomeOf>>

const lastTransaction = prepared((db) =>
  db.select({ number: transactions.number }).from(transactions).orderBy(desc(transactions.number)).limit(1).prepare(),
)

async function outcomeOf(parts: Needs, tx: Tx, id: string, lastNumber: number) {
  const found = await findSubscription(tx, id)
  if (!found) throw notFound('Subscription')
  const { userId } = found.subscription
  const booked = await bookedSince(tx).all({ userId, number: lastNumber })
  const after = await getBalance(tx, userId)
  const moved = booked.reduce((sum, { amount }) => sum + amount, 0n)
  return {
    preview: true as const,
    subscription: await subscriptionViewOf(parts, tx, found),
    bookings: booked.map(({ amount, ...booking }) => ({ ...booking, amount: toJson(amount) })),
    balanceBefore: toJson(after - moved),
    balanceAfter: toJson(after),
  }
}

const bookedSince = prepared((db) =>
  db
    .select({ type: transactions.type, amount: transactions.amount, description: transactions.description })
    .from(transactions)
    .where(and(eq(transactions.userId, sql.placeholder('userId')), gt(transactions.number, sql.placeholder('number'))))
    .orderBy(transactions.number)
    .prepare(),
)
