import { auditEntry, auditHash, charge, entry, subscription } from './books'
import { liveSumsCheckCases } from './live-sums-cases'
import { paymentCheckCases, paymentUniqueCases } from './payment-rule-cases'
import type { RuleCase } from './rule-cases'
import { scheduledCheckCases } from './scheduled-change-cases'
import {
  templateCheckCases,
  trialCheckCases,
  trialUniqueCases,
  updateCheckCases,
  updateUniqueCases,
} from './template-cases'
import { upgradeCheckCases, upgradeUniqueCases } from './upgrade-cases'
import { voucherCheckCases, voucherUniqueCases } from './voucher-cases'

const exact = Number.MAX_SAFE_INTEGER

const broken = (rule: string, attempt: string, more: Partial<RuleCase> = {}): RuleCase => ({
  rule,
  says: `CHECK constraint failed: ${rule}`,
  attempt,
  ...more,
})

const apiToken = (hash: string, expiresAt: number) =>
  `INSERT INTO api_tokens (id, user_id, name, hash, prefix, scopes, created_at, expires_at)
   VALUES ('${hash}-${expiresAt}', 'a', 'x', '${hash}', 'mpt_', '[]', 1, ${expiresAt})`
const unaudited = { without: ['audit_entries_immutable'] }
const unsettled = { without: ['transactions_settle_once'] }
const quiet = { without: ['subscriptions_take_slot', 'subscriptions_move_slot', 'subscriptions_lifecycle'] }
const anyStep = { without: ['subscriptions_lifecycle'] }

