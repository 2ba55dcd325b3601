import { afterEach, expect, test } from 'bun:test'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asc, count, eq, gt, sql } from 'drizzle-orm'
import { blob, integer, sqliteTable } from 'drizzle-orm/sqlite-core'
import { FileConnection } from '../../src/db/connection'
import { openDatabase, prepared, type Tx } from '../../src/db/database'
import { databaseErrorOf } from '../../src/db/errors'
import { fc } from '../support/property'
import { transfers, Workplace, wallet, wallets } from './business'

const workplace = new Workplace()
afterEach(() => workplace.end())

const walletById = prepared((db) =>
  db
    .select()
    .from(wallets)
    .where(eq(wallets.id, sql.placeholder('id')))
    .prepare(),
)
const openWallet = prepared((db) =>
  db
    .insert(wallets)
    .values({
      id: sql.placeholder('id'),
      balance: sql.placeholder('balance'),
      openedAt: sql.placeholder('openedAt'),
      notes: sql.placeholder('notes'),
    })
    .returning({ id: wallets.id, openedAt: wallets.openedAt })
    .prepare(),
)
const pay = prepared((db) =>
  db
    .update(wallets)
    .set({ balance: sql`${wallets.balance} + ${sql.placeholder('amount')}`, active: true })
    .where(eq(wallets.id, sql.placeholder('id')))
    .prepare(),
)

test('a prepared query works on the read connection and on every live tx, with every kind of column', async () => {
  const db = await workplace.open()
  const openedAt = new Date('2026-01-02T03:04:05.678Z')
  const written = await db.write(async (tx) => {
    const opened = await openWallet(tx).get({ id: 'a', balance: 2n ** 60n, openedAt, notes: { tags: ['x'] } })
    expect((await pay(tx).run({ id: 'a', amount: -1n })).rowsAffected).toBe(1)
    expect((await walletById(tx).get({ id: 'a' }))!.balance).toBe(2n ** 60n - 1n)
    return opened
  })
  expect(written).toEqual({ id: 'a', openedAt })
  await db.write((tx) => openWallet(tx).run({ id: 'b', balance: 0n, openedAt: null, notes: null }))
  expect(await walletById(db.read).get({ id: 'a' })).toEqual({
    id: 'a',
    balance: 2n ** 60n - 1n,
    visits: 0,
    active: true,
    openedAt,
    notes: { tags: ['x'] },
  })
  expect(await walletById(db.read).all({ id: 'b' })).toMatchObject([{ openedAt: null, notes: null }])
  expect(await walletById(db.read).get({ id: 'c' })).toBeUndefined()
  expect(await walletById(db.read).execute({ id: 'b' })).toHaveLength(1)
  expect(await walletById(db.read).values({ id: 'b' })).toEqual([['b', 0, 0, 1, null, null]])
})

test('a prepared query refuses a dead tx, a missing value, and a builder that was not prepared', async () => {
  const db = await workplace.open()
  let dead: Tx | undefined
  let bound: ReturnType<typeof walletById> | undefined
  await db.write(async (tx) => {
    dead = tx
    bound = walletById(tx)
    await bound.get({ id: 'a' })
  })
  await db.write(async () => {
    await expect(bound!.get({ id: 'a' })).rejects.toThrow(/this transaction has ended/)
    await expect(walletById(dead!).get({ id: 'a' })).rejects.toThrow(/this transaction has ended/)
  })
  await expect(walletById(db.read).get({})).rejects.toThrow('No value for placeholder "id" was provided')
  const forgotten = prepared((on) => on.select().from(wallets))
  expect(() => forgotten(db.read)).toThrow(/end it with \.prepare\(\)/)
})

