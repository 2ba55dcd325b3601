import { and, eq, ne, sum } from 'drizzle-orm'
import type { Drizzle, Tx } from '../../db'
import type { Rupiah } from '../../lib/money'
import { refunds } from './tables'

/** What of a top-up has gone back by our own will, or is promised to. */
export async function refundedOf(on: Drizzle | Tx, topUpId: string): Promise<Rupiah> {
  const found = await on
    .select({ total: sum(refunds.amount) })
    .from(refunds)
    .where(and(eq(refunds.topUpId, topUpId), ne(refunds.status, 'VOIDED')))
    .get()
  return BigInt(found?.total ?? 0)
}
