import { afterAll, beforeAll, expect, test } from 'bun:test'
import { dirname } from 'node:path'
import { FileConnection } from '../../src/db/connection'
import { schemaCheck } from '../../src/features/books/schema-itself'
import { runCommand } from '../support/command'
import { type Business, findingsIn, openBusiness } from './business'

let business: Business
beforeAll(async () => {
  business = await openBusiness()
})
afterAll(() => business.end())

/** A sound file in which nothing but the schema is changed. */
function changed(change: string): string {
  const path = business.damaged('')
  const intruder = new FileConnection(path)
  intruder.script(change)
  intruder.close()
  return path
}

const rewritten = (name: string, from: string, to: string): string => `
  PRAGMA writable_schema=ON;
  UPDATE sqlite_schema SET sql = replace(sql, '${from}', '${to}') WHERE name = '${name}';
  PRAGMA schema_version=9001; PRAGMA writable_schema=OFF`

const unread = 'schema: rows are not looked at until tables and indexes are right'

const cases: [change: string, says: string[]][] = [
  ['DROP TRIGGER ledger_entries_overdraft', ['schema: trigger ledger_entries_overdraft is missing']],
  ['DROP INDEX ledger_entries_source', ['schema: index ledger_entries_source is missing', unread]],
  ['DROP TABLE suspension_stops', ['schema: table suspension_stops is missing', unread]],
  [
    'DROP TRIGGER charges_keep; CREATE TRIGGER charges_keep BEFORE DELETE ON charges BEGIN SELECT 1; END',
    ['schema: trigger charges_keep is not as the migrations make it'],
  ],
  [
    'DROP INDEX top_ups_order; CREATE INDEX top_ups_order ON top_ups (order_id)',
    ['schema: index top_ups_order is not as the migrations make it', unread],
  ],
  [
    rewritten('top_ups', '"top_ups"."amount" > 0', '"top_ups"."amount" > -9'),
    ['schema: table top_ups is not as the migrations make it'],
  ],
  [
    'CREATE TRIGGER quietly AFTER INSERT ON mails BEGIN DELETE FROM mails; END; CREATE TABLE mine (x); CREATE VIEW v AS SELECT 1',
    [
      `schema: table mine is none of the migrations'`,
      `schema: trigger quietly is none of the migrations'`,
      `schema: view v is none of the migrations'`,
    ],
  ],
  // What SQLite keeps for its planner, and white space.
  ['ANALYZE', []],
  [rewritten('charges_keep', 'BEFORE DELETE', `BEFORE' || char(13, 10) || '  DELETE`), []],
]

for (const [change, says] of cases) {
  test(`after ${change.replace(/\s+/g, ' ').trim().slice(0, 90)}: ${says[0] ?? 'nothing'}`, async () => {
    expect((await findingsIn(changed(change))).get(schemaCheck) ?? []).toEqual(says)
  })
}

test('a dropped rule ends the command with 1, named, and what else is off is told beside it', async () => {
  const path = changed(`DROP TRIGGER ledger_entries_overdraft; UPDATE plans SET used_quota = 2 WHERE id = 'small'`)
  const { code, out } = await runCommand(['verify'], {
    dataDir: dirname(path),
    environment: { DATABASE_URL: `file:${path}` },
  })
  expect(code).toBe(1)
  expect(out).toStartWith(
    'schema: trigger ledger_entries_overdraft is missing\nplan small: 2 slots used, but 1 are held\n',
  )
})
