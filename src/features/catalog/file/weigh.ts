import type { Drizzle } from '../../../db'
import type { Problem } from '../../../http/input/check'
import type { Parts } from '../../../parts'
import { createCategory, updateCategory } from '../admin/categories'
import type { NewCategory } from '../admin/schema'
import { change, differences, inputOf, wholeOf } from './compare'
import { type CategoryInFile, categoryDefaults, categoryNames } from './form'
import { type CatalogFile, maxMistakes } from './read-file'
import { Scale, type Wanted } from './scale'
import type { Shop } from './shop'
import type { Slices } from './slices'
import type { Step } from './steps'
import { retireService, weighService } from './weigh-service'
import { retireMissingTemplates, weighTemplate } from './weigh-templates'

interface Weighed {
  missing: Scale['missing']
  steps: Step[]
  unchanged: number
  mistakes: Problem[]
}

/** What a catalog comes to in this shop: each write, in an order in which each is allowed, or each mistake under its place in the file. */
export async function weigh(
  parts: Pick<Parts, 'sealer'>,
  on: Drizzle,
  shop: Shop,
  file: CatalogFile,
  wanted: Wanted,
  pause: Slices,
): Promise<Weighed> {
  const scale = new Scale(parts, on, shop, file, wanted)
  for (const [index, each] of (file.templates ?? []).entries()) {
    await weighTemplate(scale, each, `/templates/${index}`)
    await pause()
  }
  scale.refuseTwice('categories', file.categories)
  scale.refuseTwice('services', file.services)
  for (const [index, category] of file.categories.entries()) {
    weighCategory(scale, category, `/categories/${index}`)
    await pause()
  }
  const named = new Set(file.services.map(({ slug }) => slug))
  if (wanted.retireMissing) {
    retireMissing(scale, named)
    retireMissingTemplates(scale)
  }
  for (const [index, service] of file.services.entries()) {
    await weighService(scale, service, `/services/${index}`)
    await pause()
    if (scale.mistakes.length >= maxMistakes) break
  }
  scale.refuseRetiredWithServices(named)
  const { unchanged, missing } = scale
  return { steps: [...scale.steps, ...scale.last], unchanged, missing, mistakes: scale.mistakes.slice(0, maxMistakes) }
}

function weighCategory(scale: Scale, category: CategoryInFile, at: string): void {
  const there = scale.shop.categories.get(category.slug)
  const wanted = wholeOf(category, categoryDefaults)
  if (!there) {
    createOne(scale, wanted, at)
    return
  }
  const changes = differences(there.said, wanted, categoryNames)
  if (Object.keys(changes).length === 0) {
    scale.unchanged++
    return
  }
  scale.refuseIcon(at, changes.icon?.after)
  const goes = changes.status !== undefined && wanted.status === 'RETIRED'
  const input = inputOf(changes)
  ;(goes ? scale.last : scale.steps).push({
    ...{ kind: 'category', slug: category.slug, at, does: 'update', changes },
    run: ({ parts, tx, actor }) => updateCategory(parts, tx, actor, there.row.id, change(input)),
  })
}

function createOne(scale: Scale, { status, ...input }: CategoryInFile, at: string): void {
  const { slug } = input
  scale.refuseIcon(at, input.icon)
  scale.steps.push({
    ...{ kind: 'category', slug, at, does: 'create' },
    run: async ({ parts, tx, actor, categoryIds }) => {
      const { id } = await createCategory(parts, tx, actor, input as NewCategory)
      categoryIds.set(slug, id)
    },
  })
  if (status === 'RETIRED') scale.last.push({ ...retireCategory(slug, at), silent: true })
}

const retireCategory = (slug: string, at: string): Step => ({
  ...{ kind: 'category', slug, at, does: 'retire' },
  run: ({ parts, tx, actor, categoryIds }) =>
    updateCategory(parts, tx, actor, categoryIds.get(slug)!, change({ status: 'RETIRED' })),
})

/** What the file leaves out: services first, then the categories that held them. */
function retireMissing({ shop, steps, last, categories }: Scale, named: Set<string>): void {
  for (const [slug, { row }] of shop.services) {
    if (!named.has(slug) && row.status !== 'RETIRED') steps.push(retireService(slug))
  }
  for (const [slug, { row }] of shop.categories) {
    if (!categories.has(slug) && row.status !== 'RETIRED') last.push(retireCategory(slug, '/categories'))
  }
}
