import { toStatus } from './books'
import type { RuleCase } from './rule-cases'

/** The upgrade that has just brought the books' subscription to its plan, as one statement; a column may be given otherwise. */
export function upgrade(columns: Record<string, string | number | null> = {}): string {
  const row = {
    subscription_id: 's1',
    number: 1,
    from_plan_id: 'large',
    to_plan_id: 'small',
    from_price: 50,
    to_price: 100,
    charged: 0,
    from_cpu_millicores: 500,
    from_memory_mb: 512,
    from_storage_gb: 5,
    to_storage_gb: 5,
    was_failing: 0,
    status: 'PENDING',
    resized_at: null,
    reason: null,
    created_at: 1,
    ended_at: null,
    from_terms_number: 1,
    to_terms_number: 1,
    ...columns,
  }
  const values = Object.values(row).map((value) => (typeof value === 'string' ? `'${value}'` : (value ?? 'NULL')))
  return `INSERT INTO upgrades (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')})`
}

export const upgradeDone = `UPDATE upgrades SET status = 'DONE', resized_at = 2, ended_at = 2 WHERE status = 'PENDING'`

export const upgradeTriggerCases: RuleCase[] = [
  { rule: 'upgrades_number', says: 'upgrades: number out of sequence', attempt: upgrade({ number: 2 }) },
  {
    rule: 'upgrades_number',
    says: 'upgrades: number out of sequence',
    before: `${upgrade()}; ${upgradeDone}`,
    attempt: upgrade({ number: 3 }),
  },
  ...[
    upgrade({ status: 'DONE', resized_at: 1, ended_at: 1 }),
    upgrade({ resized_at: 1 }),
    upgrade({ from_plan_id: 'small', to_plan_id: 'large' }),
    upgrade({ to_price: 99 }),
    upgrade({ from_plan_id: 'foreign' }),
  ].map((attempt) => ({
    rule: 'upgrades_begin',
    says: 'upgrades: not what the subscription says',
    attempt,
  })),
  {
    rule: 'upgrades_begin',
    says: 'upgrades: not what the subscription says',
    before: toStatus('s1', 'GRACE'),
    attempt: upgrade(),
  },
  ...[
    'charged = 1',
    'from_price = 1',
    'number = 2',
    `from_plan_id = 'foreign'`,
    'from_cpu_millicores = 1',
    'created_at = 2',
  ].map((change) => ({
    rule: 'upgrades_settle_once',
    says: 'upgrades: only a pending one may change, and only its outcome',
    before: upgrade(),
    attempt: `UPDATE upgrades SET ${change}`,
  })),
  {
    rule: 'upgrades_settle_once',
    says: 'upgrades: only a pending one may change, and only its outcome',
    before: `${upgrade()}; ${upgradeDone}`,
    attempt: `UPDATE upgrades SET status = 'ROLLED_BACK', reason = 'x'`,
  },
  ...([{ to_terms_number: 2 }, { to_terms_number: 0 }, { from_terms_number: 2 }] as Record<string, number>[]).map(
    (columns) => ({
      rule: 'upgrades_terms',
      says: 'upgrades: terms of another plan',
      attempt: upgrade(columns),
    }),
  ),
  ...['from_terms_number = 0', 'to_terms_number = 2'].map((change) => ({
    rule: 'upgrades_terms_stay',
    says: 'upgrades: terms stay',
    before: upgrade(),
    attempt: `UPDATE upgrades SET ${change}`,
  })),
  { rule: 'upgrades_keep', says: 'upgrades: kept', before: upgrade(), attempt: 'DELETE FROM upgrades' },
  ...[
    `UPDATE subscriptions SET plan_id = 'large' WHERE id = 's1'`,
    `UPDATE subscriptions SET price = 101 WHERE id = 's1'`,
    `UPDATE subscriptions SET period_index = 1 WHERE id = 's1'`,
    toStatus('s1', 'CANCELLED'),
    toStatus('s1', 'EXPIRED'),
  ].map((attempt) => ({
    rule: 'subscriptions_upgrade_pending',
    says: 'subscriptions: an upgrade is under way',
    before: upgrade(),
    attempt,
  })),
]

const broken = (rule: string, attempt: string, more: Partial<RuleCase> = {}): RuleCase => ({
  rule,
  says: `CHECK constraint failed: ${rule}`,
  attempt,
  ...more,
})

export const upgradeCheckCases: RuleCase[] = [
  broken('upgrades_status', `UPDATE upgrades SET status = 'ODD', ended_at = 2`, { before: upgrade() }),
  broken('upgrades_ended', 'UPDATE upgrades SET ended_at = 2', { before: upgrade() }),
  broken('upgrades_ended', `UPDATE upgrades SET status = 'DONE', resized_at = 2`, { before: upgrade() }),
  broken('upgrades_done', `UPDATE upgrades SET status = 'DONE', ended_at = 2`, { before: upgrade() }),
  broken('upgrades_reason', `UPDATE upgrades SET reason = 'x'`, { before: upgrade() }),
  broken('upgrades_reason', `UPDATE upgrades SET status = 'ROLLED_BACK', ended_at = 2`, { before: upgrade() }),
  broken('upgrades_plans', upgrade({ from_plan_id: 'small' })),
  broken('upgrades_amounts', upgrade({ charged: -1 })),
  broken('upgrades_amounts', upgrade({ from_price: -1 })),
  broken('upgrades_amounts', upgrade({ to_price: -1 }), { without: ['upgrades_begin'] }),
  broken('upgrades_storage', upgrade({ to_storage_gb: 4 })),
]

export const upgradeUniqueCases: RuleCase[] = [
  {
    rule: 'upgrades_one_pending',
    says: 'UNIQUE constraint failed: upgrades.subscription_id',
    before: upgrade(),
    attempt: upgrade({ number: 2 }),
  },
]
