import { charge, entry, subscription, toStatus } from './books'
import { countCases } from './count-cases'
import { liveSumsEffectCases } from './live-sums-cases'
import { templateEffectCases } from './template-cases'
import { termsEffectCases } from './terms-cases'
import { voucherEffectCases } from './voucher-cases'

/** What a trigger does by itself, told by what a query shows after an act. */
export interface EffectCase {
  /** The trigger. */
  rule: string
  test: string
  act: string
  look: string
  shows: string
}

const slotsOf = (plan: string): string => `SELECT used_quota FROM plans WHERE id = '${plan}'`

/** A count of the catalog's changes has moved since the act began. */
const moves = (count: 'version' | 'content', rule: string, act: string, before = ''): EffectCase => ({
  rule,
  test: `${rule}: what is kept of the catalog is out of date afterwards (${count})`,
  act: `${before}; CREATE TEMP TABLE seen AS SELECT ${count} FROM catalog_version; ${act}`,
  look: `SELECT (SELECT ${count} FROM catalog_version) > (SELECT ${count} FROM temp.seen)`,
  shows: '1',
})

const bothMove = (...act: [rule: string, act: string, before?: string]): EffectCase[] => [
  moves('version', ...act),
  moves('content', ...act),
]

const newCategory = `INSERT INTO categories (id, slug, name, description, created_at, updated_at) VALUES ('new', 'new', '', '', 1, 1)`
const newService = `INSERT INTO services (id, slug, category_id, name, description, type, template_name, created_at, updated_at)
  VALUES ('new', 'new', 'cat', '', '', 'hosting', 'n8n', 1, 1)`
const clusterSeen = `INSERT INTO cluster_facts (id, nodes, largest, storage_classes, changed_at) VALUES (1, '[]', '[]', '[]', 1)`
const newPlan = `INSERT INTO plans (id, service_id, name, tier, price, cpu_millicores, memory_mb, storage_gb, features, total_quota, created_at, updated_at)
  VALUES ('new', 'svc', 'New', 9, 1, 1, 1, 1, '[]', 1, 1, 1)`

const upgrading = `UPDATE subscriptions SET plan_id = 'large', price = 200 WHERE id = 's1';
  INSERT INTO upgrades (subscription_id, number, from_plan_id, to_plan_id, from_price, to_price, charged, from_cpu_millicores,
    from_memory_mb, from_storage_gb, to_storage_gb, was_failing, status, created_at, from_terms_number, to_terms_number)
  VALUES ('s1', 1, 'small', 'large', 100, 200, 50, 500, 512, 5, 5, 0, 'PENDING', 2, 1, 1)`

const gift = (amount: number, status = 'SUCCESS'): string =>
  `INSERT INTO transactions (number, id, user_id, type, status, amount, description, created_at)
    SELECT max(number) + 1, 'gift ${amount}', 'b', 'BONUS', '${status}', ${amount}, '', 1 FROM transactions`
const sumsOf = (type: string): string =>
  `SELECT transactions || ' ' || amount FROM wallet_sums WHERE user_id = 'b' AND type = '${type}'`

/** 100 with 10 of tax, of which the entry is number 3. */
const ofApril = `${entry('revenue', 'tax', 10, 'tax:charge:s1:period:0')};
  ${charge({ plan_id: `'small'`, terms_number: 1, month: `'2026-04'`, net: 90, tax: 10, tax_rate_bp: 1100 })}`
const earned = `SELECT amount FROM plan_revenue WHERE plan_id = 'small' AND month = '2026-04'`

/** Of two jobs of one subject the first goes; then the second may be next. */
const line = (rule: string, act: string): EffectCase => ({
  rule,
  test: `${rule}: the next of its subject is first in its line`,
  act: `INSERT INTO jobs (id, kind, key, payload, run_at, created_at, subject, turn, behind)
    VALUES ('one', 'mail', 'one', '{}', 1, 1, 's', 1, 0), ('two', 'mail', 'two', '{}', 1, 1, 's', 2, 1),
      ('three', 'mail', 'three', '{}', 1, 1, 's', 3, 1); ${act}`,
  look: `SELECT group_concat(id) FROM jobs WHERE subject = 's' AND behind = 1`,
  shows: 'three',
})

