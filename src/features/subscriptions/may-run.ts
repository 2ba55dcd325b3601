import { AppError } from '../../lib/errors'
import type { Gate } from '../instances'
import { findSubscriptionState } from './state'
import { findPendingUpgrade } from './upgrade-rows'

/**
 * A suspended or ended subscription has no side door: nothing that would run its app gets past here.
 * @throws AppError INVALID_STATE, or INSUFFICIENT_BALANCE where it is not paid
 */
export const assertMayRun: Gate = async (tx, instance) => {
  const subscription = await findSubscriptionState(tx, instance.subscriptionId)
  if (subscription?.status === 'SUSPENDED') {
    if (subscription.suspendedBy === 'unpaid') {
      throw new AppError('INSUFFICIENT_BALANCE', 'This subscription is suspended until it is paid')
    }
    throw new AppError('INVALID_STATE', 'This subscription is suspended; resume it first')
  }
  if (!subscription || subscription.status === 'CANCELLED' || subscription.status === 'EXPIRED') {
    throw new AppError('INVALID_STATE', 'This subscription has ended')
  }
}

/** @throws AppError like assertMayRun, and INVALID_STATE while an upgrade is under way */
export const assertMayUpdate: Gate = async (tx, instance) => {
  await assertMayRun(tx, instance)
  if (await findPendingUpgrade(tx, instance.subscriptionId))
    throw new AppError('INVALID_STATE', 'An upgrade is under way: wait until the app runs')
}
