import { afterEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { ResultSet } from '@libsql/client'
import { FileConnection } from '../../src/db/connection'
import { DatabaseError } from '../../src/db/errors'
import { executeOn } from '../../src/db/result-set'
import { firstMigration, ruleMigration, Workplace } from './business'

const workplace = new Workplace()
let connection: FileConnection
afterEach(async () => {
  connection.close()
  await workplace.end()
})

function openConnection(): void {
  connection = new FileConnection(join(workplace.folder(), 'test.db'))
  for (const { sql } of [firstMigration, ruleMigration]) {
    connection.script(sql.replaceAll('--> statement-breakpoint', ''))
  }
}

const execute = (sql: string, args: readonly unknown[] = []): ResultSet => executeOn(connection, sql, args)

const values = (result: ResultSet) => Array.from(result.rows[0]!)

function failureOf(run: () => unknown): DatabaseError {
  try {
    run()
  } catch (error) {
    return error as DatabaseError
  }
  throw new Error('it succeeded')
}

test('whole numbers, bigints, booleans and dates are stored as INTEGER', () => {
  openConnection()
  const args = [5, 5n, true, false, new Date(1_000), -0, Number.MAX_SAFE_INTEGER, 2n ** 62n]
  const types = args.map((_, index) => `typeof(?${index + 1})`).join(', ')
  expect(values(execute(`SELECT ${types}`, args))).toEqual(args.map(() => 'integer'))
  expect(values(execute('SELECT ?/2, ?', [5, new Date(1_000)]))).toEqual([2, 1_000])
  expect(values(execute('SELECT typeof(?), ?', [1.5, 1.5]))).toEqual(['real', 1.5])
})

test('an integer beyond what a number can carry comes back as a bigint, exact', () => {
  openConnection()
  const big = 2n ** 53n + 1n
  expect(values(execute('SELECT ?, ?, 9223372036854775807', [big, 2 ** 53 - 1]))).toEqual([
    big,
    2 ** 53 - 1,
    2n ** 63n - 1n,
  ])
})

test('bytes go in and out unchanged, also a part of a longer buffer', () => {
  openConnection()
  const result = execute('SELECT ?, hex(?)', [
    new Uint8Array([1, 2, 3, 4]).subarray(1, 3),
    new Uint8Array([255]).buffer,
  ])
  expect(new Uint8Array(result.rows[0]![0] as ArrayBuffer)).toEqual(new Uint8Array([2, 3]))
  expect(result.rows[0]![1]).toBe('FF')
})

test('what would be stored as something else is refused', () => {
  openConnection()
  const bad = [NaN, Infinity, 2 ** 53, 2n ** 63n, 'a\0b', new Date('x'), undefined, {}, [1], () => 1, Symbol('s')]
  for (const value of bad) {
    const error = failureOf(() => execute('SELECT ?', [value]))
    expect(error).toBeInstanceOf(DatabaseError)
    expect(error.code).toBe('INVALID_ARGUMENT')
  }
})

test('a kept statement never answers with the arguments of an earlier call', () => {
  openConnection()
  execute(`INSERT INTO wallets (id, balance) VALUES ('a', 1), ('b', 2)`)
  const find = (id: string) => execute('SELECT id FROM wallets WHERE id = ?', [id]).rows.map((row) => row.id)
  expect([find('a'), find('zz'), find('b'), find('zz')]).toEqual([['a'], [], ['b'], []])
  const parse = (text: string) => values(execute('SELECT json(?)', [text]))
  expect(parse('1')).toEqual(['1'])
  expect(() => parse('{')).toThrow('malformed JSON')
  expect(parse('2')).toEqual(['2'])
  expect(values(execute('SELECT ?, ?', [1, 2]))).toEqual([1, 2])
  expect(failureOf(() => execute('SELECT ?, ?', [3])).code).toBe('INVALID_ARGUMENT')
})

test('a row is read by name and by position, whatever its columns are called', () => {
  openConnection()
  const result = execute(`SELECT 1 AS a, 2 AS b, 3 AS a, 4 AS length, 5 AS "constructor"`)
  const row = result.rows[0]!
  expect(result.columns).toEqual(['a', 'b', 'a', 'length', 'constructor'])
  expect([row.a, row.b, row[2], row[3], row[4]]).toEqual([1, 2, 3, 4, 5])
  expect(Object.keys(row)).toEqual(['a', 'b', 'length', 'constructor'])
})

test('an insert says how many rows and which rowid', () => {
  openConnection()
  const { rowsAffected, lastInsertRowid, rows } = execute(`INSERT INTO wallets (id, balance) VALUES ('a', 1), ('b', 2)`)
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
test.each(refusals)('%s is named, with SQLite’s own words: %s', (code, statement, message) => {
  openConnection()
  connection.script(`CREATE TABLE names (name TEXT UNIQUE CHECK (name <> '')) STRICT; INSERT INTO names VALUES ('n')`)
  execute(`INSERT INTO wallets (id, balance) VALUES ('a', 1)`)
  expect(failureOf(() => execute(statement))).toMatchObject({ code, extendedCode: code, message })
})

test('a select keeps working after its table has changed, and names the new column', () => {
  openConnection()
  execute(`INSERT INTO wallets (id, balance) VALUES ('a', 1)`)
  expect(Object.keys(execute('SELECT * FROM wallets').rows[0]!)).toHaveLength(6)
  execute('ALTER TABLE wallets ADD COLUMN colour TEXT')
  expect(execute('SELECT * FROM wallets').rows[0]!.colour).toBeNull()
})

test('more different statements than are kept still all work', () => {
  openConnection()
  for (let n = 0; n < 1_500; n++) expect(values(execute(`SELECT ${n}`))).toEqual([n])
  expect(values(execute('SELECT 0'))).toEqual([0])
})

test('a closed connection says so, also for a statement it has kept', () => {
  openConnection()
  execute('SELECT 1')
  connection.close()
  expect(connection.closed).toBe(true)
  expect(failureOf(() => execute('SELECT 1')).code).toBe('CLIENT_CLOSED')
  connection.close()
})
