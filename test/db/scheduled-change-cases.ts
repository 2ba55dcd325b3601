import { toStatus } from './books'
import type { RuleCase } from './rule-cases'
import { upgrade } from './upgrade-cases'

const booking = (planId: string, cycle: string) =>
  `UPDATE subscriptions SET scheduled_plan_id = '${planId}', scheduled_cycle = '${cycle}' WHERE id = 's1'`
const yearly = booking('small', 'YEARLY')

const refused = (says: string, attempt: string, before?: string): RuleCase => ({
  rule: 'subscriptions_schedule',
  says: `subscriptions: ${says}`,
  attempt,
  before,
})

export const scheduledTriggerCases: RuleCase[] = [
  refused('another change is booked', booking('small', 'QUARTERLY'), yearly),
  // A higher one, what it has, and one of another service.
  ...[booking('large', 'MONTHLY'), booking('small', 'MONTHLY'), booking('foreign', 'YEARLY')].map((attempt) =>
    refused('no change that can be booked', attempt),
  ),
  refused('an upgrade is under way', yearly, upgrade()),
  { rule: 'upgrades_nothing_booked', says: 'upgrades: a change is booked', before: yearly, attempt: upgrade() },
]

const broken = (rule: string, attempt: string, more: Partial<RuleCase> = {}): RuleCase => ({
  rule,
  says: `CHECK constraint failed: ${rule}`,
  attempt,
  ...more,
})
const unruled = { without: ['subscriptions_schedule'] }

export const scheduledCheckCases: RuleCase[] = [
  broken('subscriptions_scheduled_whole', `UPDATE subscriptions SET scheduled_cycle = 'YEARLY' WHERE id = 's1'`),
  broken(
    'subscriptions_scheduled_whole',
    `UPDATE subscriptions SET scheduled_plan_id = 'small' WHERE id = 's1'`,
    unruled,
  ),
  broken('subscriptions_scheduled_cycle', booking('small', 'WEEKLY'), unruled),
  broken('subscriptions_scheduled_goes_on', `UPDATE subscriptions SET cancel_at_period_end = 1 WHERE id = 's1'`, {
    before: yearly,
  }),
  broken('subscriptions_scheduled_goes_on', toStatus('s1', 'CANCELLED'), { before: yearly }),
]
