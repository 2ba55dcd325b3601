import { findShortfalls, type Template } from '../../../templates'
import { createPlan, updatePlan } from '../admin/plans'
import type { NewPlan } from '../admin/schema'
import { change, differences, inputOf, wholeOf } from './compare'
import { type PlanInFile, planDefaults, planNames } from './form'
import type { Scale } from './scale'
import type { PlanThere, ServiceThere } from './shop'
import type { Step } from './steps'

interface Offered {
  /** Of the service. */
  slug: string
  there: ServiceThere | undefined
  plans: PlanInFile[]
  template: Template
  /** Whether the service gets another template. */
  anew: boolean
}

export function weighPlans(scale: Scale, offered: Offered, at: string): Step[] {
  const { plans, there } = offered
  const steps: Step[] = []
  const seen = new Set<number>()
  for (const [index, plan] of plans.entries()) {
    const place = `${at}/plans/${index}`
    if (seen.has(plan.tier)) scale.refuse(`${place}/tier`, 'Another plan of this service has this tier')
    seen.add(plan.tier)
    const step = weighPlan(scale, offered, plan, place)
    if (step) steps.push(step)
    else scale.unchanged++
  }
  if (!there || !scale.wanted.retireMissing) return steps
  const missing = [...there.plans.values()].filter(({ row }) => !seen.has(row.tier))
  return [...missing.map((plan) => retirePlan(offered.slug, plan, `${at}/plans`)), ...steps]
}

/** Undefined for one that is so already. */
function weighPlan(scale: Scale, { slug, there, template, anew }: Offered, plan: PlanInFile, at: string) {
  const wanted = wholeOf(plan, planDefaults)
  const own = there?.plans.get(plan.tier)
  const changes = own && differences(own.said, wanted, planNames)
  const isSame = changes !== undefined && Object.keys(changes).length === 0
  if (!isSame || anew) {
    for (const size of findShortfalls(template, plan)) {
      scale.refuse(`${at}/${size}`, `The template ${template.name} needs at least ${template.minimum[size]}`)
    }
  }
  if (isSame) return undefined
  const named = { kind: 'plan', slug, tier: plan.tier, at } as const
  if (!changes) return creation(named, wanted)
  const { totalQuota } = plan
  if (typeof totalQuota === 'number' && totalQuota < own.row.usedQuota) {
    scale.refuse(`${at}/totalQuota`, 'More slots than that are held by subscriptions')
  }
  const ids = { serviceId: own.row.serviceId, planId: own.row.id }
  const input = inputOf(changes)
  const step: Step = {
    ...{ ...named, does: 'update', changes },
    run: ({ parts, tx, actor }) => updatePlan(parts, tx, actor, ids, change(input)),
  }
  return step
}

const creation = (named: Pick<Step, 'kind' | 'slug' | 'tier' | 'at'>, wanted: PlanInFile): Step => ({
  ...{ ...named, does: 'create' },
  run: ({ parts, tx, actor, serviceIds }) =>
    createPlan(parts, tx, actor, serviceIds.get(named.slug)!, wanted as NewPlan),
})

const retirePlan = (slug: string, { row }: PlanThere, at: string): Step => ({
  ...{ kind: 'plan', slug, tier: row.tier, at, does: 'retire' },
  run: ({ parts, tx, actor }) =>
    updatePlan(parts, tx, actor, { serviceId: row.serviceId, planId: row.id }, change({ status: 'RETIRED' })),
})