export const checkCases: RuleCase[] = [
  ...templateCheckCases,
  ...updateCheckCases,
  ...trialCheckCases,
  ...liveSumsCheckCases,
  ...voucherCheckCases,
  broken('users_email_lower', `UPDATE users SET email = 'A@example.com' WHERE id = 'a'`),
  broken('users_role', `UPDATE users SET role = 'ROOT'`),
  broken('users_status', `UPDATE users SET status = 'GONE'`),
  broken(
    'account_tokens_purpose',
    `INSERT INTO account_tokens (id, user_id, purpose, hash, email, created_at, expires_at) VALUES ('x', 'a', 'ODD', 'h', 'a@example.com', 1, 2)`,
  ),
  broken(
    'two_factors_step',
    `INSERT INTO two_factors (user_id, sealed_secret, created_at, last_step) VALUES ('a', 's', 1, -1)`,
  ),
  broken('api_tokens_life', apiToken('h', 1)),
  broken('categories_status', `UPDATE categories SET status = 'GONE'`),
  broken('icons_size', `INSERT INTO icons (hash, svg, created_at) VALUES ('x', '', 1)`),
  broken('categories_translations', `UPDATE categories SET translations = 'Kategori'`),
  broken('services_translations', `UPDATE services SET translations = 'Layanan'`),
  broken('services_presets', `UPDATE services SET presets = '[]'`),
  broken('services_customer_inputs', `UPDATE services SET customer_inputs = '{}'`),
  broken('instances_customer_inputs', `UPDATE instances SET customer_inputs = '{}'`),
  broken('plans_translations', `UPDATE plans SET translations = 'Paket'`),
  broken(
    'old_slugs_kind',
    `INSERT INTO old_slugs (kind, slug, target_id, created_at) VALUES ('plan', 'old', 'small', 1)`,
  ),
  broken(
    'cluster_facts_single',
    `INSERT INTO cluster_facts (id, nodes, largest, storage_classes, changed_at) VALUES (2, '', '', '', 1)`,
  ),
  broken('catalog_version_single', `INSERT INTO catalog_version (id, version) VALUES (2, 1)`),
  broken('plans_slots', 'UPDATE plans SET used_quota = 3'),
  broken('plans_slots', 'UPDATE plans SET used_quota = -1'),
  broken('plans_slots', `UPDATE plans SET total_quota = 0 WHERE id = 'small'`),
  broken('plans_slots', subscription('s3', { user_id: 'b' }), {
    before: `UPDATE plans SET total_quota = 1 WHERE id = 'small'`,
  }),
  broken('plans_price', 'UPDATE plans SET price = -1'),
  broken('plans_price', 'UPDATE plans SET price = 1000000000001'),
  broken('plans_size', 'UPDATE plans SET cpu_millicores = 0'),
  broken('plans_size', 'UPDATE plans SET memory_mb = 0'),
  broken('plans_size', 'UPDATE plans SET storage_gb = -1'),
  broken('plans_discount', 'UPDATE plans SET quarterly_discount_percent = 101'),
  broken('plans_discount', 'UPDATE plans SET yearly_discount_percent = -1'),
  broken('plans_status', `UPDATE plans SET status = 'SOLD'`),
  broken('plan_terms_effective', 'UPDATE plan_terms SET effective_at = 0', { without: ['plan_terms_immutable'] }),
  broken('services_type', `UPDATE services SET type = 'boat'`),
  broken('services_status', `UPDATE services SET status = 'SOLD'`),
  broken('instances_status_known', `UPDATE instances SET status = 'ODD'`),
  broken('instances_desired', `UPDATE instances SET desired_state = 'ODD'`),
  broken('mails_status_known', `UPDATE mails SET status = 'ODD'`),
  broken('mails_delivery_known', `UPDATE mails SET delivery = 'ODD'`),
  broken('mail_suppressions_lower', `UPDATE mail_suppressions SET address = 'A@example.com'`),
  broken('mail_suppressions_reason_known', `UPDATE mail_suppressions SET reason = 'ODD'`),
  broken('status_counts_total', `UPDATE status_counts SET total = -1`),
  broken('jobs_status', `UPDATE jobs SET status = 'ODD'`),
  broken('jobs_behind', 'UPDATE jobs SET behind = 1'),
  broken('jobs_behind', `UPDATE jobs SET subject = 's', behind = 2`),
  broken('jobs_behind', `UPDATE jobs SET subject = 's', status = 'RUNNING', behind = 1`),
  broken('jobs_place', `UPDATE jobs SET subject = 's', behind = 1, place = 1`),
  broken('audit_actor_kind', `UPDATE audit_entries SET actor_kind = 'ghost'`, unaudited),
  broken('audit_hash', auditEntry(2, auditHash, 'b'.repeat(63))),
  broken('audit_hash', auditEntry(2, auditHash, 'B'.repeat(64))),
  broken('subscriptions_status', `UPDATE subscriptions SET status = 'ODD'`, quiet),
  broken('subscriptions_suspended', `UPDATE subscriptions SET status = 'SUSPENDED'`, anyStep),
  broken('subscriptions_suspended', `UPDATE subscriptions SET suspended_by = 'unpaid'`, anyStep),
  broken('subscriptions_ended', `UPDATE subscriptions SET status = 'CANCELLED'`),
  broken('subscriptions_ended', 'UPDATE subscriptions SET ended_at = 1'),
  broken('subscriptions_cycle', `UPDATE subscriptions SET billing_cycle = 'DAILY'`),
  broken('subscriptions_period', 'UPDATE subscriptions SET current_period_end = current_period_start'),
  broken('subscriptions_anchor', 'UPDATE subscriptions SET anchor_period = period_index + 2'),
  broken('subscriptions_anchor', 'UPDATE subscriptions SET anchor_months = -1'),
  broken('downtimes_span', 'INSERT INTO downtimes (started_at, ended_at) VALUES (2, 2)'),
  broken('heartbeat_one', 'INSERT INTO heartbeat (id, seen_at) VALUES (2, 2)'),
  broken('subscriptions_price', 'UPDATE subscriptions SET price = -1'),
  broken('ledger_wallet_not_negative', entry('wallet:b', 'revenue', 1, 'x'), { without: ['ledger_entries_overdraft'] }),
  broken('ledger_balance_exact', entry('promo', 'wallet:a', 1, 'y'), { before: entry('promo', 'fees', exact, 'x') }),
  broken(
    'ledger_accounts_opening',
    `INSERT INTO ledger_accounts (id, kind, balance, created_at) VALUES ('x', 'promo', 1, 1)`,
    {
      without: ['ledger_accounts_open'],
    },
  ),
  broken('ledger_entries_two_sides', entry('promo', 'promo', 1, 'x'), { without: ['ledger_entries_post'] }),
  broken('ledger_entries_amount', entry('promo', 'wallet:a', 0, 'x')),
  broken('ledger_entries_amount', entry('wallet:a', 'promo', -1, 'x')),
  broken('ledger_entries_amount', entry('promo', 'fees', BigInt(exact) + 1n, 'x')),
  broken('top_ups_amount', `UPDATE top_ups SET amount = 0 WHERE id = 'open'`, { without: ['top_ups_settle_once'] }),
  broken('top_ups_status', `UPDATE top_ups SET status = 'ODD' WHERE id = 'open'`),
  broken('transactions_type', `UPDATE transactions SET type = 'GIFT'`, unsettled),
  broken('transactions_status', `UPDATE transactions SET status = 'ODD'`, unsettled),
]

