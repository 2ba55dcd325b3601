import { and, asc, eq, ne, sql } from 'drizzle-orm'
import { type Drizzle, placeholdersFor, prepared, type Tx } from '../../db'
import { newId } from '../../lib/ids'
import type { Fit } from './fit'
import type { VoucherUse } from './tables'
import { voucherUses } from './tables'

const standingNths = prepared((db) =>
  db
    .select({ nth: voucherUses.nth })
    .from(voucherUses)
    .where(
      and(
        eq(voucherUses.voucherId, sql.placeholder('voucherId')),
        eq(voucherUses.userId, sql.placeholder('userId')),
        ne(voucherUses.status, sql`'RELEASED'`),
      ),
    )
    .orderBy(asc(voucherUses.nth))
    .prepare(),
)

/** The first number that none of the customer's standing uses has. A customer may have a hundred at most. */
export async function freeNth(on: Drizzle | Tx, voucherId: string, userId: string): Promise<number> {
  const taken = new Set((await standingNths(on).all({ voucherId, userId })).map(({ nth }) => nth))
  let nth = 1
  while (taken.has(nth)) nth++
  return nth
}

type Order = Partial<Pick<VoucherUse, 'subscriptionId' | 'topUpId'>> & Pick<VoucherUse, 'userId' | 'status'>

/** Writes a use down; triggers count it, and refuse one too many. */
export async function insertUse(tx: Tx, { voucher, amount, nth }: Fit, order: Order, at: Date): Promise<VoucherUse> {
  const use: VoucherUse = {
    id: newId('voucher-use', at.getTime()),
    voucherId: voucher.id,
    nth,
    subscriptionId: null,
    topUpId: null,
    amount,
    createdAt: at,
    releasedAt: null,
    ...order,
  }
  await insertRow(tx).run(use)
  return use
}

const insertRow = prepared((db) => db.insert(voucherUses).values(placeholdersFor(voucherUses)).prepare())

const useOfSubscription = prepared((db) =>
  db
    .select()
    .from(voucherUses)
    // Said by hand, so that the partial index answers it.
    .where(and(eq(voucherUses.subscriptionId, sql.placeholder('id')), sql`${voucherUses.subscriptionId} is not null`))
    .prepare(),
)

const useOfTopUp = prepared((db) =>
  db
    .select()
    .from(voucherUses)
    .where(and(eq(voucherUses.topUpId, sql.placeholder('id')), sql`${voucherUses.topUpId} is not null`))
    .prepare(),
)

export const findUseOfSubscription = (on: Drizzle | Tx, id: string) => useOfSubscription(on).get({ id })
export const findUseOfTopUp = (on: Drizzle | Tx, id: string) => useOfTopUp(on).get({ id })

/** It counts no more: the voucher, and its customer, may use it once more. */
export const releaseUse = (tx: Tx, { id }: VoucherUse, at: Date) =>
  tx.update(voucherUses).set({ status: 'RELEASED', releasedAt: at }).where(eq(voucherUses.id, id)).run()
