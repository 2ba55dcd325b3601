import { sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../../db'
import type { Parts } from '../../../parts'
import type { PlanSize } from '../../../templates'
import { readShop, templatesOf, truthOf } from '../shop'
import { plans, services } from '../tables'
import { earnedByPlan, earnedByService } from './revenue'

type Needs = Pick<Parts, 'config' | 'platform' | 'clock'>

const templateOfService = prepared((db) =>
  db
    .select({ templateName: services.templateName })
    .from(services)
    .where(sql`${services.id} = ${sql.placeholder('id')}`)
    .prepare(),
)

/** The same plans of one service, with what the cluster, as last seen, makes of each, and what each has earned this month. */
export async function judgePlans<T extends PlanSize & { id: string }>(
  parts: Needs,
  on: Drizzle | Tx,
  serviceId: string,
  views: T[],
) {
  const shop = await readShop(parts, on, 'en')
  const service = await templateOfService(on).get({ id: serviceId })
  const template = service && (await templatesOf(on, [service])).get(service.templateName)
  const earned = await earnedByPlan(parts, on, views)
  return views.map((view) => ({
    ...view,
    ...truthOf(shop, template, view),
    revenueThisMonth: earned.get(view.id) ?? 0,
  }))
}

export const judgePlan = async <T extends PlanSize & { id: string }>(
  parts: Needs,
  on: Drizzle | Tx,
  serviceId: string,
  view: T,
) => (await judgePlans(parts, on, serviceId, [view]))[0]!

const sizesOf = prepared((db) =>
  db
    .select({
      serviceId: plans.serviceId,
      cpuMillicores: plans.cpuMillicores,
      memoryMb: plans.memoryMb,
      storageGb: plans.storageGb,
    })
    .from(plans)
    .where(
      sql`${plans.status} = 'ACTIVE' and ${plans.serviceId} in (select value from json_each(${sql.placeholder('serviceIds')}))`,
    )
    .prepare(),
)

/** The same services, each with how many of its plans for sale the cluster could never hold, and what its plans have earned this month. */
export async function judgeServices<T extends { id: string; templateName: string }>(
  parts: Needs,
  on: Drizzle | Tx,
  views: T[],
) {
  const shop = await readShop(parts, on, 'en')
  const sizes = await sizesOf(on).all({ serviceIds: JSON.stringify(views.map(({ id }) => id)) })
  const templates = await templatesOf(on, views)
  const earned = await earnedByService(parts, on, views)
  return views.map((view) => {
    const template = templates.get(view.templateName)
    const own = sizes.filter(({ serviceId }) => serviceId === view.id)
    const unfitPlans = own.filter((size) => truthOf(shop, template, size).obstacle).length
    return { ...view, unfitPlans, revenueThisMonth: earned.get(view.id) ?? 0 }
  })
}

export const judgeService = async <T extends { id: string; templateName: string }>(
  parts: Needs,
  on: Drizzle | Tx,
  view: T,
) => (await judgeServices(parts, on, [view]))[0]!
