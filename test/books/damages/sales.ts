import { subscription } from '../../db/books'
import type { Damage } from './damage'

export const saleDamages: Damage[] = [
  [
    'subscriptions: numbers',
    `${subscription('s2')}; DELETE FROM subscriptions WHERE number = 101`,
    'BILL-102: the number before it is missing',
  ],
  ['slots of a plan', `UPDATE plans SET used_quota = 2 WHERE id = 'small'`, 'plan small: 2 slots used, but 1 are held'],
  ['slots of a plan', subscription('s2'), 'plan small: 1 slots used, but 2 are held'],
  [
    'plan of a subscription',
    `UPDATE subscriptions SET plan_id = 'foreign' WHERE id = 's1'`,
    'BILL-101: plan foreign is of another service',
  ],
  ['uncharged subscription', subscription('s2'), 'BILL-102: period 0 was never charged'],
  [
    'uncharged subscription',
    `UPDATE subscriptions SET period_index = 1 WHERE id = 's1'`,
    'BILL-101: period 1 was never charged',
  ],
  ['upgrades: constraints', `UPDATE upgrades SET status = 'GONE'`, 'upgrades s1/1: breaks upgrades_status'],
  [
    'upgrades: references',
    `DELETE FROM plans WHERE id = 'small'`,
    'upgrades s1/1: refers to small, a missing row of plans',
  ],
  ['subscription without app', subscription('s2'), 'BILL-102: no app of its customer'],
  [
    'app without subscription',
    `UPDATE instances SET subscription_id = 's9'`,
    'instance i1: subscription s9 is missing',
  ],
  [
    'charge and transaction',
    'UPDATE charges SET net = 101, total = 101 WHERE transaction_number = 103',
    'charge of TXMP-103: 101 for s1, but it is CHARGE of -100 for s1',
  ],
  [
    'tax of a charge',
    'UPDATE charges SET net = 101, tax = 10 WHERE transaction_number = 104',
    'charge of TXMP-104: its tax of 10 is not in the ledger',
  ],
  [
    'charge without its words',
    'DELETE FROM charges WHERE transaction_number = 104',
    'TXMP-104: what was charged for is not written down',
  ],
  [
    'upgrade and charge',
    'UPDATE upgrades SET charged = 110',
    'upgrade 1 of s1: DONE for 110, but 111 charged and 50 returned',
  ],
  [
    'upgrade and charge',
    `UPDATE upgrades SET status = 'ROLLED_BACK', reason = 'x'`,
    'upgrade 1 of s1: ROLLED_BACK for 111, but 111 charged and 50 returned',
  ],
  [
    'upgrade and subscription',
    `UPDATE upgrades SET status = 'PENDING', ended_at = NULL; UPDATE subscriptions SET price = 99 WHERE id = 's1'`,
    'upgrade 1 of s1: under way to small, but its subscription is ACTIVE on small for 99',
  ],
  ['number of an upgrade', 'UPDATE upgrades SET number = 2', 'upgrade 2 of s1: the one before it is missing'],
  ['charge without its upgrade', 'DELETE FROM upgrades', 'charge of TXMP-104: the upgrade that it is for is missing'],
  [
    'slots of a plan',
    `UPDATE upgrades SET status = 'PENDING', ended_at = NULL`,
    'plan large: 0 slots used, but 1 are held',
  ],
]
