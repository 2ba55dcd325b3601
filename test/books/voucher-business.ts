import { charge, entry, subscription, toStatus } from '../db/books'
import { forTopUp, voucher, voucherUse } from '../db/voucher-cases'
import { booked } from './booked'

const clearing = 'clearing:midtrans'
const person = (id: string): string => `INSERT INTO users (id, email, name, password_hash, created_at, updated_at)
    VALUES ('${id}', '${id}@example.com', '', 'x', 1, 1);
  INSERT INTO ledger_accounts (id, kind, user_id, created_at) VALUES ('wallet:${id}', 'wallet', '${id}', 1)`
const app = (id: string, of: string, user: string): string =>
  `INSERT INTO instances (id, subscription_id, user_id, name, namespace, subdomain, template_name, cpu_millicores, memory_mb, storage_gb,
      inputs, sealed_secrets, desired_state, status, status_changed_at, created_at, updated_at)
    VALUES ('${id}', '${of}', '${user}', '${id}', 'customer-${user}', '${id}', 'n8n', 500, 512, 5, '{}', '', 'RUNNING', 'RUNNING', 1, 1, 1)`
const topUp = (id: string, user: string, number: number, amount: number): string =>
  `INSERT INTO top_ups (id, user_id, transaction_number, order_id, amount, method, bonus, voucher_code, status, expires_at, created_at, updated_at)
    VALUES ('${id}', '${user}', ${number}, 'TXMP-${number}-x', ${amount}, 'qris', ${amount / 10}, 'BONUS', 'PENDING', 9, 1, 1);
  ${voucherUse({ id: `u-${id}`, voucher_id: 'w', user_id: user, subscription_id: null, top_up_id: id, amount: amount / 10, status: 'RESERVED' })};
  UPDATE top_ups SET status = 'SUCCESS' WHERE id = '${id}';
  UPDATE voucher_uses SET status = 'USED' WHERE id = 'u-${id}'`
const tookBack = (id: string, sum: number, nth: number): string =>
  `UPDATE top_ups SET taken_back = ${sum}, corrections = ${nth} WHERE id = '${id}'`
const periodEnd = 2_678_400_001

/** Vouchers of every sort, used and undone, booked as the product books it. Entry 18 and TXMP-115 are the first of these. */
export const voucherBusiness = [
  person('c'),
  person('d'),
  voucher({ id: 'm', code: 'MONEY', purpose: 'credit', amount: 20 }),
  voucher({ ...forTopUp, amount: null, percent: 10 }),
  voucher({ amount: 25 }),
  voucher({ id: 'f', code: 'FREE', amount: null, percent: 100 }),
  // Money by itself.
  voucherUse({ id: 'um', voucher_id: 'm', user_id: 'c', subscription_id: null, amount: 20 }),
  booked(115, ['c', 'BONUS', 20, 20], 'promo', 'voucher:um'),
  // A bonus, half of which went with the half of its top-up that the bank took back, and a quarter came again.
  booked(116, ['c', 'TOP_UP', 400, 420], clearing, 'top-up:tee'),
  topUp('tee', 'c', 116, 400),
  booked(117, ['c', 'BONUS', 40, 460], 'promo', 'voucher:u-tee'),
  booked(118, ['c', 'ADJUSTMENT', -200, 260], clearing, 'top-up:tee:back:1:19', { reverses: 19 }),
  tookBack('tee', 200, 1),
  booked(119, ['c', 'ADJUSTMENT', -20, 240], 'promo', 'voucher:u-tee:back:1:20', { reverses: 20 }),
  booked(120, ['c', 'ADJUSTMENT', 100, 340], clearing, 'top-up:tee:again:2'),
  tookBack('tee', 100, 2),
  booked(121, ['c', 'BONUS', 10, 350], 'promo', 'voucher:u-tee:again:2'),
  // A first period with a quarter off, and about half of it refunded.
  subscription('s2', { user_id: 'c', service_id: 'other', plan_id: 'foreign', status: 'ACTIVE' }),
  app('i2', 's2', 'c'),
  voucherUse({ id: 'u2', user_id: 'c', subscription_id: 's2', amount: 25 }),
  entry('promo', 'revenue', 25, 'discount:charge:s2:period:0'),
  booked(122, ['c', 'CHARGE', -83, 267], 'revenue', 'charge:s2:period:0', { subscription: 's2' }),
  entry('revenue', 'tax', 8, 'tax:charge:s2:period:0'),
  charge({
    transaction_number: 122,
    subscription_id: `'s2'`,
    plan_id: `'foreign'`,
    terms_number: 1,
    month: `'2026-04'`,
    net: 75,
    tax: 8,
    total: 83,
    tax_rate_bp: 1000,
    discount: 25,
    voucher_code: `'HEMAT'`,
    period_end: periodEnd,
  }),
  booked(123, ['c', 'REFUND', 40, 307], 'revenue', 'refund:charge:s2:period:0:1', { reverses: 26, subscription: 's2' }),
  entry('tax', 'revenue', 4, 'tax:refund:charge:s2:period:0:1', { reverses: 27 }),
  entry('revenue', 'promo', 12, 'discount:refund:charge:s2:period:0:1', { reverses: 25 }),
  // One for nothing, of an app that never ran: its use counts no more.
  subscription('s3', { user_id: 'c', price: 200, terms_number: 2 }),
  app('i3', 's3', 'c'),
  voucherUse({ id: 'u3', voucher_id: 'f', user_id: 'c', subscription_id: 's3', amount: 200 }),
  entry('promo', 'revenue', 200, 'discount:charge:s3:period:0'),
  toStatus('s3', 'CANCELLED'),
  `UPDATE voucher_uses SET status = 'RELEASED', released_at = 5 WHERE id = 'u3'`,
  entry('revenue', 'promo', 200, 'discount:refund:charge:s3:period:0', { reverses: 31 }),
  // A bonus that was spent before its top-up was taken back: it is owed.
  booked(124, ['d', 'TOP_UP', 100, 100], clearing, 'top-up:dee'),
  topUp('dee', 'd', 124, 100),
  booked(125, ['d', 'BONUS', 10, 110], 'promo', 'voucher:u-dee'),
  booked(126, ['d', 'ADJUSTMENT', -105, 5], 'promo', 'adjustment:two'),
  `INSERT INTO ledger_accounts (id, kind, user_id, created_at) VALUES ('receivable:d', 'receivable', 'd', 1)`,
  booked(127, ['d', 'ADJUSTMENT', 95, 100], 'receivable:d', 'top-up:dee:owed:1'),
  booked(128, ['d', 'ADJUSTMENT', -100, 0], clearing, 'top-up:dee:back:1:33', { reverses: 33 }),
  tookBack('dee', 100, 1),
  booked(129, ['d', 'ADJUSTMENT', 10, 10], 'receivable:d', 'voucher:u-dee:owed:1'),
  booked(130, ['d', 'ADJUSTMENT', -10, 0], 'promo', 'voucher:u-dee:back:1:34', { reverses: 34 }),
]
