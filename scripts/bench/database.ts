// Drizzle on our client beside Drizzle on stock @libsql/client: the same queries, both prepared once, on files of their own with WAL
// and synchronous=FULL; the two take turns. `bun scripts/bench/database.ts`, or call benchDatabase().
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/libsql'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { type Drizzle, openDatabase, prepared } from '../../src/db/database'
import type { Line } from './figures'
import type { Run } from './run'

const usualRounds = 5
const quickRounds = 2
const roundMs = 400
const rows = 10_000
const callers = 32

export interface Row {
  name: string
  unit: 'per second'
  ours: number
  oursSpread: [number, number]
  stock: number
  stockSpread: [number, number]
  ratio: number
  target?: number
}

interface Contender {
  read(id: string): Promise<unknown>
  /** As the client's users write it: kept on ours, built for each call on stock. */
  readAsWritten(id: string): Promise<unknown>
  insert(id: string): Promise<unknown>
  move(from: string, to: string): Promise<unknown>
  close(): Promise<void>
}

const accounts = sqliteTable('accounts', {
  id: text('id').primaryKey(),
  owner: text('owner').notNull(),
  balance: integer('balance').notNull(),
  note: text('note'),
})
const createTable = `CREATE TABLE accounts (id TEXT PRIMARY KEY NOT NULL, owner TEXT NOT NULL, balance INTEGER NOT NULL, note TEXT) STRICT`
const fill = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows - 1})
  INSERT INTO accounts SELECT 'id' || i, 'owner ' || i, 1000, 'a note of some length' FROM n`

const find = prepared((db) =>
  db
    .select()
    .from(accounts)
    .where(eq(accounts.id, sql.placeholder('id')))
    .prepare(),
)
const add = prepared((db) =>
  db
    .insert(accounts)
    .values({ id: sql.placeholder('id'), owner: sql.placeholder('owner'), balance: 0 })
    .prepare(),
)
const change = prepared((db) =>
  db
    .update(accounts)
    .set({ balance: sql`${accounts.balance} + ${sql.placeholder('by')}` })
    .where(eq(accounts.id, sql.placeholder('id')))
    .prepare(),
)

const ids = (n: number) => `id${(n * 7919) % rows}`
const measures: { name: string; target?: number; parallel: number; run(on: Contender, n: number): Promise<unknown> }[] =
  [
    { name: 'point reads, prepared on both', target: 10, parallel: 1, run: (on, n) => on.read(ids(n)) },
    { name: 'point reads, stock building the query each time', parallel: 1, run: (on, n) => on.readAsWritten(ids(n)) },
    {
      name: 'two-update transactions, one caller',
      target: 4,
      parallel: 1,
      run: (on, n) => on.move(ids(n), ids(n + 1)),
    },
    {
      name: `two-update transactions, ${callers} callers (stock behind a mutex)`,
      target: 4,
      parallel: callers,
      run: (on, n) => on.move(ids(n), ids(n + 1)),
    },
    { name: 'inserts, one caller', parallel: 1, run: (on) => on.insert(crypto.randomUUID()) },
    { name: `inserts, ${callers} callers`, parallel: callers, run: (on) => on.insert(crypto.randomUUID()) },
  ]

/** `parent`: where to put the files; a RAM disk shows the clients without the disk. */
export async function benchDatabase(parent = tmpdir(), rounds = usualRounds): Promise<Row[]> {
  const folder = mkdtempSync(join(parent, 'minispod-bench-'))
  const ours = await openOurs(`file:${join(folder, 'ours.db')}`)
  const stock = await openStock(`file:${join(folder, 'stock.db')}`)
  try {
    const results: Row[] = []
    for (const measure of measures) results.push(await compare(measure, ours, stock, rounds))
    return results
  } finally {
    await ours.close()
    await stock.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

export async function benchDatabaseLines({ folder, quick }: Pick<Run, 'folder' | 'quick'>): Promise<Line[]> {
  const rows = await benchDatabase(folder, quick ? quickRounds : usualRounds)
  return rows.map(({ name, ours, oursSpread, stock, stockSpread, ratio, target }) => ({
    name,
    figures: { median: ours, min: oursSpread[0], max: oursSpread[1] },
    unit: '/s',
    baseline: { name: 'stock client', figures: { median: stock, min: stockSpread[0], max: stockSpread[1] } },
    target: target ? { text: `≥ ${target} ×`, reached: ratio >= target } : undefined,
  }))
}

async function compare(
  measure: (typeof measures)[number],
  ours: Contender,
  stock: Contender,
  rounds: number,
): Promise<Row> {
  const rates: { ours: number[]; stock: number[] } = { ours: [], stock: [] }
  await rateOf(measure, ours)
  await rateOf(measure, stock)
  for (let round = 0; round < rounds; round++) {
    rates.ours.push(await rateOf(measure, ours))
    rates.stock.push(await rateOf(measure, stock))
  }
  const [a, b] = [median(rates.ours), median(rates.stock)]
  return {
    name: measure.name,
    unit: 'per second',
    ours: a,
    oursSpread: spread(rates.ours),
    stock: b,
    stockSpread: spread(rates.stock),
    ratio: a / b,
    target: measure.target,
  }
}

async function rateOf({ parallel, run }: (typeof measures)[number], on: Contender): Promise<number> {
  let done = 0
  const start = performance.now()
  const end = start + roundMs
  const caller = async () => {
    while (performance.now() < end) await run(on, done++)
  }
  await Promise.all(Array.from({ length: parallel }, caller))
  return (done * 1_000) / (performance.now() - start)
}

async function openOurs(url: string): Promise<Contender> {
  const db = await openDatabase({ url })
  await db.write(async (tx) => {
    await tx.run(sql.raw(createTable))
    await tx.run(sql.raw(fill))
  })
  return {
    read: (id) => find(db.read).get({ id }),
    readAsWritten: (id) => find(db.read).get({ id }),
    insert: (id) => db.write((tx) => add(tx).run({ id, owner: 'new' })),
    move: (from, to) =>
      db.write(async (tx) => {
        await change(tx).run({ id: from, by: -1 })
        await change(tx).run({ id: to, by: 1 })
      }),
    close: () => db.close(),
  }
}

async function openStock(url: string): Promise<Contender> {
  const client = createClient({ url })
  const db: Drizzle = drizzle(client)
  // FULL is the default of every connection of its pool; WAL is a property of the file.
  for (const text of ['PRAGMA journal_mode=WAL', createTable, fill]) await client.execute(text)
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => {})
    return mine
  }
  return {
    read: (id) => find(db).get({ id }),
    readAsWritten: (id) => db.select().from(accounts).where(eq(accounts.id, id)).get(),
    insert: (id) => inTurn(() => add(db).run({ id, owner: 'new' })),
    // Overlapping transactions of one process block each other's event loop, so stock gets a mutex of the caller's own. Drizzle can't
    // carry a prepared query into its transaction: it is built again, as its users do.
    move: (from, to) =>
      inTurn(() =>
        db.transaction(async (tx) => {
          await tx
            .update(accounts)
            .set({ balance: sql`${accounts.balance} + ${-1}` })
            .where(eq(accounts.id, from))
          await tx
            .update(accounts)
            .set({ balance: sql`${accounts.balance} + ${1}` })
            .where(eq(accounts.id, to))
        }),
      ),
    close: async () => client.close(),
  }
}

const sorted = (values: number[]) => [...values].sort((a, b) => a - b)
const median = (values: number[]) => sorted(values)[Math.floor(values.length / 2)]!
const spread = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)]

export function printRow(row: Row): string {
  const rate = (value: number) => Math.round(value).toLocaleString('en')
  const side = (value: number, [low, high]: [number, number]) => `${rate(value)} (${rate(low)}–${rate(high)})`
  const target = row.target ? `, target ${row.target} ×: ${row.ratio >= row.target ? 'reached' : 'NOT reached'}` : ''
  return `${row.name}: ours ${side(row.ours, row.oursSpread)}, stock ${side(row.stock, row.stockSpread)} a second = ${row.ratio.toFixed(1)} ×${target}`
}

if (import.meta.main) for (const row of await benchDatabase(process.argv[2])) console.log(printRow(row))
