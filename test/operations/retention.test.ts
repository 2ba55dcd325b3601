import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { getTableName, sql } from 'drizzle-orm'
import { parseConfig, variables } from '../../src/config'
import { forgetOldRows, retention } from '../../src/features/operations'
import { day, ManualClock, minute } from '../../src/lib/clock'
import { scheduleTable } from '../../src/schedules'
import { startSystem, type TestSystem } from '../support/system'

const clock = new ManualClock('2030-06-01T00:00:00Z')
const now = clock.now().getTime()
let system: TestSystem
let userId: string
beforeAll(async () => {
  // Apart from what is asked for here nothing may be forgotten: no schedule fires by a clock that stands still.
  system = await startSystem({ clock })
  userId = (await system.customer()).id
})
afterAll(() => system.close())

const run = (text: string) => system.parts.db.write((tx) => tx.run(sql.raw(text)))
const idsIn = async (table: string, column: string): Promise<string[]> => {
  const rows = await system.parts.db.read.values<[string]>(
    sql.raw(`select ${column} from ${table} where ${column} like 'kept-%' or ${column} like 'gone-%'`),
  )
  return rows.map(([id]) => String(id)).toSorted()
}

/** A row of each table that is forgotten, made so long ago, and what its text column is that says which one. */
const rows: Record<
  string,
  { column: string; insert: (id: string, at: number) => string; days: number; more?: string[] }
> = {
  mails: {
    column: 'key',
    days: 365,
    insert: (id, at) => `insert into mails (id, key, recipient, template, locale, data, status, created_at)
      values ('${id}', '${id}', 'a@example.com', 'welcome', 'id', '{}', 'SENT', ${at})`,
  },
  payment_notifications: {
    column: 'digest',
    days: 365,
    insert: (id, at) => `insert into payment_notifications (digest, order_id, body, received_at, processed_at)
      values ('${id}', 'o', '{}', ${at}, ${at})`,
  },
  sessions: {
    column: 'id',
    days: 30,
    insert: (id, at) => `insert into sessions (id, user_id, address, user_agent, created_at, last_used_at, expires_at)
      values ('${id}', '${userId}', '', '', ${at - 30 * day}, ${at}, ${at})`,
  },
  api_tokens: {
    column: 'id',
    days: 30,
    insert: (id, at) => `insert into api_tokens (id, user_id, name, hash, prefix, scopes, created_at, expires_at)
      values ('${id}', '${userId}', 'x', '${id}', 'x', '[]', ${at - day}, ${at})`,
  },
  account_tokens: {
    column: 'id',
    days: 1,
    insert: (id, at) => `insert into account_tokens (id, user_id, purpose, hash, email, created_at, expires_at)
      values ('${id}', '${userId}', 'RESET_PASSWORD', '${id}', 'a@example.com', ${at - day}, ${at})`,
  },
  idempotency_keys: {
    column: 'key',
    days: 1,
    insert: (id, at) => `insert into idempotency_keys (actor_id, key, fingerprint, status, body, created_at)
      values ('x', '${id}', 'f', 201, '{}', ${at})`,
  },
}
const job = (
  id: string,
  status: string,
  at: number,
) => `insert into jobs (id, kind, key, payload, status, run_at, created_at, finished_at)
  values ('${id}', 'k', '${id}', '{}', '${status}', ${at}, ${at}, ${at})`

test('what was kept for long enough is forgotten, and nothing a minute younger', async () => {
  for (const { insert, days } of Object.values(rows)) {
    await run(insert('gone-1', now - days * day - minute))
    await run(insert('kept-1', now - days * day + minute))
  }
  for (const [status, days] of [
    ['DONE', 3],
    ['DEAD', 90],
    ['CANCELLED', 90],
  ] as const) {
    await run(job(`gone-${status}`, status, now - days * day - minute))
    await run(job(`kept-${status}`, status, now - days * day + minute))
  }
  await run(
    `insert into refresh_tokens (hash, session_id, created_at) values ('gone-1', 'kept-1', ${now - 30 * day - minute}), ('kept-1', 'kept-1', ${now - 30 * day + minute})`,
  )
  await forgetOldRows(system.parts, AbortSignal.timeout(60_000))
  for (const [table, { column }] of Object.entries(rows))
    expect([table, await idsIn(table, column)]).toEqual([table, ['kept-1']])
  expect(await idsIn('jobs', 'id')).toEqual(['kept-CANCELLED', 'kept-DEAD', 'kept-DONE'])
  expect(await idsIn('refresh_tokens', 'hash')).toEqual(['kept-1'])
})

