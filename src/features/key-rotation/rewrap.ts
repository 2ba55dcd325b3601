import { and, asc, count, eq, gt, gte, sql } from 'drizzle-orm'
import { type Database, type Drizzle, sealedPlace, sealingKeyOf } from '../../db'
import type { KeyRing } from '../../lib/key-ring'
import { SealError, type Sealer } from '../../lib/seal'
import { type SealedColumn, sealedColumns } from './sealed-columns'

/** Rows of one transaction: the server's own writes wait for no more than that. */
const batchSize = 100
/** Rows that were changed in the meantime are tried again; after so many times in a row they are left for the next run. */
const maxPasses = 20

interface Needs {
  db: Database
  sealer: Sealer
  sealing: KeyRing
  signal?: AbortSignal
  /** Told how many values are under the newest key now. */
  report?(progress: { done: number }): void
}

interface Rewrapped {
  /** Values that are under the newest key now and were not before. */
  done: number
  /** Values that don't open: where they stand and why. */
  failed: string[]
}

/**
 * Puts every sealed value under the ring's newest key, while everything goes on. Its text stays what it is, and a row that was
 * changed meanwhile is read again. It may be cut off at any point and run again: what is done is not done twice.
 */
export async function rewrapSealed(needs: Needs, columns = sealedColumns): Promise<Rewrapped> {
  const total: Rewrapped = { done: 0, failed: [] }
  for (const column of columns) {
    for (let pass = 0; pass < maxPasses; pass++) {
      const before = total.done
      const report = ({ done }: { done: number }) => needs.report?.({ done: before + done })
      const { done, overtaken, failed } = await rewrapColumn({ ...needs, report }, column)
      total.done += done
      if (overtaken > 0) continue
      total.failed.push(...failed)
      break
    }
  }
  return total
}

interface Pass {
  done: number
  /** Rows that were no longer what they had been when they were read. */
  overtaken: number
  failed: string[]
}

async function rewrapColumn(needs: Needs, column: SealedColumn): Promise<Pass> {
  const pass: Pass = { done: 0, overtaken: 0, failed: [] }
  const newest = needs.sealing.newest().id
  for (const key of await listKeys(needs.db.read, column))
    if (key !== newest) await rewrapFrom(needs, column, key, pass)
  return pass
}

/** Adds to `pass` what became of the values under one key. */
async function rewrapFrom(needs: Needs, column: SealedColumn, key: string, pass: Pass): Promise<void> {
  let after = ''
  for (;;) {
    needs.signal?.throwIfAborted()
    const rows = await rowsUnder(needs.db.read, column, key, after)
    const last = rows.at(-1)
    if (!last) return
    after = last.id
    const changes = rows.flatMap((row) => rewrapRow(needs.sealer, column, row, pass.failed))
    const done = await saveBatch(needs.db, column, changes)
    pass.done += done
    pass.overtaken += changes.length - done
    needs.report?.({ done: pass.done })
  }
}

interface Row {
  id: string
  sealed: string
}
type Change = Row & { rewrapped: string }

function rowsUnder(on: Drizzle, { table, id, value }: SealedColumn, key: string, after: string): Promise<Row[]> {
  return on
    .select({ id: sql<string>`${id}`, sealed: sql<string>`${value}` })
    .from(table)
    .where(and(eq(sealingKeyOf(value), key), gt(id, after)))
    .orderBy(asc(id))
    .limit(batchSize)
    .all()
}

function rewrapRow(sealer: Sealer, { value }: SealedColumn, { id, sealed }: Row, failed: string[]): Change[] {
  try {
    const rewrapped = sealer.rewrap(sealed, sealedPlace(value, id))
    return rewrapped === undefined ? [] : [{ id, sealed, rewrapped }]
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    failed.push(error.message)
    return []
  }
}

async function saveBatch(db: Database, { table, id, value }: SealedColumn, changes: Change[]): Promise<number> {
  if (changes.length === 0) return 0
  return db.write(async (tx) => {
    let done = 0
    for (const { id: row, sealed, rewrapped } of changes) {
      const unchanged = and(eq(id, row), eq(value, sealed))
      const column = sql.identifier(value.name)
      const { rowsAffected } = await tx.run(sql`update ${table} set ${column} = ${rewrapped} where ${unchanged}`)
      done += rowsAffected
    }
    return done
  })
}

/** How many values are sealed with which key, over all sealed columns. */
export async function countByKey(on: Drizzle, columns = sealedColumns): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const column of columns) {
    for (const key of await listKeys(on, column)) {
      const found = await on
        .select({ total: count() })
        .from(column.table)
        .where(eq(sealingKeyOf(column.value), key))
        .get()
      counts.set(key, (counts.get(key) ?? 0) + (found?.total ?? 0))
    }
  }
  return counts
}

/** The keys that any value of a column is sealed with: one step in its index for each, however many values there are. */
export async function listKeys(on: Drizzle, { table, value }: SealedColumn): Promise<string[]> {
  const key = sealingKeyOf(value)
  const keys: string[] = []
  for (;;) {
    const last = keys.at(-1)
    const further = last === undefined ? gte(key, '') : gt(key, last)
    const next = await on.select({ key }).from(table).where(further).orderBy(key).limit(1).get()
    if (!next) return keys
    keys.push(next.key)
  }
}
