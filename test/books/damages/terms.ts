import type { Damage } from './damage'

/** What plans cost and gave, and who pays by what. Plan `small` costs 100 by terms 1 and 200 by terms 2, which count from 50 on. */
export const termsDamages: Damage[] = [
  ...[
    `UPDATE plan_terms SET price = 201 WHERE plan_id = 'small' AND number = 2`,
    `UPDATE plans SET memory_mb = 513 WHERE id = 'small'`,
  ].map((harm): Damage => ['terms of a plan', harm, 'plan small: its newest terms, 2, are not what it says']),
  [
    'terms of a plan',
    `UPDATE plans SET terms_number = 1, price = 100 WHERE id = 'small'`,
    'plan small: its newest terms, 1, are not what it says',
  ],
  [
    'number of terms',
    `DELETE FROM plan_terms WHERE plan_id = 'small' AND number = 1`,
    'terms 2 of plan small: the ones before them are missing',
  ],
  [
    'terms of a subscription',
    `UPDATE subscriptions SET terms_number = 7 WHERE id = 's1'`,
    'BILL-101: plan small has no terms 7',
  ],
  [
    'price by terms',
    `UPDATE subscriptions SET terms_number = 1 WHERE id = 's1'`,
    'BILL-101: costs 200, by its terms 100',
  ],
  [
    'price by terms',
    `UPDATE subscriptions SET billing_cycle = 'YEARLY' WHERE id = 's1'`,
    'BILL-101: costs 200, by its terms 2400',
  ],
  [
    'charge by terms',
    'UPDATE charges SET terms_number = 2 WHERE transaction_number = 103',
    'charge of TXMP-103: 100 by terms 2 of plan small, which say 200',
  ],
  [
    'charge by terms',
    'UPDATE charges SET terms_number = 9 WHERE transaction_number = 104',
    'charge of TXMP-104: 100 by terms 9 of plan small, which say nothing',
  ],
  [
    'charge before its terms',
    `UPDATE charges SET period_index = 1, terms_number = 2 WHERE transaction_number = 103; DELETE FROM upgrades`,
    'charge of TXMP-103: for a time from 1 by terms that count from 50',
  ],
  ...['from_terms_number = 2', 'to_terms_number = 1', 'from_terms_number = 9', 'to_terms_number = 9'].map(
    (change): Damage => [
      'terms of an upgrade',
      `UPDATE upgrades SET ${change}`,
      `upgrade 1 of s1: from 100 by terms ${change.startsWith('from') ? change.at(-1) : 0} to 200 by terms ${change.startsWith('to') ? change.at(-1) : 2}, which do not say so`,
    ],
  ),
]
