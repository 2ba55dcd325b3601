import type { Tx } from '../../db'
import type { Thing } from '../../lib/kinds'
import { toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { getUser } from '../accounts'
import { recordAct } from '../audit'

interface Credited {
  userId: string
  amount: bigint
  /** What brought the money. */
  target: Thing
}

/**
 * Money that comes for somebody who has gone is theirs all the same: it stands in their wallet, and a person is told, because
 * only a person can give it back.
 */
export async function tellIfClosed(
  { clock, log }: Pick<Parts, 'clock' | 'log'>,
  tx: Tx,
  { userId, amount, target }: Credited,
): Promise<void> {
  const { status } = await getUser(tx, userId)
  if (status !== 'CLOSED') return
  await recordAct(tx, {
    action: 'payment.after-closing',
    target,
    reason: 'The account is closed: give it back',
    after: { userId, amount: toJson(amount) },
    at: clock.now(),
  })
  tx.afterCommit(() => log.error({ userId, amount: toJson(amount), target }, 'payment for a closed account'))
}
