import type { Tx } from '../../db'
import { type Rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { type Discount, takeDiscountBack } from '../billing'
import { sources } from '../ledger'
import { type Fit, fitVoucher } from './fit'
import { findUseOfSubscription, insertUse, releaseUse } from './uses'

interface Wanted {
  userId: string
  planId: string
  serviceId: string
  price: Rupiah
}

/** What a code would take off the first period of a subscription that is about to be sold. @throws AppError VOUCHER_UNKNOWN, VOUCHER_INVALID */
export const fitFirstPeriod = (
  parts: Pick<Parts, 'clock'>,
  tx: Tx,
  code: string,
  { userId, ...wanted }: Wanted,
): Promise<Fit> => fitVoucher(parts, tx, userId, code, { purpose: 'first_period', ...wanted })

/** Uses it up for the subscription that was sold. @returns the discount to charge it with */
export async function useForFirstPeriod(
  tx: Tx,
  fit: Fit,
  { id, userId, createdAt }: { id: string; userId: string; createdAt: Date },
): Promise<Discount> {
  await insertUse(tx, fit, { userId, subscriptionId: id, status: 'USED' }, createdAt)
  return { amount: fit.amount, code: fit.voucher.code }
}

/** For a subscription that was refunded in full because its app never ran: the code can be used again. Once, and without a voucher nothing. */
export async function releaseFirstPeriod(
  { clock }: Pick<Parts, 'clock'>,
  tx: Tx,
  subscriptionId: string,
): Promise<void> {
  const use = await findUseOfSubscription(tx, subscriptionId)
  if (use?.status !== 'USED') return
  const at = clock.now()
  await releaseUse(tx, use, at)
  await recordAct(tx, {
    action: 'voucher.release',
    target: { kind: 'subscription', id: subscriptionId },
    before: { voucherId: use.voucherId, amount: toJson(use.amount) },
    at,
  })
  // With a refund its part of the discount has gone back already; where nothing was left to pay there was none.
  await takeDiscountBack(tx, sources.period.build({ subscription: subscriptionId, index: 0 }), at)
}
