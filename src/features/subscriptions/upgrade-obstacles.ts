import type { Drizzle, Tx } from '../../db'
import { AppError } from '../../lib/errors'
import type { Template } from '../../templates'
import { findTemplateOf } from '../app-templates'
import { findMisfit } from '../capacity'
import type { Plan } from '../catalog'
import { findPendingUpdate, type Instance } from '../instances'
import { findSoldOut, findTooSmall } from './plan-refusals'
import type { FullSubscription } from './read'
import type { Ground } from './upgrade-storage'

interface AppToUpgrade {
  found: FullSubscription
  /** The version that the app was made of. */
  template: Template | undefined
  /** An update of the app is under way: of two changes at once nobody could say which one it does not stand. */
  isUpdating: boolean
  ground: Ground
  now: Date
}

/** What an upgrade has to know of the app beyond its row. */
export async function readApp(on: Drizzle | Tx, { instance }: FullSubscription) {
  if (!instance) return { template: undefined, isUpdating: false }
  const update = await findPendingUpdate(on, instance.id)
  return { template: await findTemplateOf(on, instance), isUpdating: update !== undefined }
}

/** What stands in the way of an upgrade to this plan, other than the price: the first of all. */
export function findObstacle(
  { found, template, isUpdating, ground, now }: AppToUpgrade,
  plan: Plan,
): AppError | undefined {
  return (
    findWrongState(found, isUpdating, now) ??
    findWrongPlan(found, plan) ??
    findWrongSize(found, template!, plan, ground) ??
    findSoldOut(plan)
  )
}

/** Whether the app's volumes would have to grow. */
export function needsGrowth({ storageGb }: Instance, template: Template | undefined, plan: Plan): boolean {
  return plan.storageGb > storageGb && (template?.volumes.length ?? 0) > 0
}

function findWrongState(found: FullSubscription, isUpdating: boolean, now: Date): AppError | undefined {
  const refusal = wrongStateOf(found, now) ?? (isUpdating ? 'An update of the app is under way' : undefined)
  return refusal === undefined
    ? undefined
    : new AppError('INVALID_STATE', refusal, { status: found.subscription.status })
}

function wrongStateOf({ subscription, instance, upgrade }: FullSubscription, now: Date): string | undefined {
  if (subscription.endedAt) return 'This subscription has ended'
  if (upgrade) return 'An upgrade is under way already'
  if (subscription.status === 'PENDING') return 'The app is not ready yet'
  if (subscription.status === 'SUSPENDED') return 'This subscription is suspended; resume it first'
  if (subscription.status === 'GRACE' || subscription.currentPeriodEnd <= now) return 'This period is over; renew first'
  if (subscription.cancelAtPeriodEnd) return 'This subscription will end; turn auto-renew on to keep it'
  if (subscription.scheduledPlanId) return 'A change is booked for the next period; take it back first'
  // Its new size is tried on the running app: an upgrade that was never seen to work would be paid for.
  if (instance?.desiredState !== 'RUNNING') return 'The app is not running; start it first'
  return undefined
}

function findWrongPlan({ subscription, plan: current }: FullSubscription, plan: Plan): AppError | undefined {
  if (plan.serviceId !== subscription.serviceId) {
    return new AppError('INVALID_PLAN', 'This plan belongs to another service', { planId: plan.id })
  }
  if (plan.tier > current.tier) return undefined
  const message = plan.id === current.id ? 'This is the plan you have' : 'This plan is not higher than the one you have'
  return new AppError('INVALID_PLAN', message, { planId: plan.id, tier: plan.tier, currentTier: current.tier })
}

function findWrongSize(
  { instance }: FullSubscription,
  template: Template,
  plan: Plan,
  { growth, facts, storageClass }: Ground,
): AppError | undefined {
  // The volumes that are there stay of their class.
  const chosen = instance!.storageClass ?? storageClass
  const misfit = findTooSmall(template, plan) ?? findMisfit(facts, chosen, template, plan)
  if (misfit) return misfit
  if (!needsGrowth(instance!, template, plan) || growth === 'possible') return undefined
  const sizes = { storageGb: instance!.storageGb, wantedStorageGb: plan.storageGb }
  return growth === 'impossible'
    ? new AppError('INSUFFICIENT_RESOURCES', 'The storage of this app can’t grow on this cluster', sizes)
    : new AppError(
        'CLUSTER_UNAVAILABLE',
        'The cluster can’t be reached right now to check whether the storage can grow',
        sizes,
      )
}
