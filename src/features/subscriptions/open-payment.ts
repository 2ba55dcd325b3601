import { and, eq, sql } from 'drizzle-orm'
import { prepared, type Tx } from '../../db'
import { topUps } from '../top-ups/tables'

const openOf = prepared((db) =>
  db
    .select({ id: topUps.id })
    .from(topUps)
    // Spelled out, so that SQLite sees that the partial index answers it.
    .where(and(eq(topUps.userId, sql.placeholder('userId')), sql`${topUps.status} = 'PENDING'`))
    .limit(1)
    .prepare(),
)

/** Whether somebody has an order at the payment provider whose outcome is not known yet. */
export const hasOpenPayment = async (tx: Tx, userId: string): Promise<boolean> =>
  (await openOf(tx).get({ userId })) !== undefined
