import { expect, test } from 'bun:test'
import { sources } from '../../src/features/ledger'

const { build: period } = sources.period
const charge = period({ subscription: 'sub_1', index: 0 })

// They stand in books that were written years ago: each is a contract.
test.each([
  [charge, 'charge:sub_1:period:0'],
  [sources.upgrade.build({ subscription: 'sub_1', number: 2 }), 'charge:sub_1:upgrade:2'],
  [sources.refundOfCharge.build({ charge }), 'refund:charge:sub_1:period:0'],
  [sources.nthRefundOfCharge.build({ charge, nth: 3 }), 'refund:charge:sub_1:period:0:3'],
  [sources.taxOfCharge.build({ charge }), 'tax:charge:sub_1:period:0'],
  [sources.taxOfRefund.build({ refund: 'refund:charge:s:period:0:1' }), 'tax:refund:charge:s:period:0:1'],
  [sources.topUp.build({ topUp: 'top_1' }), 'top-up:top_1'],
  [sources.fee.build({ topUp: 'top_1' }), 'top-up:top_1:fee'],
  [sources.feeReversed.build({ topUp: 'top_1', nth: 1, entry: 9 }), 'top-up:top_1:fee:back:1:9'],
  [sources.feeAgain.build({ topUp: 'top_1', nth: 2 }), 'top-up:top_1:fee:again:2'],
  [sources.topUpReversed.build({ topUp: 'top_1', nth: 1, entry: 9 }), 'top-up:top_1:back:1:9'],
  [sources.receivable.build({ topUp: 'top_1', nth: 1 }), 'top-up:top_1:owed:1'],
  [sources.topUpAgain.build({ topUp: 'top_1', nth: 2 }), 'top-up:top_1:again:2'],
  [sources.refundSent.build({ topUp: 'top_1', refund: 'ref_1', entry: 9 }), 'top-up:top_1:refund:ref_1:9'],
  [sources.refundReserved.build({ refund: 'ref_1' }), 'refund:ref_1:reserved'],
  [sources.refundVoided.build({ refund: 'ref_1' }), 'refund:ref_1:voided'],
  [sources.adjustment.build({ id: 'adj_1' }), 'adjustment:adj_1'],
  [sources.paymentCase.build({ case: 'case_1' }), 'payment-case:case_1'],
  [sources.debtPaid.build({ broughtBy: 101 }), 'owed:101'],
  [sources.closing.build({ user: 'usr_1' }), 'closing:usr_1'],
  [sources.discountOfCharge.build({ charge }), 'discount:charge:sub_1:period:0'],
  [sources.discountOfRefund.build({ refund: `refund:${charge}:1` }), 'discount:refund:charge:sub_1:period:0:1'],
  [sources.voucher.build({ use: 'vus_1' }), 'voucher:vus_1'],
  [sources.voucherReversed.build({ use: 'vus_1', nth: 1, entry: 9 }), 'voucher:vus_1:back:1:9'],
  [sources.voucherOwed.build({ use: 'vus_1', nth: 1 }), 'voucher:vus_1:owed:1'],
  [sources.voucherAgain.build({ use: 'vus_1', nth: 2 }), 'voucher:vus_1:again:2'],
])('a source is written as it always was: %s', (made, written) => {
  expect(made).toBe(written)
})

test('a source is taken apart again, and only one of its own form', () => {
  expect(sources.period.parse(charge)).toEqual({ subscription: 'sub_1', index: '0' })
  expect(sources.nthRefundOfCharge.parse(`refund:${charge}:3`)).toEqual({ charge, nth: '3' })
  for (const other of ['charge:sub_1:upgrade:2', 'charge:sub_1:period:0:1', `tax:${charge}`, '']) {
    expect(sources.period.parse(other)).toBeUndefined()
  }
})

test('as SQL it is put together of SQL', () => {
  expect(sources.refundReserved.sql({ refund: 'f.id' })).toBe("'refund:' || f.id || ':reserved'")
  expect(sources.topUpReversed.sql({ topUp: 'u.id' }, 'nth')).toBe("'top-up:' || u.id || ':back:'")
})
