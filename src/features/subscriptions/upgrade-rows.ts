import { and, count, eq, sql } from 'drizzle-orm'
import { placeholdersFor, prepared, type Tx } from '../../db'
import { sources } from '../ledger'
import type { Upgrade } from './tables'
import { upgrades } from './tables'

/** Names the charge of an upgrade, once and for ever. */
export const upgradeSource = ({ subscriptionId, number }: Pick<Upgrade, 'subscriptionId' | 'number'>): string =>
  sources.upgrade.build({ subscription: subscriptionId, number })

/** The upgrade of a subscription that is under way: one at most. */
export const findPendingUpgrade = (tx: Tx, subscriptionId: string): Promise<Upgrade | undefined> =>
  pendingUpgrade(tx).get({ subscriptionId })

const pendingUpgrade = prepared((db) =>
  db
    .select()
    .from(upgrades)
    // Spelled out, so that SQLite sees that the partial index answers it.
    .where(and(eq(upgrades.subscriptionId, sql.placeholder('subscriptionId')), sql`${upgrades.status} = 'PENDING'`))
    .prepare(),
)

export async function nextUpgradeNumber(tx: Tx, subscriptionId: string): Promise<number> {
  const made = await tx
    .select({ count: count() })
    .from(upgrades)
    .where(eq(upgrades.subscriptionId, subscriptionId))
    .get()
  return (made?.count ?? 0) + 1
}

/** Takes hold of the slot of the plan before: a trigger does. The subscription must be on the new one already. */
export async function insertUpgrade(tx: Tx, upgrade: Upgrade): Promise<void> {
  await insertRow(tx).run(upgrade)
}

const insertRow = prepared((db) => db.insert(upgrades).values(placeholdersFor(upgrades)).prepare())

type Outcome = Partial<Pick<Upgrade, 'status' | 'resizedAt' | 'reason' | 'endedAt'>>

/** An outcome other than PENDING lets go of the slot of the plan before: a trigger does. */
export async function changeUpgrade(tx: Tx, { subscriptionId, number }: Upgrade, outcome: Outcome): Promise<void> {
  const it = and(eq(upgrades.subscriptionId, subscriptionId), eq(upgrades.number, number))
  await tx.update(upgrades).set(outcome).where(it).run()
}
