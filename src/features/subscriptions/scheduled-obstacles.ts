import type { Drizzle, Tx } from '../../db'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { planSizes, type Template } from '../../templates'
import { findTemplateOf } from '../app-templates'
import { type ClusterFacts, findMisfit, readClusterFacts } from '../capacity'
import type { Plan, PlanTerms } from '../catalog'
import { invalidState, lifecycle, stateOf } from './lifecycle'
import { findSoldOut, findTooSmall } from './plan-refusals'
import type { FullSubscription } from './read'
import type { Wanted } from './scheduled-change'

/** What a change has to know of the app and the cluster beyond the rows. */
export interface ChangeGround {
  template: Template | undefined
  facts: ClusterFacts | undefined
  storageClass: string | undefined
}

export async function readChangeGround(
  { platform }: Pick<Parts, 'platform'>,
  on: Drizzle | Tx,
  { instance }: FullSubscription,
): Promise<ChangeGround> {
  const template = instance ? await findTemplateOf(on, instance) : undefined
  return {
    template,
    facts: await readClusterFacts(on),
    storageClass: instance?.storageClass ?? platform.storageClass,
  }
}

/** Why a change can’t be booked as a subscription stands; undefined where it can. */
export function findWrongTime({ subscription, upgrade }: FullSubscription): AppError | undefined {
  if (lifecycle[stateOf(subscription)]['schedule-change'] === undefined) return invalidState(subscription, 'customer')
  const refusal = upgrade
    ? 'An upgrade is under way; book the change once it is finished'
    : subscription.cancelAtPeriodEnd
      ? 'This subscription will end; turn auto-renew on to keep it'
      : subscription.scheduledPlanId
        ? 'Another change is booked already; take it back first'
        : undefined
  return refusal === undefined ? undefined : invalidState(subscription, 'customer', refusal)
}

/** Why this change is none that can be booked. */
export function findWrongChange(
  { subscription, plan: current }: FullSubscription,
  { plan, billingCycle }: Wanted,
): AppError | undefined {
  const details = { planId: plan.id, tier: plan.tier, currentTier: current.tier }
  if (plan.serviceId !== subscription.serviceId) {
    return new AppError('INVALID_PLAN', 'This plan belongs to another service', { planId: plan.id })
  }
  if (plan.id === current.id && billingCycle === subscription.billingCycle) {
    return new AppError('INVALID_PLAN', 'This is the plan and the cycle you have', details)
  }
  if (plan.id !== current.id && plan.tier >= current.tier) {
    return new AppError('INVALID_PLAN', 'This plan is not lower: upgrade to it, which counts at once', details)
  }
  return undefined
}

export type WhyNot = 'sold-out' | 'retired' | 'too-small' | 'cluster'

/** Why a subscription can’t go on to a plan now: a word for programs, and what a customer is told. */
export function findUnfit(
  { subscription, instance }: FullSubscription,
  plan: Plan,
  terms: PlanTerms,
  { template, facts, storageClass }: ChangeGround,
): { why: WhyNot; error: AppError } | undefined {
  // Only another cycle: it has this plan, whatever became of it.
  if (plan.id === subscription.planId) return undefined
  if (plan.status !== 'ACTIVE') {
    return { why: 'retired', error: new AppError('INVALID_PLAN', 'This plan is no longer sold', { planId: plan.id }) }
  }
  const offered = { ...plan, cpuMillicores: terms.cpuMillicores, memoryMb: terms.memoryMb, storageGb: terms.storageGb }
  const tooSmall = template && findTooSmall(template, offered)
  if (tooSmall) return { why: 'too-small', error: tooSmall }
  // What gets no larger always fits.
  const grows = instance && planSizes.some((size) => offered[size] > instance[size])
  const misfit = grows && template ? findMisfit(facts, storageClass, template, offered) : undefined
  if (misfit) return { why: 'cluster', error: misfit }
  const soldOut = findSoldOut(plan)
  return soldOut && { why: 'sold-out', error: soldOut }
}
