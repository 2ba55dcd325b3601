import { and, asc, eq, gt, isNotNull, sql } from 'drizzle-orm'
import { type Database, type Drizzle, sealedPlace } from '../../db'
import type { KeyRing } from '../../lib/key-ring'
import { SealError, type Sealer, sealedUnder } from '../../lib/seal'
import { type SealedColumn, sealedColumns } from './sealed-columns'

/** Rows of one transaction: the server's own writes wait for no more than that. */
const batchSize = 100
/** Rows that somebody else changed meanwhile are taken again; so often in a row they are left for the next run. */
const maxPasses = 20
/** Where a value names its key, counted from 1 as SQL does. */
const idStart = sealedUnder('').length

interface Needs {
  db: Database
  sealer: Sealer
  sealing: KeyRing
  signal?: AbortSignal
}

export interface Rewrapped {
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
      const { done, overtaken, failed } = await rewrapColumn(needs, column)
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
  let after = ''
  for (;;) {
    needs.signal?.throwIfAborted()
    const rows = await staleRows(needs, column, after)
    const last = rows.at(-1)
    if (!last) return pass
    after = last.id
    const changes = rows.flatMap((row) => rewrapRow(needs.sealer, column, row, pass.failed))
    const done = await saveBatch(needs.db, column, changes)
    pass.done += done
    pass.overtaken += changes.length - done
  }
}

interface Row {
  id: string
  sealed: string
}
type Change = Row & { rewrapped: string }

async function staleRows({ db, sealing }: Needs, { table, id, value }: SealedColumn, after: string): Promise<Row[]> {
  const newest = sealedUnder(sealing.newest().id)
  return db.read
    .select({ id: sql<string>`${id}`, sealed: sql<string>`${value}` })
    .from(table)
    .where(and(gt(id, after), isNotNull(value), sql`substr(${value}, 1, ${newest.length}) <> ${newest}`))
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
  for (const { table, value } of columns) {
    const rest = sql`substr(${value}, ${sql.raw(String(idStart))})`
    const key = sql<string>`substr(${rest}, 1, instr(${rest}, '.') - 1)`
    const rows = await on
      .select({ key, total: sql<number>`count(*)` })
      .from(table)
      .where(isNotNull(value))
      .groupBy(key)
      .all()
    for (const { key: id, total } of rows) counts.set(id, (counts.get(id) ?? 0) + total)
  }
  return counts
}
