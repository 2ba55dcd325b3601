import { charge, subscription } from './books'
import type { EffectCase } from './effect-cases'
import type { RuleCase } from './rule-cases'

type Columns = Record<string, string | number | null | undefined>

const insert = (table: string, row: Columns): string => {
  const values = Object.values(row).map((value) => (typeof value === 'string' ? `'${value}'` : (value ?? 'NULL')))
  return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')})`
}

/** A voucher for the first period as one statement; a column may be given otherwise. */
export const voucher = (columns: Columns = {}): string =>
  insert('vouchers', {
    id: 'v',
    code: 'HEMAT',
    purpose: 'first_period',
    amount: 10,
    percent: null,
    maximum: null,
    valid_from: 1,
    valid_until: null,
    max_uses: 2,
    created_by: 'a',
    created_at: 1,
    updated_at: 1,
    ...columns,
  })

/** A use of it by the books' subscription. */
export const voucherUse = (columns: Columns = {}): string =>
  insert('voucher_uses', {
    id: 'use',
    voucher_id: 'v',
    user_id: 'a',
    nth: 1,
    subscription_id: 's1',
    top_up_id: null,
    amount: 10,
    status: 'USED',
    created_at: 1,
    released_at: null,
    ...columns,
  })

export const forTopUp = { id: 'w', code: 'BONUS', purpose: 'top_up' }
export const ofTopUp = { id: 'kept', voucher_id: 'w', subscription_id: null, top_up_id: 'open', status: 'RESERVED' }
const forMoney = { id: 'm', code: 'MONEY', purpose: 'credit' }
const ofMoney = { id: 'money', voucher_id: 'm', subscription_id: null }
const used = `${voucher()}; ${voucherUse()}`
const reserved = `${voucher(forTopUp)}; ${voucherUse(ofTopUp)}`
const toRelease = `status = 'RELEASED', released_at = 2`
const release = (id: string): string => `UPDATE voucher_uses SET ${toRelease} WHERE id = '${id}'`
const secondTopUp = `INSERT INTO transactions (number, id, user_id, type, status, amount, description, created_at)
    VALUES (104, 't4', 'a', 'TOP_UP', 'PENDING', 500, '', 1);
  INSERT INTO top_ups (id, user_id, transaction_number, order_id, amount, method, status, expires_at, created_at, updated_at)
    VALUES ('next', 'a', 104, 'TXMP-104-x', 500, 'qris', 'PENDING', 9, 1, 1)`

const stays = 'vouchers: what it is worth and for what stays'
const changes = 'voucher uses: only whether it stands may change'
const tooMany = 'voucher uses: more than a customer may have'

