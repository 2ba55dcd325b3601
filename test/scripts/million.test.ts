import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeBook } from '../../scripts/bench/million'
import { FileConnection } from '../../src/db/connection'
import { migrate } from '../../src/db/migrate'
import { findingsIn } from '../books/business'

const folder = mkdtempSync(join(tmpdir(), 'minispod-million-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const size = { transactions: 4_000, customers: 20, firstCustomersShare: 0.2 }

async function write(name: string, seed: number): Promise<{ path: string; rows(sql: string): unknown[][] }> {
  const path = join(folder, name)
  await writeBook(path, { ...size, seed })
  const connection = new FileConnection(path)
  return { path, rows: (sql) => connection.all(sql) }
}

test('a book written in bulk is sound, of every kind of transaction, and ends subscriptions', async () => {
  const { path, rows } = await write('sound.db', 1)
  expect(await findingsIn(path, 'deep')).toEqual(new Map())
  expect(rows('SELECT count(*) FROM transactions')).toEqual([[4_000]])
  expect(rows('SELECT DISTINCT type FROM transactions ORDER BY 1').flat()).toEqual([
    'BONUS',
    'CHARGE',
    'REFUND',
    'TOP_UP',
  ])
  expect(rows('SELECT DISTINCT status FROM subscriptions ORDER BY 1').flat()).toEqual(['ACTIVE', 'CANCELLED'])
  const [[ofFirst]] = rows(
    `SELECT count(*) FROM transactions WHERE user_id = (SELECT id FROM users WHERE email = 'customer-0@example.com')`,
  ) as [[number]]
  expect(ofFirst).toBeGreaterThan(600)
})

test('its file has every trigger and index that an ordinary one has', async () => {
  const { rows } = await write('rules.db', 2)
  const ordinary = join(folder, 'ordinary.db')
  await migrate({ url: `file:${ordinary}` })
  const rules = `SELECT type, name, sql FROM sqlite_schema ORDER BY type, name`
  expect(rows(rules)).toEqual(new FileConnection(ordinary).all(rules))
})

test('the same seed writes the same rows, another one others', async () => {
  const books = [await write('a.db', 3), await write('b.db', 3), await write('c.db', 4)]
  const [a, b, c] = books.map(({ rows }) => rows('SELECT * FROM transactions ORDER BY number'))
  expect(b).toEqual(a!)
  expect(c).not.toEqual(a!)
})
