import type { Template } from '../../../templates'
import { findShortfalls } from '../../../templates'
import { licenceUnconfirmed } from '../../app-templates'
import type { NewService, ServiceChange } from '../admin/schema'
import { createService, updateService } from '../admin/services'
import { change, differences, inputOf, wholeOf } from './compare'
import { type ServiceInFile, serviceDefaults, serviceNames } from './form'
import { findPresetProblems, presetChange } from './presets'
import type { Current, Scale } from './scale'
import type { Said, ServiceThere } from './shop'
import type { Changed, Making, Step } from './steps'
import { weighPlans } from './weigh-plans'

export const retireService = (slug: string): Step => ({
  ...{ kind: 'service', slug, at: '/services', does: 'retire' },
  run: ({ parts, tx, actor, serviceIds }) =>
    updateService(parts, tx, actor, serviceIds.get(slug)!, change({ status: 'RETIRED' })),
})

/** Which secrets there are is said, and not changed by a file. */
const comparedNames = serviceNames.filter((name) => name !== 'secretPresets')

/** Adds what a service and its plans come to. */
export async function weighService(scale: Scale, given: ServiceInFile, at: string): Promise<void> {
  const { plans, confirmLicence: _confirm, secretPresets: _secret, ...said } = given
  const { slug } = said
  const wanted = wholeOf(said, serviceDefaults)
  const there = scale.shop.services.get(slug)
  const changes = there ? differences(there.said, wanted, comparedNames) : undefined
  scale.refuseIcon(at, changes ? changes.icon?.after : wanted.icon)
  const current = await scale.template(wanted.template)
  assertCategory(scale, wanted, changes, at)
  if (!current) return scale.refuse(`${at}/template`, 'There is no template of this name')
  const { template } = current
  const isPutOnSale = weighSale(scale, given, changes, current, at)
  const confirmed = isConfirmed(scale, given)
  weighPresets(scale, given, { there, changes, template, isPutOnSale }, at)
  if (there && changes?.template) await assertExchangeable(scale, there, given, template, at)

  const own: Step[] = []
  if (!changes) own.push(creation(wanted, confirmed, at))
  else if (Object.keys(changes).length > 0) own.push(update(wanted, changes, confirmed && isPutOnSale, at))
  else scale.unchanged++
  const ofPlans = weighPlans(scale, { slug, there, plans, template, anew: changes?.template !== undefined }, at)
  // Plans that are too small for another template grow before it comes, the others may shrink after it.
  const plansFirst = changes?.template !== undefined && there !== undefined && carriesNot(there, template)
  scale.steps.push(...(plansFirst ? [...ofPlans, ...own] : [...own, ...ofPlans]))
}

const isConfirmed = ({ wanted }: Scale, { confirmLicence }: ServiceInFile): boolean =>
  confirmLicence === true || wanted.confirmLicences

/** Whether it comes on sale, or is sold as something else; refuses what may not be. */
function weighSale(
  scale: Scale,
  given: ServiceInFile,
  changes: Record<string, Changed> | undefined,
  { template, status }: Current,
  at: string,
): boolean {
  const isNew = !changes || changes.template !== undefined
  if (isNew && status === 'RETIRED') scale.refuse(`${at}/template`, 'This template is retired: bring it back first')
  const isPutOnSale = (given.status ?? 'ACTIVE') === 'ACTIVE' && (isNew || changes.status !== undefined)
  const isFree = template.licence.resale === 'free'
  if (isPutOnSale && !isFree && !isConfirmed(scale, given)) scale.refuse(`${at}/confirmLicence`, licenceUnconfirmed)
  return isPutOnSale
}

type OwnWords = Omit<ServiceInFile, 'plans' | 'confirmLicence' | 'secretPresets'>

