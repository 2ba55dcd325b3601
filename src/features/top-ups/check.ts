import type { Actor } from '../../http/access'
import { recordAct } from '../audit'
import { type SettleNeeds, settleTopUp } from './settle'
import { getTopUp } from './top-up-read'

/** An administrator has the provider asked now. The act is written down first: what it leads to is booked either way. */
export async function checkTopUp(parts: SettleNeeds, actor: Actor, id: string): Promise<void> {
  const { orderId } = await parts.db.write(async (tx) => {
    const topUp = await getTopUp(tx, id)
    await recordAct(tx, { actor, action: 'payment.check', target: { kind: 'top-up', id }, at: parts.clock.now() })
    return topUp
  })
  await settleTopUp(parts, orderId)
}
