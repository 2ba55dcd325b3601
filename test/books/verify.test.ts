import { afterAll, beforeAll, expect, test } from 'bun:test'
import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FileConnection } from '../../src/db/connection'
import { openSnapshot } from '../../src/db/open-to-read'
import { Findings } from '../../src/features/books'
import { countCheck } from '../../src/features/books/count-check'
import { fileCheck } from '../../src/features/books/file-check'
import { liveSumsCheck } from '../../src/features/books/live-sums-check'
import { replayAccounts, replayChecks } from '../../src/features/books/replay'
import { revenueCheck } from '../../src/features/books/revenue-check'
import { constraintChecks, referenceChecks } from '../../src/features/books/schema-checks'
import { sourceCheck, unknownForm } from '../../src/features/books/source-check'
import { sourceRules } from '../../src/features/books/source-rules'
import { rowChecks } from '../../src/features/books/verify'
import { checkRows } from '../../src/features/books/walk-rows'
import { runCommand } from '../support/command'
import { type Business, findingsIn, openBusiness } from './business'
import { damages } from './damages'
import { voucherDamages } from './damages/vouchers'
import { voucherBusiness } from './voucher-business'

let business: Business
let withVouchers: Business
beforeAll(async () => {
  business = await openBusiness()
  withVouchers = await openBusiness(voucherBusiness)
})
afterAll(() => {
  business.end()
  withVouchers.end()
})

const verify = (path: string, ...flags: string[]) =>
  runCommand(['verify', ...flags], { dataDir: dirname(path), environment: { DATABASE_URL: `file:${path}` } })

test('nothing is wrong with books that were written past no rule', async () => {
  for (const path of [business.damaged(''), withVouchers.damaged('')]) {
    expect(await findingsIn(path)).toEqual(new Map())
    expect(await findingsIn(path, 'deep')).toEqual(new Map())
  }
})

for (const [check, harm, says] of damages) {
  test(`${check}: ${says}`, async () => {
    expect((await findingsIn(business.damaged(harm))).get(check)).toContain(says)
  })
}

for (const [check, harm, says] of voucherDamages) {
  test(`with vouchers, ${check}: ${says}`, async () => {
    expect((await findingsIn(withVouchers.damaged(harm))).get(check)).toContain(says)
  })
}

const allDamages = [...damages, ...voucherDamages]

const moneyTables = [
  'ledger_accounts',
  'ledger_entries',
  'transactions',
  'top_ups',
  'refunds',
  'payment_cases',
  'charges',
  'vouchers',
  'voucher_uses',
]

test('every check has a damage that it names', async () => {
  const snapshot = await openSnapshot({ url: `file:${business.damaged('')}` })
  const ofSchema = [...(await constraintChecks(snapshot)), ...(await referenceChecks(snapshot))]
  await snapshot.close()
  const ofMoney = ofSchema.filter(({ table }) =>
    [...moneyTables, 'subscriptions', 'upgrades', 'plans', 'users'].includes(table),
  )
  const names = [...rowChecks, ...ofMoney].map(({ name }) => name)
  const damaged = new Set(allDamages.map(([check]) => check))
  expect(
    [...names, ...replayChecks, countCheck, revenueCheck, liveSumsCheck, 'audit chain'].filter(
      (name) => !damaged.has(name),
    ),
  ).toEqual([])
})

test('every form of a source has a damage that it names', () => {
  const said = allDamages.filter(([check]) => check === sourceCheck.name).map(([, , says]) => says)
  const words = [...sourceRules.map(({ lacks }) => lacks), unknownForm]
  expect(new Set(words).size).toBe(words.length)
  expect(words.filter((lacks) => !said.some((says) => says.endsWith(`, ${lacks}`)))).toEqual([])
})

test('every CHECK and every foreign key of the schema is asked about', async () => {
  const path = business.damaged('')
  const snapshot = await openSnapshot({ url: `file:${path}` })
  const says = (await constraintChecks(snapshot)).map((check) => check.says).join()
  const references = await referenceChecks(snapshot)
  const schema = await snapshot.all(`SELECT sql FROM sqlite_schema WHERE type = 'table'`)
  await snapshot.close()
  const text = schema.map(([sql]) => String(sql)).join()
  const checks = [...text.matchAll(/CONSTRAINT "(\w+)" CHECK/g)].map(([, name]) => name!)
  expect(checks.length).toBeGreaterThan(30)
  expect(checks.filter((name) => !says.includes(`'${name}'`))).toEqual([])
  expect(references).toHaveLength(text.match(/\bREFERENCES\b/g)!.length)
})

