import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Books, openBooks } from './books'
import { checkCases, uniqueCases } from './constraint-cases'
import { nameOf } from './judge'
import { nameCases } from './name-cases'
import { type RuleCase, triggerCases } from './rule-cases'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

/** The attempt as it is, and once more with the rule taken away: a case that passes without its rule proves nothing. */
function judge({ rule, says, before, attempt, without = [] }: RuleCase, takeAway: (rule: string) => string) {
  const attempted = (dropped: string) =>
    books.tentatively(() => {
      for (const other of without) books.connection.exec(`DROP TRIGGER ${other}`)
      books.connection.exec(dropped)
      if (before) books.connection.exec(before)
      return books.refusalOf(attempt)
    })
  expect(attempted('')).toBe(says)
  expect(attempted(takeAway(rule))).not.toBe(says)
}

describe('a trigger refuses, and nothing else would have', () => {
  for (const each of triggerCases) {
    test(nameOf(each), () => {
      judge(each, (rule) => `DROP TRIGGER ${rule}`)
    })
  }
})

describe('a CHECK refuses, and nothing else would have', () => {
  for (const each of checkCases) {
    test(nameOf(each), () => {
      judge(each, () => 'PRAGMA ignore_check_constraints=ON')
      books.connection.exec('PRAGMA ignore_check_constraints=OFF')
    })
  }
})

describe('a unique index refuses, and nothing else would have', () => {
  for (const each of [...uniqueCases, ...nameCases]) {
    test(nameOf(each), () => judge(each, (rule) => `DROP INDEX ${rule}`))
  }
})

const namesOf = (cases: RuleCase[]) => [...new Set(cases.map(({ rule }) => rule))].toSorted()
const columnOf = (sql: string) => books.connection.all(sql).map(([value]) => String(value))

test('every trigger that refuses something has a case here', () => {
  const refusing = columnOf(
    `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND sql LIKE '%RAISE(%' ORDER BY name`,
  )
  expect(namesOf(triggerCases)).toEqual(refusing)
})

test('every CHECK of every table has a case here', () => {
  const named = columnOf(`SELECT sql FROM sqlite_schema WHERE type = 'table'`).flatMap((sql) =>
    [...sql.matchAll(/CONSTRAINT "(\w+)" CHECK/g)].map(([, name]) => name!),
  )
  expect(namesOf(checkCases)).toEqual(named.toSorted())
})

test('every unique index on money and what is sold has a case here', () => {
  const found = columnOf(`SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE%'
    AND tbl_name IN ('ledger_accounts', 'ledger_entries', 'transactions', 'top_ups', 'payment_notifications', 'subscriptions') ORDER BY name`)
  expect(namesOf(uniqueCases)).toEqual(expect.arrayContaining(found))
})

test('every table is STRICT, so no column holds half a rupiah or a word', () => {
  const loose = columnOf(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
    AND name NOT LIKE 'sqlite_%'`)
  expect(loose).toEqual([])
  for (const value of ['5.5', `'many'`, `x'05'`]) {
    const attempt = `INSERT INTO ledger_entries (number, debit_account, credit_account, amount, source, created_at)
      VALUES (3, 'promo', 'wallet:a', ${value}, 'x', 1)`
    expect(books.refusalOf(attempt)).toMatch(
      /cannot store (REAL|TEXT|BLOB) value in INTEGER column ledger_entries.amount/,
    )
  }
})

test('every reference to a customer, plan, account or transaction is enforced', () => {
  const orphans = [
    `UPDATE services SET category_id = 'none'`,
    `INSERT INTO ledger_accounts (id, kind, user_id, created_at) VALUES ('wallet:none', 'wallet', 'none', 1)`,
    `INSERT INTO ledger_entries (number, debit_account, credit_account, amount, source, created_at) VALUES (3, 'none', 'wallet:a', 1, 'x', 1)`,
    `INSERT INTO ledger_entries (number, debit_account, credit_account, amount, source, transaction_number, created_at)
     VALUES (3, 'promo', 'wallet:a', 1, 'x', 999, 1)`,
    `DELETE FROM plans WHERE id = 'small'`,
    `DELETE FROM users WHERE id = 'a'`,
  ]
  for (const orphan of orphans) {
    expect(books.tentatively(() => books.refusalOf(orphan))).toBe('FOREIGN KEY constraint failed')
  }
})
