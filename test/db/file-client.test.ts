import { afterEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { ResultSet } from '@libsql/client'
import { eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/libsql'
import { DatabaseError } from '../../src/db/errors'
import { createFileClient, type FileClient } from '../../src/db/file-client'
import { firstMigration, ruleMigration, Workplace, wallet, wallets } from './business'

const workplace = new Workplace()
let client: FileClient
afterEach(async () => {
  client.close()
  await workplace.end()
})

async function openClient(): Promise<FileClient> {
  client = createFileClient(join(workplace.folder(), 'test.db'))
  for (const { sql: text } of [firstMigration, ruleMigration]) {
    await client.executeMultiple(text.replaceAll('--> statement-breakpoint', ''))
  }
  return client
}

const values = (result: ResultSet) => Array.from(result.rows[0]!)

const failureOf = (promise: Promise<unknown>): Promise<DatabaseError> =>
  promise.then(
    () => {
      throw new Error('it succeeded')
    },
    (error) => error,
  )

test('whole numbers, bigints, booleans and dates are stored as INTEGER', async () => {
  await openClient()
  const args = [5, 5n, true, false, new Date(1_000), -0, Number.MAX_SAFE_INTEGER, 2n ** 62n]
  const types = args.map((_, index) => `typeof(?${index + 1})`).join(', ')
  expect(values(await client.execute({ sql: `SELECT ${types}`, args }))).toEqual(args.map(() => 'integer'))
  expect(values(await client.execute('SELECT ?/2, ?', [5, new Date(1_000)]))).toEqual([2, 1_000])
  expect(values(await client.execute('SELECT typeof(?), ?', [1.5, 1.5]))).toEqual(['real', 1.5])
})

test('an integer beyond what a number can carry comes back as a bigint, exact', async () => {
  await openClient()
  const big = 2n ** 53n + 1n
  expect(values(await client.execute('SELECT ?, ?, 9223372036854775807', [big, 2 ** 53 - 1]))).toEqual([
    big,
    2 ** 53 - 1,
    2n ** 63n - 1n,
  ])
})

test('bytes go in and out unchanged, also a part of a longer buffer', async () => {
  await openClient()
  const result = await client.execute('SELECT ?, hex(?)', [
    new Uint8Array([1, 2, 3, 4]).subarray(1, 3),
    new Uint8Array([255]).buffer,
  ])
  expect(new Uint8Array(result.rows[0]![0] as ArrayBuffer)).toEqual(new Uint8Array([2, 3]))
  expect(result.rows[0]![1]).toBe('FF')
})

test('what would be stored as something else is refused', async () => {
  await openClient()
  const bad = [NaN, Infinity, 2 ** 53, 2n ** 63n, 'a\0b', new Date('x'), undefined, {}, [1], () => 1, Symbol('s')]
  for (const value of bad) {
    const error = await failureOf(client.execute('SELECT ?', [value as never]))
    expect(error).toBeInstanceOf(DatabaseError)
    expect(error.code).toBe('INVALID_ARGUMENT')
  }
})

test('arguments can be given by name, with or without their sign', async () => {
  await openClient()
  const result = await client.execute({ sql: 'SELECT :a, @b, $c', args: { a: 1, '@b': 2, $c: 'x' } })
  expect(values(result)).toEqual([1, 2, 'x'])
})

test('a kept statement never answers with the arguments of an earlier call', async () => {
  await openClient()
  await client.batch([
    `INSERT INTO wallets (id, balance) VALUES ('a', 1)`,
    `INSERT INTO wallets (id, balance) VALUES ('b', 2)`,
  ])
  const find = async (id: string) =>
    (await client.execute('SELECT id FROM wallets WHERE id = ?', [id])).rows.map((row) => row.id)
  expect([await find('a'), await find('zz'), await find('b'), await find('zz')]).toEqual([['a'], [], ['b'], []])
  const parse = (text: string) => client.execute('SELECT json(?)', [text]).then(values)
  expect(await parse('1')).toEqual(['1'])
  await expect(parse('{')).rejects.toThrow('malformed JSON')
  expect(await parse('2')).toEqual(['2'])
  expect(values(await client.execute('SELECT ?, ?', [1, 2]))).toEqual([1, 2])
  expect((await failureOf(client.execute('SELECT ?, ?', [3]))).code).toBe('INVALID_ARGUMENT')
  expect(values(await client.execute({ sql: 'SELECT :a, :b', args: { a: 1, b: 2 } }))).toEqual([1, 2])
  expect(values(await client.execute({ sql: 'SELECT :a, :b', args: { a: 3 } }))).toEqual([3, null])
})

test('a row is read by name and by position, whatever its columns are called', async () => {
  await openClient()
  const result = await client.execute(`SELECT 1 AS a, 2 AS b, 3 AS a, 4 AS length, 5 AS "constructor"`)
  const row = result.rows[0]!
  expect(result.columns).toEqual(['a', 'b', 'a', 'length', 'constructor'])
  expect([row.a, row.b, row[2], row[3], row[4]]).toEqual([1, 2, 3, 4, 5])
  expect(Object.keys(row)).toEqual(['a', 'b', 'length', 'constructor'])
})

test('an insert says how many rows and which rowid', async () => {
  await openClient()
  const { rowsAffected, lastInsertRowid, rows } = await client.execute(
    `INSERT INTO wallets (id, balance) VALUES ('a', 1), ('b', 2)`,
  )
  expect([rowsAffected, lastInsertRowid, rows.length]).toEqual([2, 2n, 0])
})

const refusals: [string, string, string][] = [
  [
    'SQLITE_CONSTRAINT_PRIMARYKEY',
    `INSERT INTO wallets (id, balance) VALUES ('a', 1)`,
    'UNIQUE constraint failed: wallets.id',
  ],
  ['SQLITE_CONSTRAINT_UNIQUE', `INSERT INTO names VALUES ('n')`, 'UNIQUE constraint failed: names.name'],
  ['SQLITE_CONSTRAINT_TRIGGER', 'UPDATE wallets SET balance = -1', 'OVERDRAFT: balance would be negative'],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', `INSERT INTO transfers VALUES ('t', 'nobody', 1)`, 'FOREIGN KEY constraint failed'],
  [
    'SQLITE_CONSTRAINT_FOREIGNKEY',
    `INSERT INTO transfers VALUES ('t', 'nobody', 1) RETURNING id`,
    'FOREIGN KEY constraint failed',
  ],
  [
    'SQLITE_CONSTRAINT_NOTNULL',
    `INSERT INTO wallets (id, balance) VALUES ('b', NULL)`,
    'NOT NULL constraint failed: wallets.balance',
  ],
  [
    'SQLITE_CONSTRAINT_DATATYPE',
    `INSERT INTO wallets (id, balance) VALUES ('b', 1.5)`,
    'cannot store REAL value in INTEGER column wallets.balance',
  ],
  ['SQLITE_CONSTRAINT_CHECK', `INSERT INTO names VALUES ('')`, `CHECK constraint failed: name <> ''`],
  ['SQLITE_ERROR', 'SELEC 1', 'near "SELEC": syntax error'],
]
test.each(refusals)('%s is named, with SQLite’s own words: %s', async (code, statement, message) => {
  await openClient()
  await client.executeMultiple(
    `CREATE TABLE names (name TEXT UNIQUE CHECK (name <> '')) STRICT; INSERT INTO names VALUES ('n')`,
  )
  await client.execute(`INSERT INTO wallets (id, balance) VALUES ('a', 1)`)
  expect(await failureOf(client.execute(statement))).toMatchObject({ code, extendedCode: code, message })
})

test('a batch is all or nothing', async () => {
  await openClient()
  const good = `INSERT INTO wallets (id, balance) VALUES ('a', 1)`
  expect((await failureOf(client.batch([good, good]))).code).toBe('SQLITE_CONSTRAINT_PRIMARYKEY')
  expect((await client.execute('SELECT * FROM wallets')).rows).toHaveLength(0)
  const [, read] = await client.batch([
    [`INSERT INTO wallets (id, balance) VALUES (?, ?)`, ['b', 7]],
    'SELECT * FROM wallets',
  ])
  expect(read!.rows[0]!.balance).toBe(7)
})

test('everything else waits for an open transaction, and sees what it committed', async () => {
  await openClient()
  const transaction = await client.transaction()
  await transaction.execute(`INSERT INTO wallets (id, balance) VALUES ('a', 1)`)
  const outside = client.execute('SELECT count(*) AS n FROM wallets')
  const second = client.transaction()
  expect(await Promise.race([outside, Bun.sleep(20).then(() => 'waiting')])).toBe('waiting')
  await transaction.commit()
  expect((await outside).rows[0]!.n).toBe(1)
  await (await second).rollback()
  expect((await failureOf(transaction.execute('SELECT 1'))).code).toBe('TRANSACTION_CLOSED')
})

test('a select keeps working after its table has changed, and names the new column', async () => {
  await openClient()
  await client.execute(`INSERT INTO wallets (id, balance) VALUES ('a', 1)`)
  expect(Object.keys((await client.execute('SELECT * FROM wallets')).rows[0]!)).toHaveLength(6)
  await client.execute('ALTER TABLE wallets ADD COLUMN colour TEXT')
  expect((await client.execute('SELECT * FROM wallets')).rows[0]!.colour).toBeNull()
})

test('more different statements than are kept still all work', async () => {
  await openClient()
  for (let n = 0; n < 1_500; n++) expect(values(await client.execute(`SELECT ${n}`))).toEqual([n])
  expect(values(await client.execute('SELECT 0'))).toEqual([0])
})

test('a closed client says so, also for a statement it has kept', async () => {
  await openClient()
  await client.execute('SELECT 1')
  client.close()
  expect(client.closed).toBe(true)
  expect((await failureOf(client.execute('SELECT 1'))).code).toBe('CLIENT_CLOSED')
  client.close()
})

test('the unchanged drizzle-orm/libsql driver works on it', async () => {
  await openClient()
  const db = drizzle(client)
  await db.transaction(async (tx) => {
    await tx.insert(wallets).values({ ...wallet('a'), openedAt: new Date(5), notes: { tags: ['x'] } })
  })
  expect(await db.select().from(wallets).where(eq(wallets.id, 'a'))).toEqual([
    { id: 'a', balance: 100n, visits: 0, active: true, openedAt: new Date(5), notes: { tags: ['x'] } },
  ])
  expect(await db.all<{ n: number }>(sql`SELECT count(*) AS n FROM wallets`)).toEqual([{ n: 1 }])
  await expect(
    db.transaction(async (tx) => {
      await tx.delete(wallets)
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  expect(await db.$count(wallets)).toBe(1)
})