test('in whatever order a query is asked for one row or for all, it answers for its own arguments', async () => {
  const db = await workplace.open()
  await db.write((tx) => tx.insert(wallets).values(['a', 'b', 'c'].map((id) => wallet(id))))
  const parse = prepared((on) =>
    on
      .select({ id: wallets.id, value: sql<string>`json(${sql.placeholder('text')})` })
      .from(wallets)
      .where(eq(wallets.id, sql.placeholder('id')))
      .prepare(),
  )
  const inAnyOrder = fc.array(
    fc.tuple(fc.constantFrom('get', 'all'), fc.constantFrom('a', 'b', 'zz'), fc.constantFrom('1', '2', '{')),
  )
  await fc.assert(
    fc.asyncProperty(inAnyOrder, async (calls) => {
      for (const [method, id, text] of calls) {
        const query = parse(db.read)
        const answer =
          method === 'get' ? query.get({ id, text }).then((row) => (row ? [row] : [])) : query.all({ id, text })
        if (text === '{' && id !== 'zz') await expect(answer).rejects.toThrow('malformed JSON')
        else expect(await answer).toEqual(id === 'zz' ? [] : [{ id, value: text }])
      }
    }),
    { numRuns: 60 },
  )
})

test('prepared queries of two databases do not mix', async () => {
  const [one, two] = [await workplace.open(), await workplace.open()]
  await one.write((tx) => openWallet(tx).run({ id: 'a', balance: 1n, openedAt: null, notes: null }))
  await two.write((tx) => openWallet(tx).run({ id: 'a', balance: 2n, openedAt: null, notes: null }))
  expect((await walletById(one.read).get({ id: 'a' }))!.balance).toBe(1n)
  expect((await walletById(two.read).get({ id: 'a' }))!.balance).toBe(2n)
})

test('joins, aggregates, raw rows, batches and blobs come out as Drizzle promises', async () => {
  const db = await workplace.open()
  const pictures = sqliteTable('pictures', { id: integer('id').primaryKey(), bytes: blob('bytes', { mode: 'buffer' }) })
  await db.write(async (tx) => {
    await tx.run(sql`CREATE TABLE pictures (id INTEGER PRIMARY KEY, bytes BLOB) STRICT`)
    await tx.insert(pictures).values({ bytes: Buffer.from([1, 2]) })
    await tx.insert(wallets).values([wallet('a', 5n), wallet('b', 7n)])
    await tx.insert(transfers).values({ id: 't', walletId: 'a', amount: 3n })
  })
  expect(
    await db.read
      .select()
      .from(wallets)
      .leftJoin(transfers, eq(transfers.walletId, wallets.id))
      .orderBy(asc(wallets.id)),
  ).toMatchObject([
    { wallets: { id: 'a', balance: 5n }, transfers: { amount: 3n } },
    { wallets: { id: 'b', balance: 7n }, transfers: null },
  ])
  expect(await db.read.select({ n: count() }).from(wallets).get()).toEqual({ n: 2 })
  expect(await db.read.get<{ n: number }>(sql`SELECT sum(balance) AS n FROM wallets`)).toEqual({ n: 12 })
  expect(await db.read.get(sql`SELECT 1 AS n WHERE 0`)).toBeUndefined()
  expect(await db.read.$count(wallets, gt(wallets.balance, 5n))).toBe(1)
  expect(await db.read.select().from(pictures)).toEqual([{ id: 1, bytes: Buffer.from([1, 2]) }])
  const [found, total] = await db.read.batch([
    db.read.select().from(wallets),
    db.read.select({ n: count() }).from(transfers),
  ])
  expect([found.length, total]).toEqual([2, [{ n: 1 }]])
})

test('a batch inside a transaction stands or falls as one', async () => {
  const db = await workplace.open()
  await db.write(async (tx) => {
    const insert = tx.insert(wallets).values(wallet('a'))
    await expect(tx.batch([insert, tx.insert(wallets).values(wallet('a'))])).rejects.toThrow(/UNIQUE/)
    await tx.batch([tx.insert(wallets).values(wallet('b'))])
  })
  expect((await db.read.select().from(wallets)).map(({ id }) => id)).toEqual(['b'])
})

test('an error of the database is itself, not a message with the submitted values in it', async () => {
  const db = await workplace.open()
  const error = await db
    .write((tx) => tx.insert(transfers).values({ id: 'secret', walletId: 'x', amount: 1n }))
    .catch((e) => e)
  expect(databaseErrorOf(error)?.code).toBe('SQLITE_CONSTRAINT_FOREIGNKEY')
  expect(String(error)).not.toContain('secret')
})

