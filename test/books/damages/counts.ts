import type { Damage } from './damage'

/** What triggers have counted of rows by status, and summed of charges by plan. */
export const countDamages: Damage[] = [
  [
    'rows by status',
    `UPDATE status_counts SET total = total + 1 WHERE subject = 'subscriptions' AND status = 'ACTIVE'`,
    'subscriptions: 2 counted as ACTIVE, but there are 1',
  ],
  [
    'rows by status',
    `DELETE FROM status_counts WHERE subject = 'top_ups'`,
    'top_ups: 0 counted as SUCCESS, but there are 2',
  ],
  [
    'rows by status',
    `INSERT INTO status_counts (subject, status, total) VALUES ('jobs', 'DEAD mail', 7)`,
    'jobs: 7 counted as DEAD mail, but there are 0',
  ],
  [
    'line of jobs',
    `UPDATE jobs SET subject = 's', behind = 1`,
    'job j: it waits for another of its subject, but there is none',
  ],
  [
    'revenue of a plan',
    `UPDATE plan_revenue SET amount = amount + 1 WHERE plan_id = 'small'`,
    'plan small in 2026-04: 56 is kept, but charges and refunds come to 55',
  ],
  [
    'revenue of a plan',
    `DELETE FROM plan_revenue`,
    'plan small in 2026-04: 0 is kept, but charges and refunds come to 55',
  ],
  [
    'revenue of a plan',
    `INSERT INTO plan_revenue (plan_id, month, amount) VALUES ('large', '2026-04', 7)`,
    'plan large in 2026-04: 7 is kept, but charges and refunds come to 0',
  ],
  [
    'what is live by plan',
    `UPDATE live_sums SET price = price + 1`,
    'plan small, ACTIVE, MONTHLY: kept are 1 for 201, 0 of them gifts, but there are 1 for 200, 0 of them gifts',
  ],
  [
    'what is live by plan',
    `DELETE FROM live_sums`,
    'plan small, ACTIVE, MONTHLY: kept are none, but there are 1 for 200, 0 of them gifts',
  ],
  [
    'what is live by plan',
    `INSERT INTO live_sums (plan_id, status, billing_cycle, total, gifts, price) VALUES ('large', 'GRACE', 'YEARLY', 1, 1, 0)`,
    'plan large, GRACE, YEARLY: kept are 1 for 0, 1 of them gifts, but there are none',
  ],
]
