import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileConnection } from '../../src/db/connection'
import { openSnapshot } from '../../src/db/open-to-read'
import type { SqlValue } from '../../src/db/values'
import { Findings, verifySnapshot } from '../../src/features/books'
import { charge, entry, openBooks } from '../db/books'
import { planChange } from '../db/terms-cases'
import { upgrade, upgradeDone } from '../db/upgrade-cases'
import { booked } from './booked'

const refund = (id: string, amount: number, transaction: number) =>
  `INSERT INTO refunds (id, top_up_id, user_id, amount, way, status, transaction_number, reason, requested_by, created_at)
   VALUES ('${id}', 'paid', 'a', ${amount}, 'provider', 'RESERVED', ${transaction}, '', 'a', 1)`

/** Of the books' subscription, which begins at 1: 31 days later. */
const periodEnd = 31 * 86_400_000 + 1

/** What `books` lacks, booked as the product books it and past no rule. Entry 3 is the first of these. */
const furtherBusiness = [
  `UPDATE subscriptions SET current_period_end = ${periodEnd} WHERE id = 's1'`,
  charge({ period_end: periodEnd, plan_id: `'small'`, terms_number: 1 }),
  // The price of its plan changes, for others from 50 on; what was agreed before the upgrade is older than all terms.
  planChange('price = 200'),
  // An upgrade with its tax, and half of it refunded.
  `UPDATE subscriptions SET price = 200, terms_number = 2 WHERE id = 's1'`,
  booked(104, ['a', 'CHARGE', -111, 789], 'revenue', 'charge:s1:upgrade:1', { subscription: 's1' }),
  entry('revenue', 'tax', 11, 'tax:charge:s1:upgrade:1'),
  charge({
    transaction_number: 104,
    kind: `'upgrade'`,
    plan_id: `'small'`,
    terms_number: 2,
    month: `'2026-04'`,
    net: 100,
    tax: 11,
    total: 111,
    tax_rate_bp: 1100,
    period_end: periodEnd,
  }),
  upgrade({ from_price: 100, to_price: 200, charged: 111, from_terms_number: 0, to_terms_number: 2 }),
  upgradeDone,
  booked(105, ['a', 'REFUND', 50, 839], 'revenue', 'refund:charge:s1:upgrade:1:1', { reverses: 3, subscription: 's1' }),
  entry('tax', 'revenue', 5, 'tax:refund:charge:s1:upgrade:1:1', { reverses: 4 }),
  // A payment with a fee of ours and one of the provider's, spent, and then taken back by the bank: its customer owes.
  booked(106, ['b', 'TOP_UP', 300, 300], 'clearing:midtrans', 'top-up:bee'),
  entry('clearing:midtrans', 'fees', 5, 'top-up:bee:fee'),
  `INSERT INTO top_ups (id, user_id, transaction_number, order_id, amount, fee, method, status, expires_at, created_at, updated_at)
   VALUES ('bee', 'b', 106, 'TXMP-106-x', 300, 3, 'qris', 'PENDING', 9, 1, 1)`,
  `INSERT INTO provider_payments (top_up_id, transaction_id, seen_at) VALUES ('bee', 'y', 1), ('paid', 'x', 1)`,
  `UPDATE top_ups SET status = 'SUCCESS', surcharge = 2, provider_transaction_id = 'y' WHERE id = 'bee'`,
  booked(107, ['b', 'ADJUSTMENT', -200, 100], 'promo', 'adjustment:one'),
  `INSERT INTO ledger_accounts (id, kind, user_id, created_at) VALUES ('receivable:b', 'receivable', 'b', 1)`,
  booked(108, ['b', 'ADJUSTMENT', 200, 300], 'receivable:b', 'top-up:bee:owed:1'),
  booked(109, ['b', 'ADJUSTMENT', -300, 0], 'clearing:midtrans', 'top-up:bee:back:1:7', { reverses: 7 }),
  `UPDATE top_ups SET taken_back = 300, corrections = 1 WHERE id = 'bee'`,
  // Refunds to where the money came from: one sent, one given up, one on its way.
  booked(110, ['a', 'REFUND', -200, 639], 'refunds_payable', 'refund:r1:reserved'),
  refund('r1', 200, 110),
  entry('refunds_payable', 'clearing:midtrans', 200, 'top-up:paid:refund:r1:1', { reverses: 1 }),
  `UPDATE refunds SET status = 'POSTED', ended_at = 2 WHERE id = 'r1'`,
  booked(111, ['a', 'REFUND', -100, 539], 'refunds_payable', 'refund:r2:reserved'),
  refund('r2', 100, 111),
  booked(112, ['a', 'REFUND', 100, 639], 'refunds_payable', 'refund:r2:voided', { reverses: 14 }),
  `UPDATE refunds SET status = 'VOIDED', ended_at = 2 WHERE id = 'r2'`,
  booked(113, ['a', 'REFUND', -70, 569], 'refunds_payable', 'refund:r3:reserved'),
  refund('r3', 70, 113),
  // A payment that was set aside, and credited by a person.
  `INSERT INTO payment_cases (id, top_up_id, kind, provider_transaction_id, amount, finding, status, created_at)
   VALUES ('pc1', 'paid', 'second_payment', 'x', 40, '', 'OPEN', 1)`,
  booked(114, ['a', 'ADJUSTMENT', 40, 609], 'clearing:midtrans', 'payment-case:pc1'),
  `UPDATE payment_cases SET status = 'CREDITED', resolved_by = 'a', resolved_at = 2 WHERE id = 'pc1'`,
]

export interface Business {
  /** A copy of the sound file, damaged by somebody who has it in their hands: no rule stands in their way, and all are back after. */
  damaged(harm: string): string
  end(): void
}

/** @param more what was done after it, by statements that no rule refuses */
export async function openBusiness(more: string[] = []): Promise<Business> {
  const folder = mkdtempSync(join(tmpdir(), 'minispod-business-'))
  const bare = join(folder, 'bare.db')
  const books = await openBooks()
  for (const statement of [...furtherBusiness, ...more]) books.connection.exec(statement)
  books.connection.exec(`VACUUM INTO '${bare}'`)
  books.close()
  const triggers = takeTriggersFrom(bare)
  let copies = 0
  return {
    damaged(harm) {
      const path = join(folder, `copy-${++copies}.db`)
      copyFileSync(bare, path)
      const intruder = new FileConnection(path)
      intruder.exec('PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON; PRAGMA synchronous=OFF')
      intruder.script(harm)
      // As rows: to parse them all for each copy would cost more than to look at it.
      intruder.exec('PRAGMA writable_schema=ON')
      for (const trigger of triggers) intruder.run('INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)', trigger)
      intruder.close()
      return path
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** @returns their rows in the schema */
function takeTriggersFrom(path: string): SqlValue[][] {
  const connection = new FileConnection(path)
  const triggers = connection.all(`SELECT * FROM sqlite_schema WHERE type = 'trigger'`)
  for (const [, name] of triggers) connection.script(`DROP TRIGGER ${name}`)
  connection.close()
  return triggers
}

/** What is off in a file, by the name of the check that says so. */
export async function findingsIn(path: string, file?: 'quick' | 'deep'): Promise<Map<string, string[]>> {
  const snapshot = await openSnapshot({ url: `file:${path}` })
  try {
    const findings = new Findings()
    await verifySnapshot(snapshot, { findings, file })
    return findings.byCheck()
  } finally {
    await snapshot.close()
  }
}
