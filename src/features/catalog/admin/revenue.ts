import { sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../../db'
import { monthIn } from '../../../lib/calendar'
import { toJson } from '../../../lib/money'
import type { Parts } from '../../../parts'
import { planRevenue } from '../../billing/tables'
import { plans } from '../tables'

type Needs = Pick<Parts, 'clock' | 'config'>
type Named = { id: string }

const ofPlans = prepared((db) =>
  db
    .select({ id: planRevenue.planId, amount: planRevenue.amount })
    .from(planRevenue)
    .where(
      sql`${planRevenue.month} = ${sql.placeholder('month')} and ${planRevenue.planId} in (select value from json_each(${sql.placeholder('ids')}))`,
    )
    .prepare(),
)

const ofServices = prepared((db) =>
  db
    .select({ id: plans.serviceId, amount: sql<bigint>`sum(${planRevenue.amount})`.mapWith(planRevenue.amount) })
    .from(plans)
    .innerJoin(
      planRevenue,
      sql`${planRevenue.planId} = ${plans.id} and ${planRevenue.month} = ${sql.placeholder('month')}`,
    )
    .where(sql`${plans.serviceId} in (select value from json_each(${sql.placeholder('ids')}))`)
    .groupBy(plans.serviceId)
    .prepare(),
)

/** What each has earned this month, without tax and less what went back of it; one that has earned nothing is left out. */
export const earnedByPlan = async (parts: Needs, on: Drizzle | Tx, named: Named[]): Promise<Map<string, number>> =>
  byId(await ofPlans(on).all(asked(parts, named)))

/** The same of all plans of a service, retired ones too. */
export const earnedByService = async (parts: Needs, on: Drizzle | Tx, named: Named[]): Promise<Map<string, number>> =>
  byId(await ofServices(on).all(asked(parts, named)))

const asked = ({ clock, config }: Needs, named: Named[]) => ({
  month: monthIn(config.billingTimeZone, clock.now()),
  ids: JSON.stringify(named.map(({ id }) => id)),
})

const byId = (rows: { id: string; amount: bigint }[]) => new Map(rows.map(({ id, amount }) => [id, toJson(amount)]))
