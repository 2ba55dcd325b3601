import { and, count, desc, eq, sql } from 'drizzle-orm'
import { type Drizzle, defineList, prepared, type Tx } from '../../../db'
import type { Page } from '../../../http/schema'
import { AppError } from '../../../lib/errors'
import { type InstanceUpdate, instanceUpdates } from '../tables'

const pendingUpdate = prepared((db) =>
  db
    .select()
    .from(instanceUpdates)
    // Spelled out, so that SQLite sees that the partial index answers it.
    .where(and(eq(instanceUpdates.instanceId, sql.placeholder('id')), sql`${instanceUpdates.status} = 'PENDING'`))
    .prepare(),
)

/** The update of an app that is under way: one at most. */
export const findPendingUpdate = (on: Drizzle | Tx, instanceId: string): Promise<InstanceUpdate | undefined> =>
  pendingUpdate(on).get({ id: instanceId })

/** @throws AppError INVALID_STATE */
export async function assertNoUpdate(tx: Tx, instanceId: string): Promise<void> {
  if (await findPendingUpdate(tx, instanceId))
    throw new AppError('INVALID_STATE', 'An update is under way: wait until the app runs')
}

export async function insertUpdate(tx: Tx, update: Omit<InstanceUpdate, 'number' | 'status' | 'reason' | 'endedAt'>) {
  const made = await tx
    .select({ count: count() })
    .from(instanceUpdates)
    .where(eq(instanceUpdates.instanceId, update.instanceId))
    .get()
  const number = (made?.count ?? 0) + 1
  await tx
    .insert(instanceUpdates)
    .values({ ...update, number, status: 'PENDING' })
    .run()
}

export async function endUpdate(
  tx: Tx,
  { instanceId, number }: InstanceUpdate,
  outcome: Pick<InstanceUpdate, 'status' | 'reason' | 'endedAt'>,
): Promise<void> {
  const its = and(eq(instanceUpdates.instanceId, instanceId), eq(instanceUpdates.number, number))
  await tx.update(instanceUpdates).set(outcome).where(its).run()
}

const updatesOf = defineList({
  table: instanceUpdates,
  rows: (db) => db.select({ update: instanceUpdates }).from(instanceUpdates),
  always: { instanceId: (value) => eq(instanceUpdates.instanceId, value) },
  sorts: { newest: { by: [desc(instanceUpdates.number)] } },
})

/** The updates of an app, the newest first. */
export async function listUpdates(on: Drizzle, instanceId: string, page: Page) {
  const { rows, total } = await updatesOf(on, { instanceId }, page)
  return { rows: rows.map(({ update }) => viewOf(update)), total }
}

const viewOf = ({ number, fromVersion, toVersion, status, reason, rolloutId, createdAt, endedAt }: InstanceUpdate) => ({
  ...{ number, fromVersion, toVersion, status, reason },
  byOperator: rolloutId !== null,
  createdAt: createdAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
})