export const effectCases: EffectCase[] = [
  line('jobs_next_in_line', `UPDATE jobs SET status = 'DEAD' WHERE id = 'one'`),
  line('jobs_next_after_removal', `DELETE FROM jobs WHERE id = 'one'`),
  ...[
    { name: 'in grace', before: toStatus('s1', 'GRACE'), shows: '2678400001' },
    {
      name: 'suspended unpaid',
      before: `${toStatus('s1', 'GRACE')}; ${toStatus('s1', 'SUSPENDED')}`,
      shows: '2678400001',
    },
  ].map(({ name, before, shows }) => ({
    rule: 'ledger_entries_settle',
    test: `ledger_entries_settle: money that comes in brings forward what is overdue, here one ${name}`,
    act: `${before}; UPDATE subscriptions SET next_step_at = 2678400009; ${entry('promo', 'wallet:a', 1, 'adjustment:1')}`,
    look: `SELECT next_step_at FROM subscriptions WHERE id = 's1'`,
    shows,
  })),
  ...termsEffectCases,
  ...templateEffectCases,
  ...voucherEffectCases,
  {
    rule: 'ledger_entries_post',
    test: 'ledger_entries_post: an entry gives to the one account',
    act: entry('promo', 'wallet:b', 5, 'x'),
    look: `SELECT balance FROM ledger_accounts WHERE id = 'wallet:b'`,
    shows: '5',
  },
  {
    rule: 'ledger_entries_post',
    test: 'ledger_entries_post: and takes from the other',
    act: entry('wallet:a', 'revenue', 100, 'x'),
    look: `SELECT balance || ' ' || spent FROM ledger_accounts WHERE id = 'wallet:a'`,
    shows: '800 200',
  },
  {
    rule: 'subscriptions_take_slot',
    test: 'subscriptions_take_slot: a new subscription takes a slot',
    act: subscription('s2'),
    look: slotsOf('small'),
    shows: '2',
  },
  {
    rule: 'subscriptions_move_slot',
    test: 'subscriptions_move_slot: an ending gives the slot back',
    act: toStatus('s1', 'CANCELLED'),
    look: slotsOf('small'),
    shows: '0',
  },
  {
    rule: 'subscriptions_move_slot',
    test: 'subscriptions_move_slot: another plan takes the slot along',
    act: `UPDATE subscriptions SET plan_id = 'large' WHERE id = 's1'`,
    look: slotsOf('large'),
    shows: '1',
  },
  {
    rule: 'upgrades_hold_slot',
    test: 'upgrades_hold_slot: the plan before an upgrade keeps its slot until there is no way back to it',
    act: upgrading,
    look: slotsOf('small'),
    shows: '1',
  },
  {
    rule: 'upgrades_release_slot',
    test: 'upgrades_release_slot: and gives it back once the upgrade is done',
    act: `${upgrading}; UPDATE upgrades SET status = 'DONE', resized_at = 3, ended_at = 3`,
    look: slotsOf('small'),
    shows: '0',
  },
  {
    rule: 'transactions_summed',
    test: 'transactions_summed: what happens at once counts among its type',
    act: gift(7),
    look: sumsOf('BONUS'),
    shows: '1 7',
  },
  {
    rule: 'transactions_summed',
    test: 'transactions_summed: with what was there, and nothing that has not happened',
    act: `${gift(7)}; ${gift(5)}; ${gift(3, 'PENDING')}`,
    look: sumsOf('BONUS'),
    shows: '2 12',
  },
  {
    rule: 'transactions_summed_late',
    test: 'transactions_summed_late: what was waited for counts once it happens',
    act: `${gift(7)}; ${gift(5, 'PENDING')}; UPDATE transactions SET status = 'SUCCESS' WHERE id = 'gift 5'`,
    look: sumsOf('BONUS'),
    shows: '2 12',
  },
  {
    rule: 'charges_earned',
    test: 'charges_earned: a plan has earned what was charged without tax',
    act: ofApril,
    look: earned,
    shows: '90',
  },
  {
    rule: 'charges_returned',
    test: 'charges_returned: and not what of it goes back',
    act: `${ofApril}; ${entry('revenue', 'wallet:a', 50, 'refund:charge:s1:period:0', { reverses: 2 })}`,
    look: earned,
    shows: '40',
  },
  {
    rule: 'charges_tax_returned',
    test: 'charges_tax_returned: whose tax was not earned, and does not go back',
    act: `${ofApril}; ${entry('tax', 'revenue', 5, 'tax:refund:charge:s1:period:0', { reverses: 3 })}`,
    look: earned,
    shows: '95',
  },
  ...countCases,
  ...liveSumsEffectCases,
  ...bothMove('catalog_cluster_seen', clusterSeen),
  ...bothMove('catalog_cluster_changed', `UPDATE cluster_facts SET largest = '[1]'`, clusterSeen),
  ...bothMove('catalog_category_added', newCategory),
  ...bothMove('catalog_category_changed', `UPDATE categories SET name = 'New' WHERE id = 'cat'`),
  ...bothMove('catalog_category_removed', `DELETE FROM categories WHERE id = 'new'`, newCategory),
  ...bothMove('catalog_service_added', newService),
  ...bothMove('catalog_service_changed', `UPDATE services SET name = 'New' WHERE id = 'svc'`),
  ...bothMove('catalog_service_removed', `DELETE FROM services WHERE id = 'new'`, newService),
  ...bothMove('catalog_plan_added', newPlan),
  moves('version', 'catalog_plan_changed', `UPDATE plans SET used_quota = used_quota + 1 WHERE id = 'small'`),
  moves('content', 'catalog_plan_content_changed', `UPDATE plans SET name = 'New' WHERE id = 'small'`),
  ...bothMove('catalog_plan_removed', `DELETE FROM plans WHERE id = 'new'`, newPlan),
]
