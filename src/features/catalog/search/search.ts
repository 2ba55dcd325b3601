import { and, eq, gte, sql } from 'drizzle-orm'
import { type Drizzle, prepared } from '../../../db'
import type { Page } from '../../../http/schema'
import type { Locale } from '../../../lib/locale'
import { plans } from '../tables'
import { Facets } from './facets'
import type { SearchWanted } from './schema'
import type { ShopWindow, Shown } from './window'

const soldOut = prepared((db) =>
  db
    .select({ id: plans.id })
    .from(plans)
    .where(and(gte(plans.usedQuota, plans.totalQuota), eq(plans.status, 'ACTIVE')))
    .prepare(),
)

const slotsTaken = prepared((db) =>
  db
    .select({ id: plans.id, used: plans.usedQuota })
    .from(plans)
    .where(sql`${plans.serviceId} in (select value from json_each(${sql.placeholder('serviceIds')}))`)
    .prepare(),
)

/** A service that fits, and the price that it is sorted by: of its cheapest plan that fits. */
interface Fitting {
  service: Shown
  price: number
}

/** What is for sale and fits, with how much there would be of each category and type. Slots are those of this moment. */
export async function searchCatalog(on: Drizzle, window: ShopWindow, wanted: SearchWanted, page: Page, locale: Locale) {
  const { shown, texts } = await window.look()
  const q = wanted.q?.trim() || undefined
  const found = q === undefined ? [...shown.values()] : texts.find(q).map((id) => shown.get(id)!)
  const without = wanted.available ? new Set((await soldOut(on).all()).map(({ id }) => id)) : undefined
  const facets = new Facets(wanted, locale)
  const fitting: Fitting[] = []
  for (const service of found) {
    const price = facets.add(service.view[locale], without)
    if (price !== undefined) fitting.push({ service, price })
  }
  sort(fitting, wanted.sort ?? (q === undefined ? 'name' : 'relevance'))
  const from = (page.page - 1) * page.limit
  const views = fitting.slice(from, from + page.limit).map(({ service }) => service.view[locale])
  const serviceIds = JSON.stringify(views.map(({ id }) => id))
  const taken = new Map((await slotsTaken(on).all({ serviceIds })).map(({ id, used }) => [id, used]))
  return {
    services: views.map((view) => ({
      ...view,
      plans: view.plans.map((plan) => ({ ...plan, availableQuota: leftOf(plan, taken.get(plan.id) ?? 0) })),
    })),
    total: fitting.length,
    facets: facets.counted(),
  }
}

/** Nothing is counted where there is no limit. */
const leftOf = ({ totalQuota }: { totalQuota: number | null }, used: number): number | null =>
  totalQuota === null ? null : totalQuota - used

const byName = (a: Fitting, b: Fitting) => a.service.place - b.service.place

const orders = {
  name: byName,
  price: (a: Fitting, b: Fitting) => a.price - b.price || byName(a, b),
  newest: (a: Fitting, b: Fitting) => b.service.createdAt.getTime() - a.service.createdAt.getTime() || byName(a, b),
}

/** They come by relevance. */
function sort(fitting: Fitting[], by: NonNullable<SearchWanted['sort']>): void {
  if (by !== 'relevance') fitting.sort(orders[by])
}
