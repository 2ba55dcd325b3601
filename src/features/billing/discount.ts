import type { Tx } from '../../db'
import type { Rupiah } from '../../lib/money'
import { findEntryBySource, listReversalsOf, postEntry, promo, revenue, sources } from '../ledger'

/** What a voucher took off is given by the house: revenue is what was sold, and `promo` bears the difference, both without tax. */
export async function postDiscount(
  tx: Tx,
  { source, at }: { source: string; at: Date },
  amount: Rupiah,
): Promise<void> {
  if (amount === 0n) return
  await postEntry(tx, {
    debitAccount: promo,
    creditAccount: revenue,
    amount,
    source: sources.discountOfCharge.build({ charge: source }),
    transactionNumber: null,
    at,
  })
}

/** What is left of the discount on something whose sale is undone. Where a refund took it back already nothing is left. */
export async function takeDiscountBack(tx: Tx, charge: string, at: Date): Promise<void> {
  const entry = await findEntryBySource(tx, sources.discountOfCharge.build({ charge }))
  if (!entry) return
  const amount = (await listReversalsOf(tx, entry.number)).reduce((rest, back) => rest - back.amount, entry.amount)
  if (amount === 0n) return
  await postEntry(tx, {
    debitAccount: revenue,
    creditAccount: promo,
    amount,
    source: sources.discountOfRefund.build({ refund: sources.refundOfCharge.build({ charge }) }),
    transactionNumber: null,
    reverses: entry.number,
    at,
  })
}