export const voucherTriggerCases: RuleCase[] = [
  { rule: 'vouchers_keep', says: 'vouchers: kept', before: voucher(), attempt: 'DELETE FROM vouchers' },
  ...[
    `id = 'x'`,
    `code = 'OTHER'`,
    `purpose = 'top_up'`,
    'amount = 11',
    'amount = NULL, percent = 5',
    `plan_ids = '["small"]'`,
    `service_ids = '["svc"]'`,
    'minimum_amount = 1',
    'new_customers_only = 1',
    'valid_from = 0',
    `created_by = 'b'`,
    'created_at = 2',
  ].map((change) => ({
    rule: 'vouchers_promise',
    says: stays,
    before: voucher(),
    attempt: `UPDATE vouchers SET ${change}`,
  })),
  {
    rule: 'vouchers_promise',
    says: stays,
    before: voucher({ amount: null, percent: 5 }),
    attempt: 'UPDATE vouchers SET maximum = 9',
  },
  {
    rule: 'vouchers_of_customers',
    says: 'vouchers: a customer has more uses',
    before: `${voucher({ per_customer: 2 })}; ${voucherUse({ nth: 2 })}`,
    attempt: 'UPDATE vouchers SET per_customer = 1',
  },
  { rule: 'voucher_uses_of_customer', says: tooMany, before: voucher(), attempt: voucherUse({ nth: 2 }) },
  {
    rule: 'voucher_uses_of_customer_again',
    says: tooMany,
    before: `${reserved}; ${release('kept')}`,
    attempt: `UPDATE voucher_uses SET status = 'USED', released_at = NULL, nth = 2 WHERE id = 'kept'`,
  },
  ...[
    voucherUse({ subscription_id: null }),
    voucherUse({ subscription_id: null, top_up_id: 'open' }),
    voucherUse(ofTopUp).replace(`'w'`, `'m'`),
    voucherUse({ voucher_id: 'w' }),
  ].map((attempt) => ({
    rule: 'voucher_uses_purpose',
    says: 'voucher uses: for something else',
    before: `${voucher()}; ${voucher(forTopUp)}; ${voucher(forMoney)}`,
    attempt,
  })),
  ...[voucherUse({ user_id: 'b' }), voucherUse({ ...ofTopUp, user_id: 'b' })].map((attempt) => ({
    rule: 'voucher_uses_purpose',
    says: 'voucher uses: for somebody else',
    before: `${voucher()}; ${voucher(forTopUp)}`,
    attempt,
  })),
  { rule: 'voucher_uses_keep', says: 'voucher uses: kept', before: used, attempt: 'DELETE FROM voucher_uses' },
  ...[
    `id = 'x'`,
    'amount = 9',
    'created_at = 2',
    'nth = 2',
    `subscription_id = 's2'`,
    `user_id = 'b'`,
    `voucher_id = 'other'`,
  ].map((change) => ({
    rule: 'voucher_uses_change',
    says: changes,
    before: `${voucher({ per_customer: 2 })}; ${voucher({ id: 'other', code: 'OTHER' })}; ${voucherUse()}; ${subscription('s2')}`,
    attempt: `UPDATE voucher_uses SET ${change}, ${toRelease}`,
  })),
  // Released once, for good.
  {
    rule: 'voucher_uses_change',
    says: changes,
    before: `${used}; ${release('use')}`,
    attempt: `UPDATE voucher_uses SET status = 'USED', released_at = NULL`,
  },
  // What was credited is used for good.
  {
    rule: 'voucher_uses_change',
    says: changes,
    before: `${reserved}; UPDATE voucher_uses SET status = 'USED'`,
    attempt: release('kept'),
  },
  {
    rule: 'voucher_uses_change',
    says: changes,
    before: `${voucher(forMoney)}; ${voucherUse(ofMoney)}`,
    attempt: release('money'),
  },
  {
    rule: 'voucher_uses_change',
    says: changes,
    before: `${reserved}; ${secondTopUp}`,
    attempt: `UPDATE voucher_uses SET top_up_id = 'next', status = 'USED'`,
  },
]

const broken = (rule: string, attempt: string, more: Partial<RuleCase> = {}): RuleCase => ({
  rule,
  says: `CHECK constraint failed: ${rule}`,
  attempt,
  ...more,
})
const ofVoucher = { before: `${voucher()}; ${voucher(forTopUp)}; ${voucher(forMoney)}` }

