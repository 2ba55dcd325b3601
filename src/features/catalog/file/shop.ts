import { asc, eq, gt, inArray, type SQL, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../../db'
import type { Template } from '../../../templates'
import { findCurrent, findVersion } from '../../app-templates'
import { type AppTemplate, appTemplates } from '../../app-templates/tables'
import { shownSlots } from '../slots'
import { type Category, catalogVersion, categories, icons, type Plan, plans, type Service, services } from '../tables'
import { categoryNames, planNames, serviceNames } from './form'
import { saidOfPresets } from './presets'
import type { Slices } from './slices'

/** A thing as the file says it, with nothing left out. */
export type Said = Record<string, unknown>

export interface PlanThere {
  row: Plan
  said: Said
}
export interface TemplateThere {
  row: AppTemplate
  body: Template
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
  /** See readState. */
  state: string
  /** Names of the program's own templates. */
  builtIns: Set<string>
  /** The operator's, with a version that is published. */
  templates: Map<string, TemplateThere>
  categories: Map<string, CategoryThere>
  services: Map<string, ServiceThere>
}

const rowsAtOnce = 50
/** More than the program's own and the operator's may be together. */
const mostTemplates = 1_000

/** Each change of an administrator's counts its thing's version up. */
const stateNow = prepared((db) =>
  db
    .select({
      state: sql<string>`json_array(${[
        ofAll(sql`categories`),
        ofAll(sql`services`),
        ofAll(sql`plans`),
        ofAll(sql`app_templates where origin = 'operator'`),
      ].reduce((list, one) => sql`${list}, ${one}`)})`,
    })
    .from(catalogVersion)
    .where(eq(catalogVersion.id, 1))
    .prepare(),
)

function ofAll(things: SQL): SQL {
  return sql`(select json_array(count(*), total(version), max(updated_at)) from ${things})`
}

/** All that a file can name, in a few words: another one after every change but those of slots. */
export const readState = async (on: Drizzle | Tx): Promise<string> => (await stateNow(on).get())?.state ?? ''

/** The state of the catalog, as `ETag` and `If-Match` name it. */
export const tagOfState = (state: string): string => `"${Bun.hash.xxHash64(state).toString(36)}"`

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
  const state = await readState(on)
  const drawings = new Map((await on.select().from(icons).all()).map(({ hash, svg }) => [hash, svg]))
  const iconOf = ({ iconHash }: { iconHash: string | null }) => (iconHash === null ? null : drawings.get(iconHash))
  const current = currentTemplates(on)
  const slugs = new Map<string, string>()
  const shop: Shop = { state, ...(await readTemplates(on, pause)), categories: new Map(), services: new Map() }
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
      const { template } = (await current(row.templateName)) ?? {}
      const more = {
        ...{ category: slugs.get(row.categoryId), template: row.templateName, icon: iconOf(row) },
        ...saidOfPresets(template, row),
      }
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

/** Each is read once. */
export function currentTemplates(on: Drizzle): (name: string) => ReturnType<typeof findCurrent> {
  const known = new Map<string, ReturnType<typeof findCurrent>>()
  return (name) => {
    const found = known.get(name) ?? findCurrent(on, name)
    known.set(name, found)
    return found
  }
}

async function readTemplates(on: Drizzle, pause: Slices): Promise<Pick<Shop, 'builtIns' | 'templates'>> {
  const builtIns = new Set<string>()
  const templates = new Map<string, TemplateThere>()
  for (const row of await on.select().from(appTemplates).limit(mostTemplates).all()) {
    const { name, origin, currentVersion } = row
    if (origin === 'built-in') builtIns.add(name)
    else if (currentVersion !== null) {
      const published = await findVersion(on, name, currentVersion)
      if (published) templates.set(name, { row, body: published.template })
      await pause()
    }
  }
  return { builtIns, templates }
}

const activePlans = (on: Drizzle, serviceIds: string[]) =>
  on
    .select()
    .from(plans)
    .where(sql`${inArray(plans.serviceId, serviceIds)} and ${eq(plans.status, 'ACTIVE')}`)
    .orderBy(asc(plans.tier))
    .all()

/** Money is a bigint in the code. */
const saidOfPlan = ({ price, ...row }: Plan): Said =>
  pick({ ...row, totalQuota: shownSlots(row).totalQuota, price: Number(price) }, planNames)

const pick = (row: Said, names: string[]): Said => Object.fromEntries(names.map((name) => [name, row[name]]))