test('the read connection cannot write, and cannot be put into a transaction', async () => {
  const db = await workplace.open()
  await expect(db.read.insert(wallets).values(wallet('a')).run()).rejects.toMatchObject({ code: 'SQLITE_READONLY' })
  await expect(db.read.run(sql`DROP TABLE transfers`).execute()).rejects.toMatchObject({ code: 'SQLITE_READONLY' })
  for (const text of [
    'PRAGMA query_only=OFF',
    'PRAGMA query_only(0)',
    'BEGIN',
    '/* */ SAVEPOINT x',
    `ATTACH '/tmp/x.db' AS x`,
  ]) {
    await expect(db.read.run(sql.raw(text)).execute()).rejects.toMatchObject({ code: 'SQLITE_READONLY' })
  }
  expect(() => db.read.transaction(async () => {})).toThrow(/outside one call write/)
})

test('the read connection sees a write once it is acknowledged, and nothing of one that is running', async () => {
  const db = await workplace.open()
  await db.write(async (tx) => {
    await tx.insert(wallets).values(wallet('a'))
    expect(await walletById(db.read).get({ id: 'a' })).toBeUndefined()
  })
  expect(await walletById(db.read).get({ id: 'a' })).toBeDefined()
})

test('the data version moves with every commit, also of another process, and only then', async () => {
  const url = workplace.url()
  const [one, two] = [await workplace.open({ url }), await workplace.open({ url })]
  const first = one.dataVersion()
  await walletById(one.read).get({ id: 'a' })
  expect(one.dataVersion()).toBe(first)
  await two.write((tx) => tx.insert(wallets).values(wallet('a')))
  // Another writer is looked for once a millisecond; our own commit shows at once.
  await Bun.sleep(2)
  const second = one.dataVersion()
  expect(second).not.toBe(first)
  await one.write((tx) => tx.insert(wallets).values(wallet('b')))
  expect(one.dataVersion()).not.toBe(second)
})

test('the settings money needs are on', async () => {
  const db = await workplace.open()
  const settings = await db.write(async (tx) => {
    const read = async (name: string) => Object.values((await tx.get<object>(sql.raw(`PRAGMA ${name}`)))!)[0]
    return Promise.all(['journal_mode', 'synchronous', 'foreign_keys', 'recursive_triggers'].map(read))
  })
  expect(settings).toEqual(['wal', 2, 1, 1])
  await db.write((tx) => tx.insert(wallets).values(wallet('a')))
  await db.write((tx) => tx.insert(transfers).values({ id: 't', walletId: 'a', amount: 1n }))
  await expect(db.write((tx) => tx.run(sql`INSERT OR REPLACE INTO transfers VALUES ('t', 'a', 99)`))).rejects.toThrow(
    'IMMUTABLE',
  )
})

test('integrity names a row whose parent is missing', async () => {
  const url = workplace.url()
  const db = await workplace.open({ url })
  expect(await db.integrity()).toEqual([])
  await db.write(async (tx) => {
    await tx.insert(wallets).values(wallet('a'))
    await tx.insert(transfers).values({ id: 't', walletId: 'a', amount: 1n })
  })
  const outsider = new FileConnection(url.slice('file:'.length))
  outsider.exec('PRAGMA foreign_keys=OFF; DELETE FROM wallets')
  outsider.close()
  expect(await db.integrity()).toEqual(['transfers row 1 refers to a missing row of wallets'])
})

test('a new file and its folder belong to their owner alone', async () => {
  const path = join(workplace.folder(), 'deep', 'er', 'test.db')
  await workplace.open({ url: `file:${path}` })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
})

test('a place that cannot hold a database is refused with one line that names it', async () => {
  const folder = workplace.folder()
  const file = join(folder, 'note.txt')
  writeFileSync(file, 'this is not a database, only a longer piece of text'.repeat(100))
  const places = [folder, file, join(file, 'below.db'), '/proc/minispod/test.db']
  for (const place of places) {
    const error = await openDatabase({ url: `file:${place}` }).catch((e) => e)
    expect(error).toMatchObject({ code: 'CONFIG_FAILED' })
    expect(error.message).toContain(place)
    expect(error.message).not.toContain('\n')
  }
  for (const url of ['postgres://me:secret@host/db', 'test.db', 'file:test.db?mode=ro']) {
    const error = await openDatabase({ url }).catch((e) => e)
    expect(error).toMatchObject({ code: 'CONFIG_FAILED' })
    expect(error.message).not.toContain('secret')
  }
})