test('what still waits is never forgotten, however old', async () => {
  const old = now - 4_000 * day
  await run(`insert into mails (id, key, recipient, template, locale, data, status, created_at)
    values ('kept-q', 'kept-q', 'a@example.com', 'welcome', 'id', '{}', 'QUEUED', ${old})`)
  await run(
    `insert into payment_notifications (digest, order_id, body, received_at) values ('kept-q', 'o', '{}', ${old})`,
  )
  await run(
    `insert into jobs (id, kind, key, payload, status, run_at, created_at) values ('kept-q', 'k', 'kept-q', '{}', 'QUEUED', ${old}, ${old})`,
  )
  await forgetOldRows(system.parts, AbortSignal.timeout(60_000))
  expect(await idsIn('mails', 'key')).toContain('kept-q')
  expect(await idsIn('payment_notifications', 'digest')).toContain('kept-q')
  expect(await idsIn('jobs', 'id')).toContain('kept-q')
})

test('an operator says how long', async () => {
  await run(rows.mails!.insert('gone-2', now - 31 * day))
  const config = { ...system.parts.config, ...keepOf(parseConfig({ KEEP_MAILS_DAYS: '30' })) }
  await forgetOldRows({ ...system.parts, config }, AbortSignal.timeout(60_000))
  expect(await idsIn('mails', 'key')).not.toContain('gone-2')
  expect(() => parseConfig({ KEEP_MAILS_DAYS: '29' })).toThrow(
    'KEEP_MAILS_DAYS: must be a whole number from 30 to 3650',
  )
})

const keepOf = ({ keepMailsDays }: ReturnType<typeof parseConfig>) => ({ keepMailsDays })

test('thousands go in several short transactions, and a signal ends it between two of them', async () => {
  const numbers = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1200)`
  await run(`${numbers} insert into idempotency_keys (actor_id, key, fingerprint, status, body, created_at)
    select 'many', 'gone-' || i, 'f', 201, '{}', 1 from n`)
  const { db } = system.parts
  let writes = 0
  const counted = Object.assign(Object.create(db), {
    write: (work: never) => {
      writes++
      return db.write(work)
    },
  })
  await expect(forgetOldRows({ ...system.parts, db: counted }, AbortSignal.abort(new Error('stop')))).rejects.toThrow(
    'stop',
  )
  expect(writes).toBe(0)
  await forgetOldRows({ ...system.parts, db: counted }, AbortSignal.timeout(60_000))
  expect(writes).toBe(retention.length + 2)
  expect((await idsIn('idempotency_keys', 'key')).filter((key) => key.startsWith('gone-'))).toEqual([])
})

test('docs/operations.md says of every table how long its rows are kept, by which setting and which job', async () => {
  const text = readFileSync(resolve(import.meta.dir, '../../docs/operations.md'), 'utf8')
  const section = text.split('## How long rows are kept')[1]!.split('\n## ')[0]!
  const told = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, names, kept, setting, by]) => ({
      tables: [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
      kept,
      setting,
      by,
    }))
  const tables = await system.parts.db.read.values<[string]>(
    sql`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'`,
  )
  expect([...new Set(told.flatMap((row) => row.tables))].toSorted()).toEqual(tables.map(([name]) => name).toSorted())

  const forgotten = told.filter(({ by }) => by === '`old-rows.forget`')
  const rules = retention.map(({ table, days }) => ({
    tables: [getTableName(table)],
    setting: typeof days === 'number' ? '' : `\`${variables[days].name}\``,
    days: typeof days === 'number' ? days : variables[days].fallback,
  }))
  const plain = forgotten.map(({ tables, setting, kept }) => ({
    tables,
    setting,
    days: Number(/^(\d+) days?\b/.exec(kept!)?.[1]),
  }))
  expect(plain.toSorted(byText)).toEqual(rules.toSorted(byText))
  expect(scheduleTable(system.parts).map(({ name }) => name)).toContain('old-rows.forget')
})

const byText = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
