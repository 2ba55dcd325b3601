import { topUp } from '../../support/shop'
import type { House } from './house'
import type { Row, Rows } from './row'

/** What the owner's main app was bought with. */
export const chargeOfOwner: Row = { call: async (house) => ({ params: { id: await findCharge(house) } }) }

async function findCharge({ owner, main }: House): Promise<string> {
  const { body } = await owner.get(`/wallet/transactions?type=CHARGE&subscriptionId=${main.subscriptionId}`)
  return body.data[0].id
}

/** A code of its own for every call: each is used once. */
export async function voucher({ admin }: House, terms: object): Promise<{ id: string; code: string }> {
  return (await admin.post('/admin/vouchers', terms)).body.data
}
const worthMoney = { purpose: 'credit', amount: 1_000, maxUses: 1 }

export const walletRows: Rows = {
  wallet_get: {},
  wallet_statistics: {},
  wallet_transactions: {},
  wallet_receipt: chargeOfOwner,
  wallet_receipt_page: chargeOfOwner,
  wallet_transaction: { call: ({ paid }) => ({ params: { id: paid.customId } }) },
  wallet_transactions_export: {},
  wallet_forecast: {},
  wallet_top_up: { call: () => ({ body: { amount: 25_000, method: 'qris' } }) },
  wallet_redeem_voucher: { call: async (house) => ({ body: { code: (await voucher(house, worthMoney)).code } }) },
  wallet_check_voucher: { call: async (house) => ({ body: { code: (await voucher(house, worthMoney)).code } }) },
  wallet_top_ups: {},
  wallet_top_up_get: { call: ({ pending }) => ({ params: { id: pending.id } }) },
  wallet_top_up_cancel: { call: async ({ owner }) => ({ params: { id: (await topUp(owner)).id } }) },
}
