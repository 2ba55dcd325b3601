import type { Damage } from './damage'

export const paymentDamages: Damage[] = [
  ['top-up without order', `DELETE FROM top_ups WHERE id = 'open'`, 'TXMP-102: a top-up without its order'],
  [
    'top-up and transaction',
    `UPDATE top_ups SET status = 'CANCELLED' WHERE id = 'open'`,
    'top-up open: CANCELLED of 500, but TXMP-102 is TOP_UP, PENDING of 500',
  ],
  [
    'top-up and transaction',
    `UPDATE top_ups SET amount = 501 WHERE id = 'open'`,
    'top-up open: PENDING of 501, but TXMP-102 is TOP_UP, PENDING of 500',
  ],
  [
    'top-up and entry',
    `UPDATE top_ups SET amount = 999 WHERE id = 'paid'`,
    'top-up paid: SUCCESS, but no entry credits 999',
  ],
  [
    'top-up and entry',
    `UPDATE top_ups SET status = 'EXPIRED' WHERE id = 'paid'`,
    'top-up paid: EXPIRED, but an entry credits it',
  ],
  ['top-up fee', `UPDATE top_ups SET fee = 4 WHERE id = 'bee'`, 'top-up bee: its fee of 6 is not in the ledger'],
  ['top-up fee', `UPDATE top_ups SET surcharge = 0 WHERE id = 'bee'`, 'top-up bee: its fee of 3 is not in the ledger'],
  [
    'top-up taken back',
    `UPDATE top_ups SET taken_back = 200 WHERE id = 'bee'`,
    'top-up bee: 200 taken back, entries say 300',
  ],
  [
    'top-up given back',
    `UPDATE refunds SET amount = 1000 WHERE id = 'r3'`,
    'top-up paid: SUCCESS of 1000, but 1200 of it is given back',
  ],
  ['refund reserved', `UPDATE refunds SET amount = 71 WHERE id = 'r3'`, 'refund r3: no entry reserves 71'],
  [
    'refund ended',
    `UPDATE refunds SET status = 'VOIDED' WHERE id = 'r1'`,
    'refund r1: VOIDED of 200, but entries say otherwise',
  ],
  [
    'refund ended',
    `UPDATE refunds SET status = 'POSTED' WHERE id = 'r2'`,
    'refund r2: POSTED of 100, but entries say otherwise',
  ],
  [
    'refund of a top-up',
    `UPDATE refunds SET top_up_id = 'bee' WHERE id = 'r3'`,
    `refund r3: top-up bee is somebody else's`,
  ],
  [
    'payment case credited',
    `UPDATE payment_cases SET status = 'DISMISSED' WHERE id = 'pc1'`,
    'payment case pc1: DISMISSED of 40, but the ledger says otherwise',
  ],
  [
    'payment case credited',
    `UPDATE payment_cases SET amount = 41 WHERE id = 'pc1'`,
    'payment case pc1: CREDITED of 41, but the ledger says otherwise',
  ],
  [
    'top-up corrected',
    `UPDATE top_ups SET corrections = 2 WHERE id = 'bee'`,
    'top-up bee: 2 corrections, entries say 1',
  ],
  [
    'method of a top-up',
    `UPDATE top_ups SET method = 'cash' WHERE id = 'open'`,
    'top-up open: by cash, which is no method',
  ],
  [
    'payment of a top-up',
    `DELETE FROM provider_payments WHERE transaction_id = 'y'`,
    'top-up bee: credited by payment y, which was never named with its order',
  ],
  [
    'payment of a case',
    `DELETE FROM provider_payments WHERE transaction_id = 'x'`,
    'payment case pc1: about payment x, which was never named with its order',
  ],
  [
    'payment credited twice',
    `UPDATE top_ups SET provider_transaction_id = 'x' WHERE id = 'bee'`,
    'payment case pc1: payment x is credited by top-up bee too',
  ],
  [
    'payment credited twice',
    `UPDATE payment_cases SET provider_transaction_id = ''`,
    'payment case pc1: payment  is credited by top-up paid too',
  ],
  [
    'payment credited twice',
    `INSERT INTO payment_cases SELECT 'pc2', top_up_id, 'amount', provider_transaction_id, amount, '', status, NULL, resolved_by, 1, 2 FROM payment_cases`,
    'payment case pc1: payment x is credited by payment case pc2 too',
  ],
]
