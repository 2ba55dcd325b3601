import { entry } from '../../db/books'
import type { Damage } from './damage'

const check = 'source of an entry'

/** Entries whose row is gone or says otherwise, one at least for each form that a source may have; the last two have none. */
export const sourceDamages: Damage[] = (
  [
    [
      'UPDATE charges SET period_index = 1 WHERE transaction_number = 103',
      'entry 2: 100 from wallet:a to revenue by charge:s1:period:0, but no such period is written down',
    ],
    [
      'DELETE FROM upgrades',
      'entry 3: 111 from wallet:a to revenue by charge:s1:upgrade:1, but no such upgrade is written down',
    ],
    [
      'UPDATE ledger_entries SET reverses = 2 WHERE number = 5',
      'entry 5: 50 from revenue to wallet:a by refund:charge:s1:upgrade:1:1, but takes back no such charge',
    ],
    [
      `UPDATE ledger_entries SET source = 'refund:charge:s1:period:0' WHERE number = 5`,
      'entry 5: 50 from revenue to wallet:a by refund:charge:s1:period:0, but takes back no charge of that name',
    ],
    [
      'DELETE FROM charges WHERE transaction_number = 104',
      'entry 4: 11 from revenue to tax by tax:charge:s1:upgrade:1, but no charge says so',
    ],
    [
      `UPDATE ledger_entries SET source = 'refund:charge:s1:upgrade:1:2' WHERE number = 5`,
      'entry 6: 5 from tax to revenue by tax:refund:charge:s1:upgrade:1:1, but no refund of that charge',
    ],
    [
      `DELETE FROM top_ups WHERE id = 'paid'`,
      'entry 1: 1000 from clearing:midtrans to wallet:a by top-up:paid, but no top-up of that sum is paid',
    ],
    [
      `UPDATE ledger_entries SET source = 'adjustment:x' WHERE number = 1`,
      'entry 1: 1000 from clearing:midtrans to wallet:a by adjustment:x, but is no credit that an administrator gave or took',
    ],
    [
      `DELETE FROM payment_cases WHERE status = 'CREDITED'`,
      'entry 17: 40 from clearing:midtrans to wallet:a by payment-case:pc1, but no payment case of that sum is credited',
    ],
    [
      entry('wallet:b', 'receivable:b', 5, 'owed:103', { transaction: 109 }),
      'entry 18: 5 from wallet:b to receivable:b by owed:103, but no transaction brought that money',
    ],
    [
      entry('wallet:b', 'forfeited', 5, 'closing:b', { transaction: 109 }),
      'entry 18: 5 from wallet:b to forfeited by closing:b, but no such account is closed',
    ],
    [
      `UPDATE top_ups SET fee = 6 WHERE id = 'bee'`,
      'entry 8: 5 from clearing:midtrans to fees by top-up:bee:fee, but no paid top-up has that fee',
    ],
    [
      entry('fees', 'clearing:midtrans', 5, 'top-up:bee:fee:back:1:7', { reverses: 7 }),
      'entry 18: 5 from fees to clearing:midtrans by top-up:bee:fee:back:1:7, but takes back no such fee',
    ],
    [
      entry('clearing:midtrans', 'fees', 6, 'top-up:bee:fee:again:1'),
      'entry 18: 6 from clearing:midtrans to fees by top-up:bee:fee:again:1, but no top-up has had such a fee',
    ],
    [
      `UPDATE top_ups SET corrections = 0 WHERE id = 'bee'`,
      'entry 11: 300 from wallet:b to clearing:midtrans by top-up:bee:back:1:7, but takes back no such top-up',
    ],
    [
      `UPDATE ledger_entries SET reverses = 1, source = 'top-up:bee:back:1:1' WHERE number = 11`,
      'entry 11: 300 from wallet:b to clearing:midtrans by top-up:bee:back:1:1, but takes back no such top-up',
    ],
    [
      `UPDATE top_ups SET corrections = 0 WHERE id = 'bee'`,
      'entry 10: 200 from receivable:b to wallet:b by top-up:bee:owed:1, but no such top-up was taken back',
    ],
    [
      entry('clearing:midtrans', 'wallet:b', 1, 'top-up:bee:again:2', { transaction: 108 }),
      'entry 18: 1 from clearing:midtrans to wallet:b by top-up:bee:again:2, but no such top-up was paid after all',
    ],
    [
      `DELETE FROM refunds WHERE status = 'POSTED'`,
      'entry 13: 200 from refunds_payable to clearing:midtrans by top-up:paid:refund:r1:1, but no such refund is sent',
    ],
    [
      `DELETE FROM refunds WHERE status = 'POSTED'`,
      'entry 12: 200 from wallet:a to refunds_payable by refund:r1:reserved, but no such refund is promised',
    ],
    [
      `DELETE FROM refunds WHERE status = 'VOIDED'`,
      'entry 15: 100 from refunds_payable to wallet:a by refund:r2:voided, but no such refund is given up',
    ],
    [
      `UPDATE ledger_entries SET source = 'gift:one' WHERE number = 9`,
      'entry 9: 200 from wallet:b to promo by gift:one, a source of no known form',
    ],
    [
      `UPDATE ledger_entries SET source = 'top-up:paid:odd' WHERE number = 1`,
      'entry 1: 1000 from clearing:midtrans to wallet:a by top-up:paid:odd, a source of no known form',
    ],
  ] as const
).map(([harm, says]) => [check, harm, says])