test('one entry changed is told once, not at every later transaction of the account', async () => {
  const found = await findingsIn(business.damaged('UPDATE ledger_entries SET amount = 99 WHERE number = 2'))
  expect(found.get('balance after')).toHaveLength(1)
})

test('damage all over is told in bounded words, and counted', async () => {
  const path = business.damaged(`
    WITH RECURSIVE n(i) AS (SELECT 115 UNION ALL SELECT i + 1 FROM n WHERE i < 5114)
    INSERT INTO transactions (number, id, user_id, type, status, amount, description, created_at)
    SELECT i, 'x' || i, 'a', 'BONUS', 'DONE', 1, '', 1 FROM n`)
  const found = (await findingsIn(path)).get('transactions: constraints')!
  expect(found).toHaveLength(101)
  expect(found.at(-1)).toBe('transactions: constraints: and 4900 more')
})

test('numbers that no sum can hold, and text that is more than a line, stop nothing', async () => {
  const huge = '9223372036854775807'
  const path =
    business.damaged(`UPDATE ledger_entries SET amount = ${huge}; UPDATE transactions SET amount = -${huge} - 1;
    UPDATE ledger_entries SET reverses = 1; UPDATE ledger_accounts SET balance = ${huge}, last_entry = ${huge};
    UPDATE transactions SET balance_after = ${huge} WHERE number = 103;
    UPDATE refunds SET amount = ${huge}; UPDATE plans SET id = 'a' || char(10) || char(27) || 'b', used_quota = 1 WHERE id = 'foreign'`)
  const found = await findingsIn(path)
  expect(found.get('ledger_entries: constraints')).toHaveLength(17)
  expect(found.get('sum of reversals')?.join()).toContain('a number too large')
  expect(found.get('slots of a plan')).toContain('plan a??b: 1 slots used, but 0 are held')
})

test('accounts that do not fit into memory at once are replayed in turns, and come to the same', async () => {
  const damaged = business.damaged(`UPDATE ledger_accounts SET balance = balance + 1 WHERE id IN ('fees', 'wallet:b')`)
  const snapshot = await openSnapshot({ url: `file:${damaged}` })
  const atOnce = [1, 2, 3, 100].map(async (limit) => {
    const findings = new Findings()
    await replayAccounts(snapshot, findings, { atOnce: limit })
    return findings.list().toSorted()
  })
  const told = await Promise.all(atOnce)
  await snapshot.close()
  expect(told[0]).toEqual([
    'account fees: balance 6, entries say 5',
    'account wallet:b: balance 1, entries say 0',
    'ledger: balances sum to 2, not to zero',
  ])
  for (const others of told) expect(others).toEqual(told[0]!)
})

test('it sees one moment, whatever is written meanwhile, and writes nothing itself', async () => {
  const path = business.damaged('')
  const server = new FileConnection(path)
  server.exec('PRAGMA journal_mode=WAL; PRAGMA recursive_triggers=ON')
  const snapshot = await openSnapshot({ url: `file:${path}` })
  server.exec(`UPDATE plans SET used_quota = 2 WHERE id = 'small'`)
  const [before] = await snapshot.all(`SELECT used_quota FROM plans WHERE id = 'small'`)
  expect(before).toEqual([1])
  await expect(snapshot.all(`UPDATE plans SET used_quota = 1`)).rejects.toThrow(/readonly|attempt to write/)
  await snapshot.close()
  // Nothing holds the log any longer, although the connection's file is let go later.
  expect(server.first('PRAGMA wal_checkpoint(TRUNCATE)')).toEqual([0, 0, 0])
  expect((await findingsIn(path)).get('slots of a plan')).toHaveLength(1)
  server.close()
})

