import { auditEntry, auditHash, charge, entry, subscription, toStatus } from './books'
import { paymentTriggerCases } from './payment-rule-cases'
import { scheduledTriggerCases } from './scheduled-change-cases'
import { templateTriggerCases, updateTriggerCases } from './template-cases'
import { termsTriggerCases } from './terms-cases'
import { upgradeTriggerCases } from './upgrade-cases'
import { voucherTriggerCases } from './voucher-cases'

export interface RuleCase {
  /** The trigger, CHECK or unique index that must refuse. */
  rule: string
  /** The words it refuses with. */
  says: string
  /** What the rule stands against. */
  attempt: string
  /** Needed before the attempt, and allowed. */
  before?: string
  /** Rules that stand before this one and would refuse first. */
  without?: string[]
}

const closed = `UPDATE users SET status = 'CLOSED' WHERE id = 'b'`

export const triggerCases: RuleCase[] = [
  ...templateTriggerCases,
  ...updateTriggerCases,
  ...termsTriggerCases,
  ...voucherTriggerCases,
  {
    rule: 'transactions_number',
    says: 'transactions: number out of sequence',
    attempt: `INSERT INTO transactions (number, id, user_id, type, status, amount, description, created_at)
      VALUES (105, 't', 'a', 'BONUS', 'SUCCESS', 1, '', 1)`,
  },
  {
    rule: 'ledger_entries_number',
    says: 'ledger: number out of sequence',
    attempt: `INSERT INTO ledger_entries (number, debit_account, credit_account, amount, source, created_at)
      VALUES (4, 'promo', 'wallet:a', 1, 'x', 1)`,
  },
  {
    rule: 'subscriptions_number',
    says: 'subscriptions: number out of sequence',
    attempt: subscription('s2').replace('+ 1 FROM', '+ 2 FROM'),
  },
  {
    rule: 'audit_entries_number',
    says: 'audit: number out of sequence',
    attempt: auditEntry(3, auditHash),
    without: ['audit_entries_chain'],
  },
  ...['b', '0'].map((previous) => ({
    rule: 'audit_entries_chain',
    says: 'audit: chained to another entry',
    attempt: auditEntry(2, previous.repeat(64)),
  })),
  {
    rule: 'ledger_entries_overdraft',
    says: 'ledger: overdraft',
    attempt: entry('wallet:a', 'revenue', 901, 'x'),
  },
  {
    rule: 'ledger_entries_reversal',
    says: 'ledger: reversal of nothing',
    attempt: entry('revenue', 'wallet:a', 1, 'x', { reverses: 77 }),
  },
  {
    rule: 'ledger_entries_reversal',
    says: 'ledger: reversal of nothing',
    // Entry 2 took from wallet a: b has nothing to get back.
    attempt: entry('revenue', 'wallet:b', 100, 'x', { reverses: 2 }),
  },
  {
    rule: 'ledger_entries_reversal',
    says: 'ledger: reversal of nothing',
    before: entry('revenue', 'wallet:a', 100, 'r', { reverses: 2 }),
    // A reversal is not reversed again: that would be a charge without a cause.
    attempt: entry('wallet:a', 'revenue', 100, 'x', { reverses: 3 }),
  },
  {
    rule: 'ledger_entries_reversal',
    says: 'ledger: reversal exceeds its entry',
    attempt: entry('revenue', 'wallet:a', 101, 'x', { reverses: 2 }),
  },
  {
    rule: 'ledger_entries_reversal',
    says: 'ledger: reversal exceeds its entry',
    before: `${entry('revenue', 'wallet:a', 60, 'r1', { reverses: 2 })}; ${entry('revenue', 'wallet:a', 40, 'r2', { reverses: 2 })}`,
    attempt: entry('revenue', 'wallet:a', 1, 'x', { reverses: 2 }),
  },
  {
    rule: 'ledger_accounts_move',
    says: 'ledger: a balance moves only by an entry',
    attempt: `UPDATE ledger_accounts SET balance = balance + 1 WHERE id = 'wallet:a'`,
  },
  {
    rule: 'ledger_accounts_move',
    says: 'ledger: a balance moves only by an entry',
    attempt: `UPDATE ledger_accounts SET balance = balance + 100, last_entry = 2 WHERE id = 'wallet:b'`,
  },
  {
    rule: 'ledger_accounts_move',
    says: 'ledger: a balance moves only by an entry',
    attempt: `UPDATE ledger_accounts SET spent = 0 WHERE id = 'wallet:a'`,
  },
  {
    rule: 'ledger_accounts_move',
    says: 'ledger: a balance moves only by an entry',
    attempt: `UPDATE ledger_accounts SET user_id = 'b', kind = 'fees' WHERE id = 'wallet:a'`,
  },
  {
    rule: 'ledger_accounts_open',
    says: 'ledger: an account opens empty',
    attempt: `INSERT INTO ledger_accounts (id, kind, balance, last_entry, created_at) VALUES ('rich', 'promo', 5, 1, 1)`,
  },
  {
    rule: 'ledger_accounts_open',
    says: 'ledger: an account opens empty',
    attempt: `INSERT INTO ledger_accounts (id, kind, topped_up, created_at) VALUES ('proud', 'promo', 5, 1)`,
  },
  {
    rule: 'ledger_accounts_keep',
    says: 'ledger: accounts are kept',
    attempt: `DELETE FROM ledger_accounts WHERE id = 'wallet:b'`,
  },
  {
    rule: 'ledger_entries_immutable',
    says: 'ledger: entries are immutable',
    attempt: `UPDATE ledger_entries SET amount = 1 WHERE number = 1`,
  },
  {
    rule: 'ledger_entries_keep',
    says: 'ledger: entries are kept',
    attempt: `DELETE FROM ledger_entries WHERE number = 2`,
  },
  {
    rule: 'ledger_entries_keep',
    says: 'ledger: entries are kept',
    // The way past a delete trigger where triggers are not recursive: the source collides, and its entry would go.
    attempt: entry('promo', 'wallet:a', 5, 'charge:s1:period:0').replace('INSERT', 'INSERT OR REPLACE'),
  },
  ...['amount = 501', "status = 'CANCELLED'", "user_id = 'b'", "type = 'CHARGE'", 'created_at = 2'].map((change) => ({
    rule: 'transactions_settle_once',
    says: 'transactions: only an unsettled one may change, and only its outcome',
    attempt: `UPDATE transactions SET ${change} WHERE number = ${change.startsWith('status') ? 101 : 102}`,
  })),
  {
    rule: 'transactions_keep',
    says: 'transactions: kept',
    before: `INSERT INTO transactions (number, id, user_id, type, status, amount, description, created_at)
      VALUES (104, 't', 'a', 'BONUS', 'FAILED', 1, '', 1)`,
    attempt: 'DELETE FROM transactions WHERE number = 104',
  },
  ...["status = 'CANCELLED'", 'amount = 2', "order_id = 'other'", 'transaction_number = 103', "user_id = 'b'"].map(
    (change) => ({
      rule: 'top_ups_settle_once',
      says: 'top-ups: a paid one stays as it is',
      attempt: `UPDATE top_ups SET ${change} WHERE id = 'paid'`,
    }),
  ),
  { rule: 'top_ups_keep', says: 'top-ups: kept', attempt: `DELETE FROM top_ups WHERE id = 'open'` },
  {
    rule: 'subscriptions_plan_of_service',
    says: 'subscriptions: plan of another service',
    attempt: subscription('s2', { plan_id: 'foreign' }),
  },
  ...["id = 'x'", 'number = 102', "user_id = 'b'", "service_id = 'other'", "plan_id = 'foreign'"].map((change) => ({
    rule: 'subscriptions_identity',
    says: 'subscriptions: owner, service and number stay',
    attempt: `UPDATE subscriptions SET ${change} WHERE number = 101`,
  })),
  {
    rule: 'subscriptions_lifecycle',
    says: 'subscriptions: no such step in its life',
    attempt: `UPDATE subscriptions SET status = 'SUSPENDED', suspended_by = 'unpaid' WHERE number = 101`,
  },
  {
    rule: 'subscriptions_restore',
    says: 'subscriptions: its app is gone',
    before: `${toStatus('s1', 'CANCELLED')}; UPDATE subscriptions SET app_removed_at = 6`,
    attempt: toStatus('s1', 'ACTIVE'),
  },
  {
    rule: 'subscriptions_begin',
    says: 'subscriptions: the clock would never look at it',
    attempt: subscription('s2', { next_step_at: null }),
  },
  {
    rule: 'subscriptions_looked_after',
    says: 'subscriptions: the clock would never look at it',
    attempt: 'UPDATE subscriptions SET next_step_at = NULL WHERE number = 101',
  },
  {
    rule: 'subscriptions_keep',
    says: 'subscriptions: kept',
    attempt: 'DELETE FROM subscriptions WHERE number = 101',
  },
  {
    rule: 'audit_entries_immutable',
    says: 'audit: entries are immutable',
    attempt: `UPDATE audit_entries SET actor_id = 'b'`,
  },
  { rule: 'audit_entries_keep', says: 'audit: entries are kept', attempt: 'DELETE FROM audit_entries' },
  ...[`email = 'again@example.com'`, `status = 'ACTIVE'`, `name = 'B again'`].map((change) => ({
    rule: 'users_closed_for_good',
    says: 'users: a closed account stays as it is',
    before: closed,
    attempt: `UPDATE users SET ${change} WHERE id = 'b'`,
  })),
  ...[
    [
      'sessions',
      `(id, user_id, address, user_agent, created_at, last_used_at, expires_at) VALUES ('x', 'b', '', '', 1, 1, 2)`,
    ],
    [
      'account_tokens',
      `(id, user_id, purpose, hash, email, created_at, expires_at) VALUES ('x', 'b', 'VERIFY_EMAIL', 'h', 'b', 1, 2)`,
    ],
    [
      'api_tokens',
      `(id, user_id, name, hash, prefix, scopes, created_at, expires_at) VALUES ('x', 'b', 'x', 'h', 'p', '[]', 1, 2)`,
    ],
    ['two_factors', `(user_id, sealed_secret, created_at) VALUES ('b', 'x', 1)`],
  ].map(([table, row]) => ({
    rule: `${table}_of_open_account`,
    says: `${table!.replace('_', '-')}: the account is closed`,
    before: closed,
    attempt: `INSERT INTO ${table} ${row}`,
  })),
  {
    rule: 'subscriptions_of_open_account',
    says: 'subscriptions: the account is closed',
    before: closed,
    attempt: subscription('s2'),
  },
  ...[
    charge({ total: 99, net: 99 }),
    charge({ transaction_number: 101, total: 1000, net: 1000 }),
    charge({ subscription_id: `'s2'` }),
  ].map((attempt) => ({
    rule: 'charges_of_transaction',
    says: 'charges: not what the transaction says',
    attempt,
  })),
  {
    rule: 'charges_immutable',
    says: 'charges: immutable',
    before: charge(),
    attempt: 'UPDATE charges SET net = 90, tax = 10',
  },
  { rule: 'charges_keep', says: 'charges: kept', before: charge(), attempt: 'DELETE FROM charges' },
  {
    rule: 'charges_keep',
    says: 'charges: kept',
    before: charge(),
    attempt: charge({ plan_name: `'Other'` }).replace('INSERT', 'INSERT OR REPLACE'),
  },
  ...upgradeTriggerCases,
  ...scheduledTriggerCases,
  ...paymentTriggerCases,
]