checkCases.push(
  ...paymentCheckCases,
  broken('charges_sum', charge({ net: 99 })),
  broken('charges_amounts', charge({ net: 110, tax: -10 })),
  broken('charges_amounts', charge({ net: -10, tax: 110 })),
  broken('charges_amounts', charge({ net: 0, total: 0 }), { without: ['charges_of_transaction'] }),
  broken('charges_kind', charge({ kind: `'gift'` })),
  broken('charges_cycle', charge({ billing_cycle: `'DAILY'` })),
  broken('charges_period', charge({ period_index: -1 })),
  broken('charges_period', charge({ period_end: 1 })),
  broken('charges_tax_rule', charge({ tax_rate_bp: 10_001 })),
  broken('charges_tax_rule', charge({ tax_rate_bp: -1 })),
  broken('charges_tax_rule', charge({ tax_base_numerator: 2 })),
  broken('charges_tax_rule', charge({ tax_base_numerator: 0 })),
  ...upgradeCheckCases,
  ...scheduledCheckCases,
)

const twice = (rule: string, columns: string, attempt: string, more: Partial<RuleCase> = {}): RuleCase => ({
  rule,
  says: `UNIQUE constraint failed: ${columns}`,
  attempt,
  ...more,
})

const transaction = (number: number, id: string) =>
  `INSERT INTO transactions (number, id, user_id, type, status, amount, description, created_at)
   VALUES (${number}, '${id}', 'a', 'BONUS', 'FAILED', 1, '', 1)`
const topUp = (id: string, number: number, orderId: string) =>
  `INSERT INTO top_ups (id, user_id, transaction_number, order_id, amount, method, status, expires_at, created_at, updated_at)
   VALUES ('${id}', 'a', ${number}, '${orderId}', 1, 'qris', 'PENDING', 9, 1, 1)`

/** What may be there once: the money's sources, orders and notifications, and a customer's live subscription. */
export const uniqueCases: RuleCase[] = [
  ...paymentUniqueCases,
  ...voucherUniqueCases,
  twice('api_tokens_hash', 'api_tokens.hash', apiToken('h', 3), { before: apiToken('h', 2) }),
  twice('ledger_entries_source', 'ledger_entries.source', entry('promo', 'wallet:a', 5, 'top-up:paid')),
  twice(
    'ledger_accounts_owner',
    'ledger_accounts.user_id, ledger_accounts.kind',
    `INSERT INTO ledger_accounts (id, kind, user_id, created_at) VALUES ('second', 'wallet', 'a', 1)`,
  ),
  twice('transactions_id', 'transactions.id', transaction(104, 't1')),
  twice('top_ups_order', 'top_ups.order_id', topUp('x', 104, 'TXMP-101-x'), { before: transaction(104, 'x') }),
  twice('top_ups_transaction', 'top_ups.transaction_number', topUp('x', 101, 'x')),
  twice(
    'payment_notifications_digest',
    'payment_notifications.digest',
    `INSERT INTO payment_notifications (id, digest, order_id, body, received_at) VALUES (2, 'd', 'x', '{}', 1)`,
  ),
  twice('subscriptions_id', 'subscriptions.id', subscription('s1')),
  twice(
    'subscriptions_one_live',
    'subscriptions.user_id, subscriptions.service_id',
    subscription('s2', { user_id: 'a', plan_id: 'large' }),
  ),
  twice(
    'instances_subscription',
    'instances.subscription_id',
    `INSERT INTO instances SELECT 'i2', subscription_id, user_id, 'x', namespace, 'x', template_name, cpu_millicores, memory_mb, storage_gb,
       inputs, sealed_secrets, desired_state, 1, NULL, 1, status, NULL, NULL, 0, 1, NULL, 0, NULL, NULL, 1, 1, 1, template_version, NULL, NULL, 1 FROM instances`,
  ),
  twice('plans_tier', 'plans.service_id, plans.tier', `UPDATE plans SET tier = 1 WHERE id = 'large'`),
  ...upgradeUniqueCases,
  ...updateUniqueCases,
  ...trialUniqueCases,
]
