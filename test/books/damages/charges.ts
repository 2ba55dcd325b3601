import type { Damage } from './damage'

const standing = 'but BILL-101 is in period 0, MONTHLY from 1 to 2678400001'

/** What a charge says beside its sum, and what of it is carried on. */
export const chargeDamages: Damage[] = [
  ...[
    ['period_index = 1', 'TXMP-103: charged for period 1, MONTHLY from 1 to 2678400001'],
    ['period_start = 2', 'TXMP-103: charged for period 0, MONTHLY from 2 to 2678400001'],
    ['period_end = period_end + 1', 'TXMP-103: charged for period 0, MONTHLY from 1 to 2678400002'],
    [`billing_cycle = 'YEARLY'`, 'TXMP-103: charged for period 0, YEARLY from 1 to 2678400001'],
  ].map(
    ([change, says]): Damage => [
      'charge and its period',
      `UPDATE charges SET ${change} WHERE transaction_number = 103`,
      `${says}, ${standing}`,
    ],
  ),
  [
    'charge and its period',
    'UPDATE charges SET period_start = 2 WHERE transaction_number = 104',
    `TXMP-104: charged for period 0, MONTHLY from 2 to 2678400001, ${standing}`,
  ],
  [
    'charge and its period',
    `UPDATE subscriptions SET period_index = 3 WHERE id = 's1';
      UPDATE charges SET period_index = 2 WHERE transaction_number = 103`,
    'TXMP-103: charged for period 2, MONTHLY from 1 to 2678400001, but BILL-101 is in period 3, MONTHLY from 1 to 2678400001',
  ],
  [
    'charge and its tax rule',
    'UPDATE charges SET tax_rate_bp = 1200 WHERE transaction_number = 104',
    'TXMP-104: a tax of 11 on 100, by its own rule 12',
  ],
  [
    'charge and its tax rule',
    'UPDATE charges SET tax_base_denominator = 2 WHERE transaction_number = 104',
    'TXMP-104: a tax of 11 on 100, by its own rule 6',
  ],
  [
    'charge and its tax rule',
    'UPDATE charges SET tax_rate_bp = 1200, prices_include_tax = 1 WHERE transaction_number = 104',
    'TXMP-104: a tax of 11 on 100, by its own rule 12',
  ],
  ...[
    ['current_period_start = 2', 'BILL-101: period 0, MONTHLY since 1, is from 2 to 2678400001'],
    ['current_period_end = 9000000000', 'BILL-101: period 0, MONTHLY since 1, is from 1 to 9000000000'],
    ['anchor_at = 2', 'BILL-101: period 0, MONTHLY since 2, is from 1 to 2678400001'],
    ['period_index = 1', 'BILL-101: period 1, MONTHLY since 1, is from 1 to 2678400001'],
    [`billing_cycle = 'YEARLY'`, 'BILL-101: period 0, YEARLY since 1, is from 1 to 2678400001'],
  ].map(
    ([change, says]): Damage => [
      'period of a subscription',
      `UPDATE subscriptions SET ${change} WHERE id = 's1'`,
      says!,
    ],
  ),
  [
    'price of a subscription',
    `UPDATE subscriptions SET price = 201 WHERE id = 's1'`,
    'BILL-101: costs 201, but 200 was agreed',
  ],
  [
    'price of a subscription',
    `UPDATE upgrades SET status = 'ROLLED_BACK', reason = 'x'`,
    'BILL-101: costs 200, but 100 was agreed',
  ],
  [
    'price before an upgrade',
    'UPDATE upgrades SET from_price = 99',
    'upgrade 1 of s1: from a price of 99, which nothing before it says',
  ],
  [
    'price before an upgrade',
    `INSERT INTO upgrades SELECT subscription_id, 2, to_plan_id, from_plan_id, 199, 300, 0, 1, 1, 1, 1, 0, 'DONE', 2, NULL, 2, 2, 0, 0 FROM upgrades`,
    'upgrade 2 of s1: from a price of 199, which nothing before it says',
  ],
  [
    'price of an upgrade',
    'UPDATE upgrades SET to_price = 149',
    'upgrade 1 of s1: from 100 to 149, but 111 was charged',
  ],
  [
    'tax given back',
    'UPDATE ledger_entries SET amount = 4 WHERE number = 6',
    'entry 4: of 11 of tax 4 went back, refunds say 5',
  ],
]
