import { asc, eq, gt, inArray, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../../db'
import { type Category, catalogVersion, categories, icons, type Plan, plans, type Service, services } from '../tables'
import { categoryNames, planNames, serviceNames } from './form'
import type { Slices } from './slices'

/** A thing as the file says it, with nothing left out. */
export type Said = Record<string, unknown>

export interface PlanThere {
  row: Plan
  said: Said
}
export interface CategoryThere {
  row: Category
  said: Said
}
export interface ServiceThere {
  row: Service
  said: Said
  /** Those for sale, by tier. */
  plans: Map<number, PlanThere>
}

/** All that a file can name, as it is at one moment. */
export interface Shop {
  /** Counts every change but those of slots. */
  content: number
  categories: Map<string, CategoryThere>
  services: Map<string, ServiceThere>
}

const rowsAtOnce = 50

const contentNow = prepared((db) =>
  db.select({ content: catalogVersion.content }).from(catalogVersion).where(eq(catalogVersion.id, 1)).prepare(),
)

export const readContent = async (on: Drizzle | Tx): Promise<number> => (await contentNow(on).get())?.content ?? 0

/** The state of the catalog, as `ETag` and `If-Match` name it. */
export const tagOfContent = (content: number): string => `"c${content}"`

const someServices = prepared((db) =>
  db
    .select()
    .from(services)
    .where(gt(services.id, sql.placeholder('after')))
    .orderBy(asc(services.id))
    .limit(rowsAtOnce)
    .prepare(),
)

/** Reads it in slices; `on` has to hold one moment. */
export async function readShop(on: Drizzle, pause: Slices): Promise<Shop> {
  const content = await readContent(on)
  const drawings = new Map((await on.select().from(icons).all()).map(({ hash, svg }) => [hash, svg]))
  const iconOf = ({ iconHash }: { iconHash: string | null }) => (iconHash === null ? null : drawings.get(iconHash))
  const slugs = new Map<string, string>()
  const shop: Shop = { content, categories: new Map(), services: new Map() }
  for (const row of await on.select().from(categories).all()) {
    slugs.set(row.id, row.slug)
    shop.categories.set(row.slug, { row, said: pick({ ...row, icon: iconOf(row) }, categoryNames) })
  }
  for (let after = ''; ; ) {
    const rows = await someServices(on).all({ after })
    await pause()
    const ids = rows.map(({ id }) => id)
    const offered = ids.length === 0 ? [] : await activePlans(on, ids)
    const byService = Map.groupBy(offered, ({ serviceId }) => serviceId)
    for (const row of rows) {
      const more = { category: slugs.get(row.categoryId), template: row.templateName, icon: iconOf(row) }
      const own = (byService.get(row.id) ?? []).map(
        (plan) => [plan.tier, { row: plan, said: saidOfPlan(plan) }] as const,
      )
      shop.services.set(row.slug, { row, said: pick({ ...row, ...more }, serviceNames), plans: new Map(own) })
      await pause()
    }
    if (rows.length < rowsAtOnce) return shop
    after = rows.at(-1)!.id
  }
}

const activePlans = (on: Drizzle, serviceIds: string[]) =>
  on
    .select()
    .from(plans)
    .where(sql`${inArray(plans.serviceId, serviceIds)} and ${eq(plans.status, 'ACTIVE')}`)
    .orderBy(asc(plans.tier))
    .all()

/** Money is a bigint in the code. */
const saidOfPlan = ({ price, ...row }: Plan): Said => pick({ ...row, price: Number(price) }, planNames)

const pick = (row: Said, names: string[]): Said => Object.fromEntries(names.map((name) => [name, row[name]]))
