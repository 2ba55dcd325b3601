import { afterEach, expect, test } from 'bun:test'
import { dirname } from 'node:path'
import { openDatabase } from '../../src/db'
import { verifyBooks } from '../../src/features/wallet'
import { auditEntry, auditHash, type Books, entry, openBooks, subscription } from '../db/books'

let books: Books
afterEach(() => books.close())

interface Damage {
  name: string
  /** Triggers that would not have let it happen. */
  past?: string[]
  /** Breaks the file where no trigger stands, but a constraint does. */
  unchecked?: boolean
  harm: string
  found: string[]
}

const settled = `INSERT INTO transactions (number, id, user_id, type, status, amount, description, created_at)
  VALUES (104, 't4', 'a', 'BONUS', 'SUCCESS', 7, '', 1)`

const damages: Damage[] = [
  {
    name: 'a balance was written by hand',
    past: ['ledger_accounts_move'],
    harm: `UPDATE ledger_accounts SET balance = 5000 WHERE id = 'wallet:a'`,
    found: ['account wallet:a: balance 5000, entries say 900', 'ledger: balances sum to 4100, not to zero'],
  },
  {
    name: 'an account that no entry names holds money',
    past: ['ledger_accounts_move'],
    unchecked: true,
    harm: `UPDATE ledger_accounts SET balance = 5 WHERE id = 'fees'; UPDATE ledger_accounts SET balance = -5 WHERE id = 'promo'`,
    found: ['account fees: balance 5, entries say 0', 'account promo: balance -5, entries say 0'],
  },
  {
    name: 'a wallet is below zero',
    past: ['ledger_entries_overdraft'],
    unchecked: true,
    harm: entry('wallet:b', 'fees', 5, 'x'),
    found: ['account wallet:b: negative balance -5'],
  },
  {
    name: 'a lifetime sum was written by hand',
    past: ['ledger_accounts_move'],
    harm: `UPDATE ledger_accounts SET spent = 0, topped_up = 1 WHERE id = 'wallet:a'`,
    found: ['account wallet:a: spent 0, entries say 100', 'account wallet:a: topped_up 1, entries say 1000'],
  },
  {
    name: 'an entry was changed',
    past: ['ledger_entries_immutable'],
    harm: 'UPDATE ledger_entries SET amount = 99 WHERE number = 2',
    found: ['account wallet:a: balance 900, entries say 901', 'TXMP-103: settled, but not in the ledger as -100'],
  },
  {
    name: 'an entry was removed',
    past: ['ledger_entries_keep'],
    harm: 'DELETE FROM ledger_entries WHERE number = 1',
    found: [
      'ledger_entries: 1 rows, but numbers from 2 to 2',
      'top-up paid: paid, but its ledger entry is not there',
      'TXMP-101: settled, but not in the ledger as 1000',
    ],
  },
  {
    name: 'an entry went to somebody else',
    past: ['ledger_entries_immutable'],
    harm: `UPDATE ledger_entries SET credit_account = 'wallet:b' WHERE number = 1`,
    found: ['account wallet:b: balance 0, entries say 1000', 'TXMP-101: settled, but not in the ledger as 1000'],
  },
  {
    name: 'a transaction was removed',
    past: ['transactions_keep', 'top_ups_keep'],
    harm: 'DELETE FROM top_ups WHERE transaction_number = 102; DELETE FROM transactions WHERE number = 102',
    found: ['transactions: 2 rows, but numbers from 101 to 103'],
  },
  {
    name: 'a subscription was removed',
    past: ['subscriptions_keep'],
    harm: `${subscription('s2')}; DELETE FROM subscriptions WHERE number = 101`,
    found: ['subscriptions: 1 rows, but numbers from 102 to 102', 'plan small: 2 slots used, live subscriptions say 1'],
  },
  {
    name: 'an audit entry was removed',
    past: ['audit_entries_keep'],
    harm: `${auditEntry(2, auditHash)}; DELETE FROM audit_entries WHERE number = 1`,
    found: ['audit_entries: 1 rows, but numbers from 2 to 2'],
  },
  {
    name: 'more was taken back than was charged',
    past: ['ledger_entries_reversal'],
    harm: `${entry('revenue', 'wallet:a', 100, 'r1', { reverses: 2 })}; ${entry('revenue', 'wallet:a', 1, 'r2', { reverses: 2 })}`,
    found: ['entry 2: reversals take back 101 of 100'],
  },
  {
    name: 'something was taken back that never was',
    past: ['ledger_entries_reversal'],
    harm: entry('revenue', 'wallet:a', 1, 'r1', { reverses: 77 }),
    found: ['entry 3: reverses entry 77, which is not there'],
  },
  {
    name: 'a transaction is settled without an entry',
    harm: settled,
    found: ['TXMP-104: settled, but not in the ledger as 7'],
  },
  {
    name: 'a transaction is settled by an entry of another amount',
    harm: `${settled}; ${entry('promo', 'wallet:a', 8, 'x', { transaction: 104 })}`,
    found: ['TXMP-104: settled, but not in the ledger as 7'],
  },
  {
    name: 'one transaction has two entries',
    harm: entry('promo', 'wallet:a', 1000, 'x', { transaction: 101 }),
    found: ['TXMP-101: 2 ledger entries'],
  },
  {
    name: 'an open top-up is in the ledger already',
    harm: entry('clearing:midtrans', 'wallet:a', 500, 'x', { transaction: 102 }),
    found: ['TXMP-102: PENDING, but in the ledger'],
  },
  {
    name: 'a top-up and its transaction say different things',
    harm: `UPDATE top_ups SET status = 'CANCELLED' WHERE id = 'open'`,
    found: ['top-up open: CANCELLED of 500, but its transaction is PENDING of 500'],
  },
  {
    name: 'a top-up lost its order',
    past: ['top_ups_keep'],
    harm: `DELETE FROM top_ups WHERE id = 'open'`,
    found: ['TXMP-102: a top-up without its order'],
  },
  {
    name: 'a slot is counted that nobody holds',
    harm: `UPDATE plans SET used_quota = 2 WHERE id = 'small'`,
    found: ['plan small: 2 slots used, live subscriptions say 1'],
  },
  {
    name: 'a slot is free that somebody holds',
    past: ['subscriptions_take_slot'],
    harm: subscription('s2'),
    found: ['plan small: 1 slots used, live subscriptions say 2'],
  },
  {
    name: 'a subscription is on another service’s plan',
    past: ['subscriptions_identity'],
    harm: `UPDATE subscriptions SET plan_id = 'foreign' WHERE id = 's1'`,
    found: ['BILL-101: plan foreign is of another service'],
  },
  {
    name: 'a subscription was never charged and has no app',
    harm: subscription('s2'),
    found: ['BILL-102: its first period was never charged', 'BILL-102: no instance'],
  },
]