test('other work goes on while it looks, and it stops when it is told to', async () => {
  const path = business.damaged(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    INSERT INTO payment_notifications (digest, order_id, body, received_at) SELECT i, 'o', '{}', 1 FROM n`)
  const snapshot = await openSnapshot({ url: `file:${path}` })
  const check = { name: 'x', table: 'payment_notifications', wrong: 'false', says: `''` }
  let turns = 0
  let over = false
  const takeTurn = () => {
    turns++
    if (!over) setImmediate(takeTurn)
  }
  setImmediate(takeTurn)
  await checkRows(snapshot, [check], new Findings())
  over = true
  expect(turns).toBeGreaterThan(5)
  const aborting = new AbortController()
  setImmediate(() => aborting.abort(new Error('enough')))
  await expect(checkRows(snapshot, [check], new Findings(), aborting.signal)).rejects.toThrow('enough')
  await snapshot.close()
})

test('the command ends with 0 on sound books and with 1 on damaged ones, and says what is off', async () => {
  const sound = await verify(business.damaged(''))
  expect(sound.out).toEndWith('Every balance, slot and number is as it should be.\n')
  expect([sound.code, sound.err]).toEqual([0, ''])
  const path = business.damaged(`UPDATE plans SET used_quota = 2 WHERE id = 'small'`)
  const damaged = await verify(path)
  expect([damaged.code, damaged.err]).toEqual([1, ''])
  expect(damaged.out).toStartWith('plan small: 2 slots used, but 1 are held\n')
  expect(damaged.out).toEndWith('\n1 mismatches.\n')
  const json = await verify(path, '--json')
  expect(json.code).toBe(1)
  expect(JSON.parse(json.out)).toMatchObject({ mismatches: [expect.any(String)], total: 1, audit: { entries: 1 } })
})

test('an index that lacks a row of its table is found, and with --deep one that has another', async () => {
  const outOfIndex = (act: string) => `
    PRAGMA writable_schema=ON;
    CREATE TEMP TABLE away AS SELECT * FROM sqlite_schema WHERE name = 'transactions_id';
    DELETE FROM sqlite_schema WHERE name = 'transactions_id';
    PRAGMA schema_version=9001; ${act};
    INSERT INTO sqlite_schema SELECT * FROM away; PRAGMA schema_version=9002; PRAGMA writable_schema=OFF`
  const lacking = business.damaged(
    outOfIndex(`INSERT INTO transactions (number, id, user_id, type, status, amount, description, created_at)
    VALUES (115, 'new', 'a', 'BONUS', 'FAILED', 1, '', 1)`),
  )
  expect((await findingsIn(lacking, 'quick')).get(fileCheck)).toContain(
    'file: index transactions_id has 14 entries, its table 15 rows',
  )
  const other = business.damaged(outOfIndex(`UPDATE transactions SET id = 'other' WHERE number = 101`))
  expect((await findingsIn(other, 'deep')).get(fileCheck)?.join()).toContain('transactions_id')
})

test('a file that cannot be read is one line and exit code 2', async () => {
  const folder = dirname(business.damaged(''))
  const unreadable = async (path: string, says: RegExp) => {
    const { code, err } = await verify(path)
    expect(code).toBe(2)
    expect(err).toMatch(/^minispod: [^\n]*\n$/)
    expect(err).toMatch(says)
  }
  const page = business.damaged('')
  overwrite(page, pageOf(page, 'ledger_entries'))
  await unreadable(page, /damaged|malformed/)
  const short = business.damaged('')
  truncateSync(short, statSync(short).size / 2)
  await unreadable(short, /damaged|malformed|I\/O/)
  const noDatabase = join(folder, 'words.db')
  await Bun.write(noDatabase, 'no database at all, but long enough to be looked at. '.repeat(100))
  await unreadable(noDatabase, /not a database/)
  await unreadable(join(folder, 'nowhere.db'), /There is no database/)
  await unreadable(business.damaged(`DELETE FROM schema_migrations WHERE id > 3`), /run migrate first/)
  await unreadable(business.damaged(`UPDATE schema_migrations SET hash = 'x' WHERE id = 1`), /another text/)
})

test('a page that nothing reads is found all the same', async () => {
  const path = business.damaged('')
  overwrite(path, pageOf(path, 'mails_recipient'))
  const { code, out } = await verify(path)
  expect(code).not.toBe(0)
  expect(out).toContain('file: ')
})

function pageOf(path: string, name: string): number {
  const connection = new FileConnection(path)
  const [root] = connection.first('SELECT rootpage FROM sqlite_schema WHERE name = ?', [name])!
  connection.close()
  return Number(root)
}

function overwrite(path: string, page: number): void {
  const file = openSync(path, 'r+')
  writeSync(file, new Uint8Array(4_096).fill(0x5a), 0, 4_096, (page - 1) * 4_096)
  closeSync(file)
}
