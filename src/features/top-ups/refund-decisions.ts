import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { AppError } from '../../lib/errors'
import { recordAct } from '../audit'
import { postRefund, voidRefund } from './refund-books'
import { getReserved } from './refunds'
import { type SettleNeeds, settleInTurn } from './settle'
import type { Refund } from './tables'
import { inTurn } from './turn'

/** An administrator has sent it by hand; `reference` is the proof. */
export async function confirmRefund(
  parts: SettleNeeds,
  tx: Tx,
  actor: Actor,
  id: string,
  reference: string,
): Promise<Refund> {
  const { refund, topUp } = await getReserved(tx, id)
  if (refund.way !== 'manual')
    throw new AppError('INVALID_STATE', 'The provider sends this refund; it needs no confirmation')
  await recordDecision(parts, tx, actor, refund, { action: 'refund.confirm', reason: reference })
  return postRefund(parts, tx, topUp, refund, reference)
}

/**
 * Gives the money back to the wallet. One that the provider sends is asked after first: what it has done stays done.
 * @throws AppError INVALID_STATE where it was sent meanwhile
 */
export async function withdrawRefund(parts: SettleNeeds, actor: Actor, id: string, reason: string): Promise<Refund> {
  const { refund, topUp } = await getReserved(parts.db.read, id)
  return inTurn(topUp.orderId, async (turn) => {
    if (refund.way === 'provider') await settleInTurn(parts, topUp.orderId, turn)
    return parts.db.write(async (tx) => {
      const now = await getReserved(tx, id)
      await recordDecision(parts, tx, actor, now.refund, { action: 'refund.withdraw', reason })
      return voidRefund(parts, tx, now.topUp, now.refund, reason)
    })
  })
}

const recordDecision = (
  { clock }: SettleNeeds,
  tx: Tx,
  actor: Actor,
  refund: Refund,
  { action, reason }: { action: string; reason: string },
): Promise<void> =>
  recordAct(tx, {
    actor,
    action,
    target: { kind: 'top-up', id: refund.topUpId },
    reason,
    after: { refundId: refund.id, amount: refund.amount },
    at: clock.now(),
  })
