import { entry } from '../../db/books'
import type { Damage } from './damage'

const settled = `INSERT INTO transactions (number, id, user_id, type, status, amount, balance_after, description, created_at, settled_at)
  VALUES (115, 't', 'a', 'BONUS', 'SUCCESS', 7, 616, '', 1, 1)`

export const ledgerDamages: Damage[] = [
  [
    'sums by type',
    `UPDATE wallet_sums SET amount = amount + 1 WHERE type = 'CHARGE' AND user_id = 'a'`,
    'user a: transactions summed as ADJUSTMENT 1 of 40, CHARGE 2 of -210, REFUND 5 of -220, TOP_UP 1 of 1000, but there are ADJUSTMENT 1 of 40, CHARGE 2 of -211, REFUND 5 of -220, TOP_UP 1 of 1000',
  ],
  [
    'sums by type',
    `DELETE FROM wallet_sums WHERE user_id = 'a'`,
    'user a: transactions summed as none, but there are ADJUSTMENT 1 of 40, CHARGE 2 of -211, REFUND 5 of -220, TOP_UP 1 of 1000',
  ],
  [
    'sums by type',
    `INSERT INTO wallet_sums (user_id, type, transactions, amount) VALUES ('b', 'BONUS', 1, 5)`,
    'user b: transactions summed as ADJUSTMENT 3 of -300, BONUS 1 of 5, TOP_UP 1 of 300, but there are ADJUSTMENT 3 of -300, TOP_UP 1 of 300',
  ],
  [
    'balance',
    `UPDATE ledger_accounts SET balance = 5000 WHERE id = 'wallet:a'`,
    'account wallet:a: balance 5000, entries say 609',
  ],
  [
    'sum of balances',
    `UPDATE ledger_accounts SET balance = 610 WHERE id = 'wallet:a'`,
    'ledger: balances sum to 1, not to zero',
  ],
  [
    'topped_up',
    `UPDATE ledger_accounts SET topped_up = 1 WHERE id = 'wallet:a'`,
    'account wallet:a: topped_up 1, entries say 770',
  ],
  ['spent', `UPDATE ledger_accounts SET spent = 0 WHERE id = 'wallet:a'`, 'account wallet:a: spent 0, entries say 161'],
  [
    'last_entry',
    `UPDATE ledger_accounts SET last_entry = 3 WHERE id = 'wallet:a'`,
    'account wallet:a: last_entry 3, entries say 17',
  ],
  [
    'balance',
    'UPDATE ledger_entries SET amount = 99 WHERE number = 2',
    'account wallet:a: balance 609, entries say 610',
  ],
  [
    'balance after',
    'UPDATE ledger_entries SET amount = 99 WHERE number = 2',
    'TXMP-103: balance after it 900, entries say 901',
  ],
  [
    'balance after',
    'UPDATE transactions SET balance_after = 640 WHERE number = 112',
    'TXMP-112: balance after it 640, entries say 639',
  ],
  ['below zero', entry('wallet:b', 'promo', 5, 'x'), 'account wallet:b: below zero after entry 18: -5'],
  [
    'ledger_entries: numbers',
    'DELETE FROM ledger_entries WHERE number = 5',
    'entry 6: the number before it is missing',
  ],
  [
    'ledger_entries: numbers',
    'DELETE FROM ledger_entries WHERE number = 1',
    'entry 2: the number before it is missing',
  ],
  [
    'ledger_entries: numbers',
    'UPDATE ledger_entries SET number = -1 WHERE number = 6',
    'entry -1: before the first number',
  ],
  ['balance', 'DELETE FROM ledger_entries WHERE number = 17', 'account wallet:a: balance 609, entries say 569'],
  [
    'transactions: numbers',
    'UPDATE transactions SET number = 9000000000000 WHERE number = 102',
    'TXMP-103: the number before it is missing',
  ],
  [
    'entry and transaction',
    `UPDATE ledger_entries SET credit_account = 'wallet:b' WHERE number = 1`,
    'entry 1: 1000 from clearing:midtrans to wallet:b, but TXMP-101 is SUCCESS of 1000 for wallet:a',
  ],
  [
    'entry and transaction',
    'UPDATE transactions SET amount = -101 WHERE number = 103',
    'entry 2: 100 from wallet:a to revenue, but TXMP-103 is SUCCESS of -101 for wallet:a',
  ],
  [
    'entry and transaction',
    `UPDATE transactions SET status = 'FAILED', balance_after = NULL WHERE number = 103`,
    'entry 2: 100 from wallet:a to revenue, but TXMP-103 is FAILED of -100 for wallet:a',
  ],
  [
    'entry and transaction',
    entry('clearing:midtrans', 'wallet:a', 500, 'x', { transaction: 102 }),
    'entry 18: 500 from clearing:midtrans to wallet:a, but TXMP-102 is PENDING of 500 for wallet:a',
  ],
  [
    'entry without transaction',
    'UPDATE ledger_entries SET transaction_number = NULL WHERE number = 2',
    'entry 2: moves a wallet without a transaction',
  ],
  ['entries of a transaction', settled, 'TXMP-115: SUCCESS of 7, with 0 ledger entries'],
  [
    'entries of a transaction',
    entry('promo', 'wallet:a', 1000, 'x', { transaction: 101 }),
    'TXMP-101: SUCCESS of 1000, with 2 ledger entries',
  ],
  [
    'transaction and its outcome',
    'UPDATE transactions SET balance_after = NULL WHERE number = 103',
    'TXMP-103: SUCCESS, balance after it unknown, settled',
  ],
  [
    'transaction and its outcome',
    'UPDATE transactions SET settled_at = 2 WHERE number = 102',
    'TXMP-102: PENDING, balance after it unknown, settled',
  ],
  [
    'transaction of a subscription',
    `UPDATE transactions SET subscription_id = 's9' WHERE number = 105`,
    'TXMP-105: its customer has no subscription s9',
  ],
  [
    'transaction of a subscription',
    `UPDATE subscriptions SET user_id = 'b' WHERE id = 's1'`,
    'TXMP-103: its customer has no subscription s1',
  ],
  [
    'reversed entry',
    'UPDATE ledger_entries SET reverses = 77 WHERE number = 5',
    'entry 5: reverses entry 77, which took nothing from wallet:a',
  ],
  [
    'reversed entry',
    'UPDATE ledger_entries SET reverses = 7 WHERE number = 5',
    'entry 5: reverses entry 7, which took nothing from wallet:a',
  ],
  [
    'sum of reversals',
    `${entry('revenue', 'wallet:a', 61, 'r1', { reverses: 3 })}; ${entry('revenue', 'wallet:a', 1, 'r2', { reverses: 3 })}`,
    'entry 3: reversals take back 112 of 111',
  ],
]

