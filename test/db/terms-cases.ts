import { charge, subscription } from './books'
import type { EffectCase } from './effect-cases'
import type { RuleCase } from './rule-cases'
import { upgrade } from './upgrade-cases'

/** A change of what a plan costs or gives, as the product makes it. */
export const planChange = (change: string, plan = 'small'): string =>
  `UPDATE plans SET ${change}, terms_effective_at = 50, updated_at = 9 WHERE id = '${plan}'`

const terms = (columns: Record<string, string | number> = {}): string => {
  const row = {
    plan_id: `'small'`,
    number: 2,
    price: 100,
    quarterly_discount_percent: 0,
    yearly_discount_percent: 0,
    cpu_millicores: 500,
    memory_mb: 512,
    storage_gb: 5,
    announced_at: 1,
    effective_at: 1,
    ...columns,
  }
  return `INSERT INTO plan_terms (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).join(', ')})`
}

const noSuchTerms = 'subscriptions: no such terms of its plan'

export const termsTriggerCases: RuleCase[] = [
  ...(
    [
      { number: 3 },
      { number: 1 },
      { plan_id: `'none'` },
      { price: 101 },
      { quarterly_discount_percent: 1 },
      { yearly_discount_percent: 1 },
      { cpu_millicores: 501 },
      { memory_mb: 511 },
      { storage_gb: 6 },
    ] as Record<string, string | number>[]
  ).map((columns) => ({
    rule: 'plan_terms_of_plan',
    says: 'plan terms: not what the plan says',
    attempt: terms(columns),
  })),
  ...['price = 99', 'effective_at = 2', 'number = 2'].map((change) => ({
    rule: 'plan_terms_immutable',
    says: 'plan terms: immutable',
    attempt: `UPDATE plan_terms SET ${change} WHERE plan_id = 'small'`,
  })),
  {
    rule: 'plan_terms_keep',
    says: 'plan terms: kept as long as their plan',
    attempt: `DELETE FROM plan_terms WHERE plan_id = 'large'`,
  },
  {
    rule: 'plans_newest_terms',
    says: 'plans: sold by their newest terms',
    attempt: `UPDATE plans SET terms_number = 2 WHERE id = 'small'`,
  },
  {
    rule: 'plans_newest_terms',
    says: 'plans: sold by their newest terms',
    before: planChange('price = 101'),
    attempt: `UPDATE plans SET terms_number = 1 WHERE id = 'small'`,
  },
  {
    rule: 'subscriptions_begin_by_terms',
    says: noSuchTerms,
    attempt: subscription('s2', { terms_number: 2 }),
  },
  {
    rule: 'subscriptions_begin_by_terms',
    says: noSuchTerms,
    attempt: subscription('s2', { terms_number: 0 }),
  },
  ...['terms_number = 2', 'terms_number = 0', `plan_id = 'large', terms_number = 2`].map((change) => ({
    rule: 'subscriptions_change_terms',
    says: noSuchTerms,
    attempt: `UPDATE subscriptions SET ${change} WHERE id = 's1'`,
  })),
  {
    rule: 'subscriptions_change_terms',
    says: 'subscriptions: terms that it has left',
    before: `${planChange('price = 101')}; UPDATE subscriptions SET terms_number = 2 WHERE id = 's1'`,
    attempt: `UPDATE subscriptions SET terms_number = 1 WHERE id = 's1'`,
  },
  {
    rule: 'subscriptions_change_terms',
    says: 'subscriptions: an upgrade is under way',
    before: `${upgrade()}; ${planChange('price = 101')}`,
    attempt: `UPDATE subscriptions SET terms_number = 2 WHERE id = 's1'`,
  },
  ...[
    { plan_id: `'small'`, terms_number: 2 },
    { plan_id: `'foreign'`, terms_number: 1 },
    { plan_id: `'none'`, terms_number: 0 },
    { plan_id: `'small'` },
    { terms_number: 1 },
  ].map((columns) => ({
    rule: 'charges_terms',
    says: 'charges: no such terms of a plan of its service',
    attempt: charge({ plan_id: 'NULL', terms_number: 'NULL', ...columns }),
  })),
]

const termsOf = (plan: string): string =>
  `SELECT group_concat(number || ':' || price || ':' || cpu_millicores || ':' || announced_at || ':' || effective_at, ' ')
    FROM plan_terms WHERE plan_id = '${plan}'`

const newPlan = `INSERT INTO plans (id, service_id, name, tier, price, cpu_millicores, memory_mb, storage_gb, features, total_quota, created_at, updated_at)
  VALUES ('new', 'svc', 'New', 9, 7, 3, 1, 1, '[]', 1, 5, 6)`

export const termsEffectCases: EffectCase[] = [
  {
    rule: 'plans_first_terms',
    test: 'plans_first_terms: a new plan writes down what it costs and gives',
    act: newPlan,
    look: termsOf('new'),
    shows: '1:7:3:5:5',
  },
  ...[
    ['price = 150', '1:100:500:1:1 2:150:500:9:50'],
    ['cpu_millicores = 600', '1:100:500:1:1 2:100:600:9:50'],
    ['quarterly_discount_percent = 1', '1:100:500:1:1 2:100:500:9:50'],
    ['yearly_discount_percent = 1', '1:100:500:1:1 2:100:500:9:50'],
    ['memory_mb = 600', '1:100:500:1:1 2:100:500:9:50'],
    ['storage_gb = 6', '1:100:500:1:1 2:100:500:9:50'],
  ].map(([change, shows]) => ({
    rule: 'plans_next_terms',
    test: `plans_next_terms: a plan that changes (${change}) writes it down`,
    act: planChange(change!),
    look: termsOf('small'),
    shows: shows!,
  })),
  {
    rule: 'plans_next_terms',
    test: 'plans_next_terms: and counts',
    act: planChange('price = 150'),
    look: `SELECT terms_number FROM plans WHERE id = 'small'`,
    shows: '2',
  },
]
