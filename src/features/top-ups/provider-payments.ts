import { and, asc, count, eq, ne, sql } from 'drizzle-orm'
import type { Drizzle, Tx } from '../../db'
import type { PaymentState, PaymentStatus } from '../../payments'
import type { TopUp } from './tables'
import { providerPayments, topUps } from './tables'

/** Payments of one order that notifications may name, and that are asked after. What the provider itself names counts always. */
const maxPayments = 20

interface Named {
  topUpId: string
  transactionId: string
  at: Date
}

/** A signed notification names a payment with an order. What it says else is not taken from it. */
export async function rememberNotified(tx: Tx, named: Named): Promise<void> {
  const { topUpId } = named
  const known = await tx
    .select({ total: count() })
    .from(providerPayments)
    .where(eq(providerPayments.topUpId, topUpId))
    .get()
  if ((known?.total ?? 0) < maxPayments) await rememberPayment(tx, named)
}

/** Idempotent. */
export const rememberPayment = (tx: Tx, { topUpId, transactionId, at }: Named): Promise<unknown> =>
  tx.insert(providerPayments).values({ topUpId, transactionId, seenAt: at }).onConflictDoNothing().run()

/** The payments of an order that the provider is to be asked after: who waits longest comes first. */
export async function listToAsk(on: Drizzle | Tx, topUpId: string): Promise<string[]> {
  const rows = await on
    .select({ id: providerPayments.transactionId })
    .from(providerPayments)
    .where(eq(providerPayments.topUpId, topUpId))
    .orderBy(asc(sql`coalesce(${providerPayments.askedAt}, 0)`), asc(providerPayments.transactionId))
    .limit(maxPayments)
    .all()
  return rows.map(({ id }) => id)
}

/** Whether a payment was named with this order, and with no other. */
export async function isTied(on: Drizzle | Tx, topUpId: string, transactionId: string): Promise<boolean> {
  const payment = eq(providerPayments.transactionId, transactionId)
  const mine = await on.$count(providerPayments, and(payment, eq(providerPayments.topUpId, topUpId)))
  return mine > 0 && (await on.$count(providerPayments, and(payment, ne(providerPayments.topUpId, topUpId)))) === 0
}

/** Whose payment it is, where it was named with one order and with no other. */
export async function findTopUpOfPayment(on: Drizzle | Tx, transactionId: string): Promise<TopUp | undefined> {
  const named = await on
    .select({ topUp: topUps })
    .from(providerPayments)
    .innerJoin(topUps, eq(topUps.id, providerPayments.topUpId))
    .where(eq(providerPayments.transactionId, transactionId))
    .limit(2)
    .all()
  return named.length === 1 ? named[0]!.topUp : undefined
}

/** What the provider says of a payment now, beside what it said before. */
export interface Hearing {
  before: PaymentState | null
  /** How often it has changed: tells a second time from a repeat. */
  changes: number
  /** Whether it is another state than the last time: only then there is news to tell. */
  isNews: boolean
}

const nothingNew: Hearing = { before: null, changes: 0, isNews: false }

/** Keeps what the provider says of a payment of an order. */
export async function hear(tx: Tx, topUpId: string, said: PaymentStatus, at: Date): Promise<Hearing> {
  const { transactionId, state } = said
  if (transactionId === null) return nothingNew
  await rememberPayment(tx, { topUpId, transactionId, at })
  const isThis = and(eq(providerPayments.topUpId, topUpId), eq(providerPayments.transactionId, transactionId))
  const { state: before, changes } = (await tx.select().from(providerPayments).where(isThis).get())!
  const isNews = before !== state
  const now = { state, changes: isNews ? changes + 1 : changes, askedAt: at }
  await tx.update(providerPayments).set(now).where(isThis).run()
  return { before, changes: now.changes, isNews }
}
