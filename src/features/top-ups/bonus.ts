import type { Tx } from '../../db'
import { keepBonusInStep } from '../vouchers'
import { refundedOf } from './refunded'
import { getTopUp } from './top-up-read'

/** After anything of a paid top-up went back, or came again: the bonus that a voucher gave on it follows. */
export async function followWithBonus(tx: Tx, topUpId: string, at: Date): Promise<void> {
  const topUp = await getTopUp(tx, topUpId)
  if (topUp.bonus === 0n) return
  await keepBonusInStep(tx, topUp, topUp.amount - topUp.reversed - (await refundedOf(tx, topUpId)), at)
}