for (const { name, past = [], unchecked, harm, found } of damages) {
  test(`${name}: verify names the row`, async () => {
    books = await openBooks()
    const { connection, path } = books
    connection.exec('PRAGMA foreign_keys=OFF')
    for (const trigger of past) connection.exec(`DROP TRIGGER ${trigger}`)
    if (unchecked) connection.exec('PRAGMA ignore_check_constraints=ON')
    connection.exec(harm)
    const db = await openDatabase({ url: `file:${path}` })
    const told = await verifyBooks(db)
    await db.close()
    for (const deviation of found) expect(told).toContain(deviation)
  })
}

test('a row whose parent is gone is named as well', async () => {
  books = await openBooks()
  books.connection.exec('PRAGMA foreign_keys=OFF')
  books.connection.exec(`UPDATE services SET category_id = 'none' WHERE id = 'svc'`)
  const db = await openDatabase({ url: `file:${books.path}` })
  expect((await verifyBooks(db)).join()).toMatch(/services row \S+ refers to a missing row of categories/)
  await db.close()
})

async function runVerify(path: string): Promise<{ code: number; out: string }> {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/../../src/main.ts`, 'verify'], {
    env: { ...process.env, DATA_DIR: dirname(path), DATABASE_URL: `file:${path}` },
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const out = await new Response(child.stdout).text()
  return { code: await child.exited, out }
}

test('the command ends with 0 on sound books and with 1 on damaged ones, and says what is off', async () => {
  books = await openBooks()
  const sound = await runVerify(books.path)
  expect(sound.code).toBe(0)
  expect(sound.out).toEndWith('Every balance, slot and number is as it should be.\n')
  books.connection.exec(`UPDATE plans SET used_quota = 2 WHERE id = 'small'`)
  const { code, out } = await runVerify(books.path)
  expect(code).toBe(1)
  expect(out).toStartWith('plan small: 2 slots used, live subscriptions say 1\n')
  expect(out).toEndWith('1 deviations.\n')
})
