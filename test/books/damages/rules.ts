import { auditEntry, auditHash } from '../../db/books'
import type { Damage } from './damage'

/** Rows that break a CHECK or lost their parent; every table of money has one of each. */
export const ruleDamages: Damage[] = [
  [
    'ledger_accounts: constraints',
    `UPDATE ledger_accounts SET balance = -1 WHERE id = 'wallet:a'`,
    'ledger_accounts wallet:a: breaks ledger_wallet_not_negative',
  ],
  [
    'ledger_entries: constraints',
    'UPDATE ledger_entries SET amount = 0 WHERE number = 2',
    'ledger_entries 2: breaks ledger_entries_amount',
  ],
  [
    'transactions: constraints',
    `UPDATE transactions SET status = 'DONE' WHERE number = 101`,
    'transactions 101: breaks transactions_status',
  ],
  [
    'top_ups: constraints',
    `UPDATE top_ups SET status = 'PAID' WHERE id = 'paid'`,
    'top_ups paid: breaks top_ups_status',
  ],
  ['refunds: constraints', `UPDATE refunds SET status = 'SENT' WHERE id = 'r1'`, 'refunds r1: breaks refunds_status'],
  [
    'payment_cases: constraints',
    `UPDATE payment_cases SET kind = 'odd'`,
    'payment_cases pc1: breaks payment_cases_kind',
  ],
  [
    'charges: constraints',
    'UPDATE charges SET net = 99 WHERE transaction_number = 104',
    'charges 104: breaks charges_sum',
  ],
  [
    'subscriptions: constraints',
    `UPDATE subscriptions SET status = 'GONE'`,
    'subscriptions 101: breaks subscriptions_status',
  ],
  ['plans: constraints', `UPDATE plans SET used_quota = 3 WHERE id = 'small'`, 'plans small: breaks plans_slots'],
  ['users: constraints', `UPDATE users SET role = 'OWNER' WHERE id = 'a'`, 'users a: breaks users_role'],
  [
    'ledger_accounts: references',
    `UPDATE ledger_accounts SET user_id = 'z' WHERE id = 'wallet:a'`,
    'ledger_accounts wallet:a: refers to z, a missing row of users',
  ],
  [
    'ledger_entries: references',
    `DELETE FROM ledger_accounts WHERE id = 'wallet:b'`,
    'ledger_entries 9: refers to wallet:b, a missing row of ledger_accounts',
  ],
  [
    'ledger_entries: references',
    'DELETE FROM transactions WHERE number = 105',
    'ledger_entries 5: refers to 105, a missing row of transactions',
  ],
  [
    'transactions: references',
    `DELETE FROM users WHERE id = 'b'`,
    'transactions 106: refers to b, a missing row of users',
  ],
  [
    'top_ups: references',
    'DELETE FROM transactions WHERE number = 102',
    'top_ups open: refers to 102, a missing row of transactions',
  ],
  [
    'refunds: references',
    `DELETE FROM top_ups WHERE id = 'paid'`,
    'refunds r1: refers to paid, a missing row of top_ups',
  ],
  [
    'payment_cases: references',
    `DELETE FROM top_ups WHERE id = 'paid'`,
    'payment_cases pc1: refers to paid, a missing row of top_ups',
  ],
  [
    'charges: references',
    'DELETE FROM transactions WHERE number = 104',
    'charges 104: refers to 104, a missing row of transactions',
  ],
  [
    'subscriptions: references',
    `DELETE FROM plans WHERE id = 'small'`,
    'subscriptions 101: refers to small, a missing row of plans',
  ],
  [
    'plans: references',
    `DELETE FROM services WHERE id = 'other'`,
    'plans foreign: refers to other, a missing row of services',
  ],
]

export const auditDamages: Damage[] = [
  [
    'audit chain',
    `UPDATE audit_entries SET reason = 'because' WHERE number = 1`,
    'audit entry 1: altered after it was written',
  ],
  [
    'audit chain',
    `UPDATE audit_entries SET hash = '${'c'.repeat(64)}' WHERE number = 1`,
    'audit entry 1: altered after it was written',
  ],
  ['audit chain', `${auditEntry(2, auditHash)}; DELETE FROM audit_entries WHERE number = 1`, 'audit: entry 1 missing'],
  [
    'audit_entries: constraints',
    `UPDATE audit_entries SET actor_kind = 'ghost'`,
    'audit_entries 1: breaks audit_actor_kind',
  ],
]
