import { paymentCases } from '../../../src/features/top-ups/tables'
import { newId } from '../../../src/lib/ids'
import { topUp } from '../../support/shop'
import type { House } from './house'
import type { Row, Rows } from './row'
import { voucher } from './wallet-rows'

const reason = 'asked for by phone'

/** The whole of one is far more than all the refunds here. */
const orderRefund = (): object => ({ amount: 10, way: 'manual', reason })

async function refund({ admin, paid }: House): Promise<string> {
  const { body } = await admin.post(`/admin/top-ups/${paid.id}/refunds`, orderRefund())
  return body.data.id
}

/** A payment that did not fit its order. */
async function paymentCase({ system: { parts }, paid }: House): Promise<string> {
  const id = newId('payment-case')
  const found = {
    topUpId: paid.id,
    kind: 'amount',
    providerTransactionId: id,
    amount: 1n,
    finding: '1 instead of 2',
  } as const
  await parts.db.write((tx) =>
    tx
      .insert(paymentCases)
      .values({ ...found, id, status: 'OPEN', createdAt: parts.clock.now() })
      .run(),
  )
  return id
}

const ofPaid: Row = { call: ({ paid }) => ({ params: { id: paid.id } }) }
const ofCharge: Row = { call: ({ charge }) => ({ params: { id: charge.customId } }) }

const anyVoucher = async (house: House) => ({
  params: { id: (await voucher(house, { purpose: 'top_up', percent: 5 })).id },
})
const ofVoucher: Row = { call: anyVoucher }

/** What administrators do about payments, and what anybody has of a charge on paper. */
export const paymentRows: Rows = {
  admin_top_ups: {},
  admin_top_up: ofPaid,
  admin_top_up_check: { call: async ({ owner }) => ({ params: { id: (await topUp(owner)).id } }) },
  admin_refund: { call: ({ paid }) => ({ params: { id: paid.id }, body: orderRefund() }) },
  admin_refunds: {},
  admin_refund_confirm: {
    call: async (house) => ({ params: { id: await refund(house) }, body: { reference: 'transfer 4711' } }),
  },
  admin_refund_withdraw: { call: async (house) => ({ params: { id: await refund(house) }, body: { reason } }) },
  admin_payment_cases: {},
  admin_payment_case_resolve: {
    call: async (house) => ({ params: { id: await paymentCase(house) }, body: { action: 'dismiss', reason } }),
  },
  admin_refund_subscription: {
    call: ({ main }) => ({ params: { id: main.subscriptionId }, body: { kind: 'amount', amount: 10, reason } }),
  },
  admin_receipt: ofCharge,
  admin_receipt_page: ofCharge,
  admin_vouchers: {},
  admin_create_voucher: { call: () => ({ body: { purpose: 'first_period', percent: 10 } }) },
  admin_voucher: ofVoucher,
  admin_update_voucher: {
    call: async (house) => ({ ...(await anyVoucher(house)), body: { maxUses: 5 }, headers: { 'if-match': '*' } }),
  },
  admin_voucher_uses: ofVoucher,
  wallet_receipt: ofCharge,
  wallet_receipt_page: ofCharge,
}
