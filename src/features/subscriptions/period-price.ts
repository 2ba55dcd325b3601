import { and, desc, eq, gte, ne, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import type { Rupiah } from '../../lib/money'
import { charges } from '../billing/tables'
import { transactions } from '../ledger/tables'
import { upgrades } from './tables'

const chargeOfPeriod = prepared((db) =>
  db
    .select({
      net: charges.net,
      total: charges.total,
      discount: charges.discount,
      pricesIncludeTax: charges.pricesIncludeTax,
      at: transactions.createdAt,
    })
    .from(transactions)
    .innerJoin(charges, eq(charges.transactionNumber, transactions.number))
    .where(
      and(
        eq(transactions.subscriptionId, sql.placeholder('subscriptionId')),
        eq(charges.kind, 'period'),
        eq(charges.periodIndex, sql.placeholder('index')),
      ),
    )
    .prepare(),
)

/** What a period that was charged costs by now: its charge without a voucher's discount, or the last upgrade since; undefined where none was written down. */
export async function findPeriodPrice(
  on: Drizzle | Tx,
  subscriptionId: string,
  index: number,
): Promise<Rupiah | undefined> {
  const charge = await chargeOfPeriod(on).get({ subscriptionId, index })
  if (!charge) return undefined
  const since = and(
    eq(upgrades.subscriptionId, subscriptionId),
    ne(upgrades.status, 'ROLLED_BACK'),
    gte(upgrades.createdAt, charge.at),
  )
  const upgrade = await on.select().from(upgrades).where(since).orderBy(desc(upgrades.number)).limit(1).get()
  return upgrade?.toPrice ?? (charge.pricesIncludeTax ? charge.total : charge.net) + charge.discount
}
