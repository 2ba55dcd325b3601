import type { Tx } from '../../../db'
import type { Actor } from '../../../http/access'
import { notFound } from '../../../lib/errors'
import { getChangeable } from '../../accounts'
import { type FullSubscription, findSubscription } from '../read'

/** Somebody’s subscription, for an administrator who still is one. @throws AppError NOT_FOUND, FORBIDDEN, INVALID_STATE for a closed account */
export async function getChangeableSubscription(tx: Tx, actor: Actor, id: string): Promise<FullSubscription> {
  const found = await findSubscription(tx, id)
  if (!found) throw notFound('Subscription')
  await getChangeable(tx, actor, found.subscription.userId)
  return found
}
