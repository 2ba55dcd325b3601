import { afterEach, beforeEach, expect, test } from 'bun:test'
import { getTableName } from 'drizzle-orm'
import type { Database } from '../../src/db'
import { countByKey, keepRewrapped, rewrapSealed, sealedColumns } from '../../src/features/key-rotation'
import { sealedUnder } from '../../src/lib/seal'
import { contextOf, openVault, type Vault } from './vault'

const rows = 250
const expected = Array.from({ length: rows }, (_, index) => `secret ${index + 1}`)

let vault: Vault
beforeEach(async () => {
  vault = await openVault()
  await vault.put(rows)
})
afterEach(() => vault.close())

const needs = () => ({ db: vault.db, sealer: vault.sealer, sealing: vault.secrets.sealing })
const newest = () => vault.secrets.sealing.newest().id
const counts = async () => Object.fromEntries(await countByKey(vault.db.read))

/** A database on which something happens just before each write. */
function interrupted(db: Database, before: (nth: number) => Promise<void>): Database {
  let nth = 0
  return Object.assign(Object.create(db) as Database, {
    read: db.read,
    write: async (work: never) => {
      await before(++nth)
      return db.write(work)
    },
  })
}

test('every column that holds sealed values is in the one list, and the list names no other', async () => {
  const found = await vault.db.read.all<{ name: string }>(
    `select m.name || '.' || c.name as name from sqlite_schema m join pragma_table_info(m.name) c
     where m.type = 'table' and c.name like 'sealed\\_%' escape '\\'`,
  )
  const listed = sealedColumns.map(({ table, value }) => `${getTableName(table)}.${value.name}`)
  expect(found.map(({ name }) => name).sort()).toEqual(listed.sort())
})

test('after a rotation every value is under the newest key and still says what it said', async () => {
  const old = newest()
  expect(await counts()).toEqual({ [old]: rows })
  vault.addKey()
  expect(await rewrapSealed(needs())).toEqual({ done: rows, failed: [] })
  expect(await counts()).toEqual({ [newest()]: rows })
  expect(newest()).not.toBe(old)
  expect(await vault.openAll()).toEqual(expected)
  expect(await rewrapSealed(needs())).toEqual({ done: 0, failed: [] })
})

test('a row that is changed between reading and writing keeps the change, and is done again', async () => {
  const old = vault.sealer.seal('changed meanwhile', contextOf('ins_1'))
  vault.addKey()
  const db = interrupted(vault.db, async (nth) => {
    if (nth === 1) await vault.overwrite('ins_1', old)
  })
  expect(await rewrapSealed({ ...needs(), db })).toEqual({ done: rows, failed: [] })
  expect(vault.sealer.open(await vault.sealedOf('ins_1'), contextOf('ins_1'))).toBe('changed meanwhile')
  expect(await counts()).toEqual({ [newest()]: rows })
})

test('what a run that was cut off had done is not done again', async () => {
  vault.addKey()
  const db = interrupted(vault.db, async (nth) => {
    if (nth === 2) throw new Error('killed')
  })
  await expect(rewrapSealed({ ...needs(), db })).rejects.toThrow('killed')
  const done = (await counts())[newest()]!
  expect(done).toBeGreaterThan(0)
  expect(done).toBeLessThan(rows)
  expect(await rewrapSealed(needs())).toEqual({ done: rows - done, failed: [] })
  expect(await vault.openAll()).toEqual(expected)
})

test('values that do not open are named, left alone, and stop nobody else', async () => {
  await vault.overwrite('ins_3', await vault.sealedOf('ins_4'))
  await vault.overwrite('ins_5', (await vault.sealedOf('ins_5')).replace(sealedUnder(newest()), sealedUnder('gone')))
  vault.addKey()
  const { done, failed } = await rewrapSealed(needs())
  expect(done).toBe(rows - 2)
  expect(failed).toHaveLength(2)
  expect(failed.join()).toContain('instances/ins_3/sealed_secrets does not open')
  expect(failed.join()).toContain('instances/ins_5/sealed_secrets was sealed with the key gone')
})

test('the server does it by itself after a new key, twice to be sure, and then rests', async () => {
  const lines: string[] = []
  const say = (_: object, text?: string) => void lines.push(text ?? '')
  const log = { trace: say, debug: say, info: say, warn: say, error: say, fatal: say }
  let reads = 0
  const db = Object.defineProperty(Object.create(vault.db) as Database, 'read', {
    get() {
      reads++
      return vault.db.read
    },
  })
  const write: Database['write'] = (work) => vault.db.write(work)
  Object.assign(db, { write })
  const run = keepRewrapped({ ...needs(), db, log })
  const { signal } = new AbortController()
  for (let nth = 0; nth < 3; nth++) await run({ signal })
  const atRest = reads
  await run({ signal })
  expect(reads).toBe(atRest)
  vault.addKey()
  await run({ signal })
  expect(await counts()).toEqual({ [newest()]: rows })
  expect(lines).toEqual(['sealed values are under the newest key now'])
})