export const accountDamages: Damage[] = [
  [
    'account and owner',
    `UPDATE ledger_accounts SET user_id = NULL WHERE id = 'wallet:a'`,
    'account wallet:a: a wallet of nobody',
  ],
  [
    'account and owner',
    `UPDATE ledger_accounts SET kind = 'fees' WHERE id = 'wallet:b'`,
    'account wallet:b: a fees of b',
  ],
  [
    'sign of an account',
    `UPDATE ledger_accounts SET balance = -5 WHERE id = 'wallet:b'`,
    'account wallet:b: balance -5',
  ],
  [
    'sign of an account',
    `UPDATE ledger_accounts SET balance = 1 WHERE id = 'receivable:b'`,
    'account receivable:b: balance 1',
  ],
  [
    'owing while holding',
    `UPDATE ledger_accounts SET balance = 30 WHERE id = 'wallet:b'`,
    'account receivable:b: owes 200, but its wallet holds 30',
  ],
  ['customer without wallet', `DELETE FROM ledger_accounts WHERE id = 'wallet:b'`, 'user b: no wallet'],
  [
    'refunds payable',
    `UPDATE refunds SET status = 'POSTED', ended_at = 2 WHERE id = 'r3'`,
    'account refunds_payable: balance 70, reserved refunds say 0',
  ],
]
