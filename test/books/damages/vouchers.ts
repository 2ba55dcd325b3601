import type { Damage } from './damage'

const source = 'source of an entry'

/** See voucher-business.ts: `c` has used codes of every sort, `d` owes a bonus. */
export const voucherDamages: Damage[] = [
  // Entries that nothing stands behind.
  [
    source,
    `DELETE FROM voucher_uses WHERE id = 'u2'`,
    'entry 25: 25 from promo to revenue by discount:charge:s2:period:0, but no voucher was used for that',
  ],
  [
    source,
    `UPDATE ledger_entries SET reverses = 31 WHERE number = 30`,
    'entry 30: 12 from revenue to promo by discount:refund:charge:s2:period:0:1, but nothing was refunded with that discount',
  ],
  [
    source,
    `UPDATE voucher_uses SET status = 'USED', released_at = NULL WHERE id = 'u3'`,
    'entry 32: 200 from revenue to promo by discount:refund:charge:s3:period:0, but nothing was refunded with that discount',
  ],
  [
    source,
    `UPDATE voucher_uses SET amount = 19 WHERE id = 'um'`,
    'entry 18: 20 from promo to wallet:c by voucher:um, but no voucher of that worth was used',
  ],
  [
    source,
    `UPDATE ledger_entries SET reverses = 18 WHERE number = 22`,
    'entry 22: 20 from wallet:c to promo by voucher:u-tee:back:1:20, but takes back no such bonus',
  ],
  [
    source,
    `UPDATE voucher_uses SET user_id = 'a' WHERE id = 'u-dee'`,
    'entry 38: 10 from receivable:d to wallet:d by voucher:u-dee:owed:1, but no such bonus was taken back',
  ],
  [
    source,
    `UPDATE voucher_uses SET status = 'RELEASED', released_at = 1 WHERE id = 'u-tee'`,
    'entry 24: 10 from promo to wallet:c by voucher:u-tee:again:2, but no such bonus was given again',
  ],
  // Counts and limits.
  [
    'uses of a voucher',
    `UPDATE vouchers SET used = 1 WHERE id = 'w'`,
    'voucher BONUS: counted as used 1 times for 50, but 2 uses for 50 stand',
  ],
  [
    'uses of a voucher',
    `UPDATE vouchers SET granted = 51 WHERE id = 'w'`,
    'voucher BONUS: counted as used 2 times for 51, but 2 uses for 50 stand',
  ],
  [
    'use of a customer',
    `UPDATE voucher_uses SET nth = 2 WHERE id = 'um'`,
    'use um of voucher MONEY: the 2. of its customer, who may have 1',
  ],
  ...[
    `UPDATE vouchers SET purpose = 'top_up' WHERE id = 'm'`,
    `UPDATE voucher_uses SET user_id = 'a' WHERE id = 'u2'`,
    `UPDATE voucher_uses SET user_id = 'a' WHERE id = 'u-tee'`,
  ].map(
    (harm, which): Damage => [
      'purpose of a use',
      harm,
      `use ${['um of voucher MONEY', 'u2 of voucher HEMAT', 'u-tee of voucher BONUS'][which]}: for something else, or somebody else`,
    ],
  ),
  // Money that was not given, or not taken back.
  [
    'use in the ledger',
    `UPDATE top_ups SET taken_back = 200 WHERE id = 'tee'`,
    'use u-tee of voucher BONUS: USED for 20, but 30 is credited',
  ],
  [
    'use in the ledger',
    `DELETE FROM ledger_entries WHERE number = 18`,
    'use um of voucher MONEY: USED for 20, but 0 is credited',
  ],
  [
    'use for a top-up',
    `UPDATE top_ups SET status = 'EXPIRED' WHERE id = 'tee'`,
    'use u-tee of voucher BONUS: USED for 40, but its top-up is EXPIRED with a bonus of 40',
  ],
  [
    'use for a top-up',
    `UPDATE top_ups SET bonus = 41 WHERE id = 'tee'`,
    'use u-tee of voucher BONUS: USED for 40, but its top-up is SUCCESS with a bonus of 41',
  ],
  [
    'bonus without a use',
    `UPDATE top_ups SET bonus = 5, voucher_code = 'BONUS' WHERE id = 'paid'`,
    'top-up paid: a bonus of 5 by no voucher',
  ],
  // Discounts.
  [
    'use for a subscription',
    `UPDATE charges SET discount = 24 WHERE transaction_number = 122`,
    'use u2 of voucher HEMAT: 25 off s2, which was not charged so',
  ],
  [
    'use for a subscription',
    `DELETE FROM ledger_entries WHERE number = 31`,
    'use u3 of voucher FREE: 200 off s3, which was not charged so',
  ],
  [
    'released use',
    `UPDATE voucher_uses SET status = 'RELEASED', released_at = 1 WHERE id = 'u2'`,
    'use u2 of voucher HEMAT: released, but its subscription was not refunded',
  ],
  [
    'discount without a use',
    `UPDATE voucher_uses SET voucher_id = 'f' WHERE id = 'u2'`,
    'charge of TXMP-122: 25 off by voucher HEMAT, which was not used for it',
  ],
  [
    'discount of a charge',
    `UPDATE ledger_entries SET amount = 24 WHERE number = 25`,
    'charge of TXMP-122: a discount of 25 without tax, but the ledger has 24',
  ],
  [
    'discount given back',
    `UPDATE ledger_entries SET amount = 13 WHERE number = 30`,
    'entry 25: of a discount of 25 13 went back, refunds say 12',
  ],
  [
    'discount given back',
    `DELETE FROM ledger_entries WHERE number = 32`,
    'entry 31: of a discount of 200 0 went back, refunds say 200',
  ],
  // Past the rules of the rows themselves.
  ['vouchers: constraints', `UPDATE vouchers SET max_uses = 1 WHERE id = 'w'`, 'vouchers w: breaks vouchers_used'],
  [
    'voucher_uses: constraints',
    `UPDATE voucher_uses SET released_at = 1 WHERE id = 'um'`,
    'voucher_uses um: breaks voucher_uses_released',
  ],
  [
    'vouchers: references',
    `UPDATE vouchers SET created_by = 'nobody' WHERE id = 'w'`,
    'vouchers w: refers to nobody, a missing row of users',
  ],
  ...['voucher_id', 'user_id', 'subscription_id', 'top_up_id'].map(
    (column): Damage => [
      'voucher_uses: references',
      `UPDATE voucher_uses SET ${column} = 'nobody' WHERE id = 'um'`,
      `voucher_uses um: refers to nobody, a missing row of ${column.replace('_id', 's')}`,
    ],
  ),
]