/** Looked at only where they or what they fix would be another. */
function weighPresets(
  scale: Scale,
  given: ServiceInFile,
  { there, changes, template, isPutOnSale }: Fixing,
  at: string,
): void {
  // Another template begins with nothing fixed.
  const fixed = changes?.template ? undefined : there
  const known = new Set(fixed?.said.secretPresets as string[] | undefined)
  const lacking = (given.secretPresets ?? []).filter((key) => !known.has(key))
  if (lacking.length > 0) scale.missing.push({ slug: given.slug, presets: lacking })
  const isSame = changes && !changes.presets && !changes.customerInputs && !changes.template && !isPutOnSale
  if (isSame) return
  for (const { path, message } of findPresetProblems(scale.parts, template, given, fixed?.row)) {
    scale.refuse(`${at}${path}`, message)
  }
}

interface Fixing {
  there: ServiceThere | undefined
  changes: Record<string, Changed> | undefined
  template: Template
  isPutOnSale: boolean
}

const carriesNot = ({ plans }: ServiceThere, template: Template): boolean =>
  [...plans.values()].some(({ row }) => findShortfalls(template, row).length > 0)

function creation(wanted: OwnWords & Said, confirmLicence: boolean, at: string): Step {
  const { slug, category, template, secretPresets: _, ...input } = wanted
  return {
    ...{ kind: 'service', slug, at, does: 'create' },
    run: async (making) => {
      const { parts, tx, actor, serviceIds } = making
      const refs = { slug, categoryId: idOf(making, category), templateName: template }
      const { id } = await createService(parts, tx, actor, { ...input, ...refs, ...said(confirmLicence) } as NewService)
      serviceIds.set(slug, id)
    },
  }
}

function update(wanted: OwnWords & Said, changes: Record<string, Changed>, confirmLicence: boolean, at: string): Step {
  const { slug } = wanted
  const { category, template, ...input } = inputOf(changes) as { category?: string; template?: string }
  const { presets } = changes
  return {
    ...{ kind: 'service', slug, at, does: 'update', changes },
    run: (making) => {
      const { parts, tx, actor, serviceIds } = making
      const refs = {
        ...(category !== undefined && { categoryId: idOf(making, category) }),
        ...(template !== undefined && { templateName: template }),
        ...(presets && { presets: presetChange(presets.before as Said, presets.after as Said) }),
        // Another template begins with nothing fixed.
        ...(template !== undefined && { presets: wanted.presets, customerInputs: wanted.customerInputs }),
      }
      const asked = change({ ...input, ...refs, ...said(confirmLicence) } as ServiceChange)
      return updateService(parts, tx, actor, serviceIds.get(slug)!, asked)
    },
  }
}

/** Written down only where somebody said so. */
const said = (confirmLicence: boolean) => (confirmLicence ? { confirmLicence } : {})

const idOf = ({ categoryIds }: Making, slug: string): string => categoryIds.get(slug)!

function assertCategory(
  scale: Scale,
  { category, status }: OwnWords,
  changes: Record<string, Changed> | undefined,
  at: string,
): void {
  const will = scale.statusOfCategory(category)
  if (will === undefined) {
    scale.refuse(`${at}/category`, 'There is no such category')
    return
  }
  const moves = !changes || changes.category !== undefined
  const isClosed = scale.shop.categories.get(category)?.row.status === 'RETIRED' && will === 'RETIRED'
  if ((status === 'ACTIVE' && will === 'RETIRED') || (moves && isClosed)) {
    scale.refuse(`${at}/category`, 'This category is retired: bring it back first')
  }
}

/** An app keeps the template that it was made from; plans that the file leaves alone have to carry the new one as well. */
async function assertExchangeable(
  scale: Scale,
  { row, plans }: ServiceThere,
  given: ServiceInFile,
  template: Template,
  at: string,
): Promise<void> {
  if (await scale.wasSold(row.id)) {
    scale.refuse(`${at}/template`, 'Somebody has subscribed to this service: make another one for another template')
  }
  const named = new Set(given.plans.map(({ tier }) => tier))
  const kept = scale.wanted.retireMissing ? [] : [...plans.values()].filter(({ row: plan }) => !named.has(plan.tier))
  if (kept.some((plan) => findShortfalls(template, plan.row).length > 0)) {
    scale.refuse(`${at}/template`, 'A plan is smaller than the template needs')
  }
}
