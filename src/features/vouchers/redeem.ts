import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { getOpenUser } from '../accounts'
import { creditWallet, getBalance, promo, sources } from '../ledger'
import { fitVoucher } from './fit'
import { insertUse } from './uses'

/** Credits what a code is worth by itself to the caller's wallet; what they owe is paid from it. @throws AppError VOUCHER_UNKNOWN, VOUCHER_INVALID */
export async function redeemVoucher(parts: Pick<Parts, 'clock'>, tx: Tx, { userId }: Actor, written: string) {
  await getOpenUser(tx, userId)
  const fit = await fitVoucher(parts, tx, userId, written, { purpose: 'credit' })
  const at = parts.clock.now()
  const use = await insertUse(tx, fit, { userId, status: 'USED' }, at)
  const { code } = fit.voucher
  const { number, id } = await creditWallet(tx, {
    userId,
    type: 'BONUS',
    counterAccount: promo,
    amount: fit.amount,
    source: sources.voucher.build({ use: use.id }),
    description: `Voucher ${code}`,
    at,
  })
  return {
    code,
    amount: toJson(fit.amount),
    transactionId: id,
    customId: `TXMP-${number}`,
    balance: toJson(await getBalance(tx, userId)),
  }
}