export const voucherCheckCases: RuleCase[] = [
  broken('charges_discount', charge({ discount: 5 })),
  broken('charges_discount', charge({ voucher_code: `'HEMAT'` })),
  broken('charges_discount', charge({ discount: -5 })),
  ...['bonus = 5', `voucher_code = 'HEMAT'`, 'bonus = -5'].map((change) =>
    broken('top_ups_bonus', `UPDATE top_ups SET ${change} WHERE id = 'open'`),
  ),
  ...['ABC', 'hemat', 'A-B-C', 'A'.repeat(33)].map((code) => broken('vouchers_code_form', voucher({ code }))),
  broken('vouchers_purpose_word', voucher({ purpose: 'gift' })),
  ...[
    { amount: null },
    { percent: 5 },
    { amount: 0 },
    { amount: 1_000_000_000_001 },
    { amount: null, percent: 0 },
    { amount: null, percent: 101 },
    { maximum: 5 },
    { amount: null, percent: 5, maximum: 0 },
  ].map((columns) => broken('vouchers_worth', voucher(columns))),
  ...[{ max_uses: null }, { minimum_amount: 1 }, { amount: null, percent: 5 }].map((columns) =>
    broken('vouchers_credit', voucher({ ...forMoney, ...columns })),
  ),
  ...[{ plan_ids: '["small"]' }, { service_ids: '["svc"]' }].map((columns) =>
    broken('vouchers_of_plans', voucher({ ...forTopUp, ...columns })),
  ),
  broken('vouchers_minimum', voucher({ minimum_amount: -1 })),
  broken('vouchers_time', voucher({ valid_until: 0 })),
  broken('vouchers_used', voucher({ max_uses: 0 })),
  broken('vouchers_used', voucher({ used: 3 })),
  broken('vouchers_used', voucher({ used: -1 })),
  // One more than there may be, by the trigger that counts.
  broken('vouchers_used', voucherUse(), { before: voucher({ max_uses: 1, used: 1 }) }),
  broken('vouchers_per_customer', voucher({ per_customer: 0 })),
  broken('vouchers_per_customer', voucher({ per_customer: 101 })),
  broken('voucher_uses_status_word', voucherUse({ status: 'GONE' }), ofVoucher),
  broken('voucher_uses_amount', voucherUse({ amount: 0 }), ofVoucher),
  broken('voucher_uses_nth_counts', voucherUse({ nth: 0 }), ofVoucher),
  broken('voucher_uses_one_order', voucherUse({ top_up_id: 'open' }), ofVoucher),
  broken('voucher_uses_reserved', voucherUse({ status: 'RESERVED' }), ofVoucher),
  broken('voucher_uses_released', voucherUse({ status: 'RELEASED' }), ofVoucher),
  broken('voucher_uses_released', voucherUse({ released_at: 2 }), ofVoucher),
]

const twice = (rule: string, columns: string, attempt: string, before: string): RuleCase => ({
  rule,
  says: `UNIQUE constraint failed: ${columns}`,
  attempt,
  before,
})

export const voucherUniqueCases: RuleCase[] = [
  twice('vouchers_code', 'vouchers.code', voucher({ id: 'x' }), voucher()),
  twice(
    'voucher_uses_nth',
    'voucher_uses.voucher_id, voucher_uses.user_id, voucher_uses.nth',
    voucherUse({ ...ofMoney, id: 'x' }),
    `${voucher(forMoney)}; ${voucherUse(ofMoney)}`,
  ),
  twice(
    'voucher_uses_subscription',
    'voucher_uses.subscription_id',
    voucherUse({ id: 'x', voucher_id: 'x' }),
    `${used}; ${voucher({ id: 'x', code: 'OTHER' })}`,
  ),
  twice(
    'voucher_uses_top_up',
    'voucher_uses.top_up_id',
    voucherUse({ ...ofTopUp, id: 'x', voucher_id: 'x' }),
    `${reserved}; ${voucher({ ...forTopUp, id: 'x', code: 'OTHER' })}`,
  ),
]

const usesOf = (id: string): string => `SELECT used || ' ' || granted FROM vouchers WHERE id = '${id}'`

export const voucherEffectCases: EffectCase[] = [
  {
    rule: 'voucher_uses_take',
    test: 'voucher_uses_take: a use counts',
    act: used,
    look: usesOf('v'),
    shows: '1 10',
  },
  {
    rule: 'voucher_uses_move',
    test: 'voucher_uses_move: what is released does not',
    act: `${used}; ${release('use')}`,
    look: usesOf('v'),
    shows: '0 0',
  },
  {
    rule: 'voucher_uses_move',
    test: 'voucher_uses_move: what is taken up again does once more',
    act: `${reserved}; ${release('kept')}; CREATE TEMP TABLE seen AS SELECT used + granted AS sum FROM vouchers WHERE id = 'w';
      UPDATE voucher_uses SET status = 'USED', released_at = NULL`,
    look: `SELECT (SELECT sum FROM temp.seen) || ' ' || used || ' ' || granted FROM vouchers WHERE id = 'w'`,
    shows: '0 1 10',
  },
]
