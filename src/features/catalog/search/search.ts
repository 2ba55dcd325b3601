import { and, eq, gte, sql } from 'drizzle-orm'
import { type Drizzle, prepared } from '../../../db'
import { metaOf, type Page } from '../../../http/schema'
import { setBounded } from '../../../lib/bounded-map'
import type { Locale } from '../../../lib/locale'
import { plans } from '../tables'
import { Facets } from './facets'
import type { SearchWanted } from './schema'
import { jsonOf } from './shown-text'
import type { Content, ShopWindow, Shown } from './window'

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

/** What a question finds, before it is cut into pages. */
export interface Found {
  services: Shown[]
  facets: string
}

/** More questions than visitors ask between two changes of the catalog. */
const mostKept = 500

/**
 * The answer as JSON: what is for sale and fits, with how much there would be of each category and type. Slots are those of this moment;
 * what does not depend on them is kept as long as the catalog stays as it is.
 */
export async function searchCatalog(on: Drizzle, window: ShopWindow, wanted: SearchWanted, page: Page, locale: Locale) {
  const content = await window.look()
  const key = `${locale} ${JSON.stringify(wanted)}`
  const found = content.found.get(key) ?? (await find(on, content, wanted, locale))
  if (!wanted.available) setBounded(content.found, mostKept, key, found)
  const from = (page.page - 1) * page.limit
  const views = found.services.slice(from, from + page.limit).map(({ view }) => view[locale])
  const serviceIds = JSON.stringify(views.map(({ id }) => id))
  const taken = new Map((await slotsTaken(on).all({ serviceIds })).map(({ id, used }) => [id, used]))
  const data = views.map((view) => jsonOf(view, taken)).join()
  const meta = JSON.stringify(metaOf(page, found.services.length))
  return `{"success":true,"data":[${data}],"meta":${meta},"facets":${found.facets}}`
}

async function find(on: Drizzle, { shown, texts }: Content, wanted: SearchWanted, locale: Locale): Promise<Found> {
  const q = wanted.q?.trim() || undefined
  const all = q === undefined ? [...shown.values()] : texts.find(q).map((id) => shown.get(id)!)
  const without = wanted.available ? new Set((await soldOut(on).all()).map(({ id }) => id)) : undefined
  const facets = new Facets(wanted, locale)
  const fitting: Fitting[] = []
  for (const service of all) {
    const price = facets.add(service.view[locale], without)
    if (price !== undefined) fitting.push({ service, price })
  }
  sort(fitting, wanted.sort ?? (q === undefined ? 'name' : 'relevance'))
  return { services: fitting.map(({ service }) => service), facets: JSON.stringify(facets.counted()) }
}

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
