import { AppError } from '../../lib/errors'
import { findShortfalls, type Template } from '../../templates'
import { type Plan, shownSlots } from '../catalog'

/** Why a plan can't carry its app. */
export function findTooSmall(template: Template, plan: Plan): AppError | undefined {
  const missing = findShortfalls(template, plan)
  if (missing.length === 0) return undefined
  return new AppError('INSUFFICIENT_RESOURCES', 'This plan is too small for its app', { missing })
}

/** A clear answer before anything is written; the CHECK on plans is what makes it true under any concurrency. */
export function findSoldOut(plan: Plan): AppError | undefined {
  if (plan.totalQuota > plan.usedQuota) return undefined
  return new AppError('QUOTA_EXCEEDED', `All slots of ${plan.name} are taken`, {
    planName: plan.name,
    ...shownSlots(plan),
  })
}
