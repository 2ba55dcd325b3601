import type { Damage } from './damage'

/** What triggers have counted of rows by status. */
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
    `INSERT INTO status_counts (subject, status, total) VALUES ('jobs', 'DEAD', 7)`,
    'jobs: 7 counted as DEAD, but there are 0',
  ],
]
