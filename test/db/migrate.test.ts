import { afterEach, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FileConnection } from '../../src/db/connection'
import { migrate } from '../../src/db/migrate'
import { type Migration, statementsOf } from '../../src/db/migration'
import { migrations } from '../../src/db/migrations'
import { ManualClock } from '../../src/lib/clock'
import { businessMigrations, firstMigration, ruleMigration, Workplace } from './business'

const workplace = new Workplace()
afterEach(() => workplace.end())

const step = (name: string, sql: string): Migration => ({ name, sql })

function look<T>(url: string, query: string): T[] {
  const connection = new FileConnection(url.slice('file:'.length))
  try {
    return connection.all(query).map(([value]) => value as T)
  } finally {
    connection.close()
  }
}

test('migrations are applied in order, once, and remembered with their time', async () => {
  const url = workplace.url()
  const clock = new ManualClock('2026-01-01T00:00:00Z')
  expect(await migrate({ url }, { migrations: businessMigrations, clock })).toEqual(['0000_wallets', '0001_rules'])
  expect(await migrate({ url }, { migrations: businessMigrations, clock })).toEqual([])
  expect(look<string>(url, 'SELECT name FROM schema_migrations ORDER BY id')).toEqual(['0000_wallets', '0001_rules'])
  expect(look<number>(url, 'SELECT applied_at FROM schema_migrations')).toEqual([
    clock.now().getTime(),
    clock.now().getTime(),
  ])
  expect(look<string>(url, `SELECT name FROM sqlite_schema WHERE type = 'trigger'`)).toEqual([
    'no_overdraft',
    'transfers_stay',
  ])
})

test('a migration that was edited after it was applied is refused, whatever its line endings', async () => {
  const url = workplace.url()
  await migrate({ url }, { migrations: [firstMigration] })
  await migrate({ url }, { migrations: [step(firstMigration.name, firstMigration.sql.replaceAll('\n', '\r\n'))] })
  const edited = migrate({ url }, { migrations: [step(firstMigration.name, `${firstMigration.sql} -- later thought`)] })
  await expect(edited).rejects.toMatchObject({
    code: 'CONFIG_FAILED',
    message: expect.stringContaining('must not be edited'),
  })
})

test('a database of a newer program, or of another line, is refused', async () => {
  const url = workplace.url()
  await migrate({ url }, { migrations: businessMigrations })
  await expect(migrate({ url }, { migrations: [firstMigration] })).rejects.toThrow(
    /0001_rules, which this program does not know/,
  )
  const other = [firstMigration, step('0001_other', 'CREATE TABLE x (a INTEGER)')]
  await expect(migrate({ url }, { migrations: other })).rejects.toThrow(/another line of the program/)
})

test('a migration that fails half-way leaves nothing of itself and everything before it', async () => {
  const url = workplace.url()
  const bad = step(
    '0001_bad',
    'CREATE TABLE half (a INTEGER) STRICT;\n--> statement-breakpoint\nCREATE TABLE wallets (a INTEGER);',
  )
  const error = await migrate({ url }, { migrations: [firstMigration, bad] }).catch((e) => e)
  expect(error).toMatchObject({ code: 'CONFIG_FAILED', message: expect.stringContaining('0001_bad failed: table') })
  expect(look<string>(url, 'SELECT name FROM schema_migrations')).toEqual(['0000_wallets'])
  expect(look<string>(url, `SELECT name FROM sqlite_schema WHERE name = 'half'`)).toEqual([])
})

test('a rebuilt table keeps its children, and one that would lose its triggers is refused', async () => {
  const url = workplace.url()
  await migrate({ url }, { migrations: businessMigrations })
  const connection = new FileConnection(url.slice('file:'.length))
  connection.exec(`INSERT INTO wallets (id, balance) VALUES ('a', 1); INSERT INTO transfers VALUES ('t', 'a', 1)`)
  connection.close()
  const rebuild = `PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE __new_wallets (id TEXT PRIMARY KEY NOT NULL, balance INTEGER NOT NULL) STRICT;--> statement-breakpoint
INSERT INTO __new_wallets SELECT id, balance FROM wallets;--> statement-breakpoint
DROP TABLE wallets;--> statement-breakpoint
ALTER TABLE __new_wallets RENAME TO wallets;--> statement-breakpoint
PRAGMA foreign_keys=ON;`
  const careless = migrate({ url }, { migrations: [...businessMigrations, step('0002_rebuild', rebuild)] })
  await expect(careless).rejects.toThrow(/would lose the triggers no_overdraft/)
  const careful = `${rebuild}--> statement-breakpoint\n${statementsOf(ruleMigration)[0]}`
  await migrate({ url }, { migrations: [...businessMigrations, step('0002_rebuild', careful)] })
  expect(look<string>(url, 'SELECT id FROM transfers')).toEqual(['t'])
  const orphaning = [...businessMigrations, step('0002_rebuild', careful), step('0003_orphan', 'DELETE FROM wallets')]
  await expect(migrate({ url }, { migrations: orphaning })).rejects.toThrow(/would refer to a missing row of wallets/)
})

test('a migration cannot end its own transaction', async () => {
  const url = workplace.url()
  await expect(migrate({ url }, { migrations: [step('0000_sly', 'COMMIT')] })).rejects.toThrow(
    /ends the transaction by itself/,
  )
})

test('processes that migrate one new file at once apply everything exactly once', async () => {
  const url = workplace.url()
  const script = join(import.meta.dir, 'children', 'migrate.ts')
  const children = [1, 2, 3].map(() => Bun.spawn([process.execPath, script, url], { stdout: 'pipe', stderr: 'pipe' }))
  const printed = await Promise.all(children.map((child) => new Response(child.stdout).text()))
  expect(await Promise.all(children.map((child) => child.exited))).toEqual([0, 0, 0])
  expect(printed.join('').trim().split('\n').sort()).toEqual(['0000_wallets', '0001_rules'])
})

test('only the marker separates statements, and empty or commented ones vanish', () => {
  expect(statementsOf(ruleMigration)).toHaveLength(2)
  expect(statementsOf(step('x', '-- nothing\n--> statement-breakpoint\n/* here */'))).toEqual([])
})

test('the program carries exactly the migrations of the folder and of its journal, in order', () => {
  const folder = join(import.meta.dir, '..', '..', 'drizzle')
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.sql'))
        .sort()
    : []
  expect(migrations.map(({ name }) => `${name}.sql`)).toEqual(files)
  for (const { name, sql } of migrations) expect(sql).toBe(readFileSync(join(folder, `${name}.sql`), 'utf8'))
  const journal = join(folder, 'meta', '_journal.json')
  const entries: { tag: string }[] = existsSync(journal) ? JSON.parse(readFileSync(journal, 'utf8')).entries : []
  expect(migrations.map(({ name }) => name)).toEqual(entries.map(({ tag }) => tag))
})

test('every table of the program is STRICT and no constraint of it waits for the commit', async () => {
  const url = workplace.url()
  await migrate({ url })
  const loose = look<string>(
    url,
    `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%'`,
  )
  expect(loose).toEqual([])
  for (const { sql } of migrations) expect(sql).not.toMatch(/INITIALLY\s+DEFERRED/i)
})
