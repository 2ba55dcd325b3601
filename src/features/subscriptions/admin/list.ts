import { and, eq, gte, lt, type Placeholder, type SQL, sql } from 'drizzle-orm'
import { type Drizzle, defineList, down, type Listed, notByIndex, prepared, up } from '../../../db'
import type { Page } from '../../../http/schema'
import type { BillingCycle } from '../../../lib/calendar'
import type { Parts } from '../../../parts'
import { listUsers } from '../../accounts'
import { users } from '../../accounts/tables'
import { plans, services } from '../../catalog/tables'
import { instances } from '../../instances/tables'
import { type SubscriptionStatus, subscriptions } from '../tables'
import { listedViewOf } from './list-view'

/** People whose address or name has the text that is searched for: the newest so many. */
const mostPeople = 100
/** Where several conditions meet what is due, so many of the first rows are looked at. */
const mostLookedAt = 5_000

export interface SubscriptionFilter {
  search?: string
  status?: SubscriptionStatus
  suspendedBy?: 'customer' | 'admin' | 'unpaid'
  serviceId?: string
  planId?: string
  userId?: string
  billingCycle?: BillingCycle
  isBonus?: boolean
  /** Inclusive. */
  createdFrom?: Date
  dueFrom?: Date
  /** Exclusive. */
  createdTo?: Date
  dueTo?: Date
  sort?: 'newest' | 'oldest' | 'due'
}

const { number, id, userId, serviceId, planId, name, status, suspendedBy, billingCycle, price, isBonus } = subscriptions
const { currentPeriodEnd, autoRenew, cancelAtPeriodEnd, scheduledPlanId, createdAt, endedAt, endReason } = subscriptions

const shown = {
  subscription: {
    ...{ number, id, name, status, suspendedBy, billingCycle, price, isBonus, currentPeriodEnd, autoRenew },
    ...{ cancelAtPeriodEnd, scheduledPlanId, createdAt, endedAt, endReason },
  },
  customer: { id: users.id, name: users.name, email: users.email },
  service: { id: services.id, slug: services.slug, name: services.name },
  plan: { id: plans.id, name: plans.name, tier: plans.tier },
  instance: { id: instances.id, status: instances.status },
}

const rows = (db: Pick<Drizzle, 'select'>) =>
  db
    .select(shown)
    .from(subscriptions)
    .innerJoin(users, eq(users.id, userId))
    .innerJoin(services, eq(services.id, serviceId))
    .innerJoin(plans, eq(plans.id, planId))
    .leftJoin(instances, eq(instances.subscriptionId, id))

export type ListedRow = Awaited<ReturnType<typeof rows>>[number]

const filters = { status, suspendedBy, serviceId, planId, userId, billingCycle, isBonus }
type FilterName = keyof typeof filters
const filterNames = Object.keys(filters) as FilterName[]

/** What only the other conditions find. */
const seen = Object.fromEntries(
  filterNames.map((name) => [name, (value: Placeholder) => notByIndex(filters[name], value)]),
) as { [N in FilterName]: (value: Placeholder) => SQL }

/** Numbers follow the times: a range of times is a range of numbers, in whichever index the rows are found. */
const firstSince = (at: Placeholder): SQL =>
  sql`(select first.number from ${subscriptions} as first where first.created_at >= ${at} order by first.created_at, first.number limit 1)`
const created = {
  createdFrom: (value: Placeholder) => sql`${number} >= ${firstSince(value)}`,
  createdTo: (value: Placeholder) => sql`${number} < coalesce(${firstSince(value)}, ${Number.MAX_SAFE_INTEGER})`,
}
const due = {
  dueFrom: (value: Placeholder) => sql`${currentPeriodEnd} >= ${value}`,
  dueTo: (value: Placeholder) => sql`${currentPeriodEnd} < ${value}`,
}
/** Spelled out, so that SQLite sees that the partial index answers it. */
const isLive = sql`${endedAt} is null`

const all = defineList({
  table: subscriptions,
  rows,
  filters,
  conditions: created,
  sorts: { newest: down(number), oldest: up(number) },
})

/** What is live, in the order in which it is due. */
const byDue = defineList({
  table: subscriptions,
  rows,
  only: isLive,
  conditions: { ...seen, ...created, ...due, upTo: (value) => sql`${currentPeriodEnd} <= ${value}` },
  sorts: { due: { by: [sql`${currentPeriodEnd}`, sql`${number}`] } },
})

/** What some people have: few, and sorted apart, as in the order of another index everybody's would be walked for them. */
const ofPeople = defineList({
  table: subscriptions,
  rows,
  always: { people: (value) => sql`${userId} in (select value from json_each(${value}))` },
  conditions: { ...seen, ...created, ...due },
  sorts: {
    newest: { by: [sql`+${number} desc`] },
    oldest: { by: [sql`+${number}`] },
    due: { by: [sql`+${currentPeriodEnd}`, sql`+${number}`] },
  },
})

const byNumber = defineList({
  table: subscriptions,
  rows,
  always: { number: (value) => eq(number, value) },
  conditions: { ...seen, ...created, ...due },
  sorts: { newest: { by: [sql`${number}`] } },
})

/**
 * Everybody's subscriptions. A text that is a billing number finds that one; any other finds people, and what they have. A range of
 * what is due, and that order, are of what is live.
 */
export async function listSubscriptions(parts: Pick<Parts, 'db' | 'config'>, filter: SubscriptionFilter, page: Page) {
  const { rows, total } = await find(parts.db.read, filter, page)
  return { rows: rows.map((row) => listedViewOf(parts, row)), total }
}

async function find(on: Drizzle, filter: SubscriptionFilter, page: Page): Promise<Listed<ListedRow>> {
  const { search, sort, ...asked } = filter
  const billing = search === undefined ? undefined : /^\s*(?:BILL-)?(\d{1,15})\s*$/i.exec(search)?.[1]
  if (billing !== undefined) return byNumber(on, { ...valuesOf(asked), number: Number(billing) }, page)
  if (search !== undefined) return findByPeople(on, search, { ...valuesOf(asked), sort }, page)
  const { dueFrom, dueTo } = asked
  if (sort !== 'due' && dueFrom === undefined && dueTo === undefined) return all(on, { ...valuesOf(asked), sort }, page)
  return findByDue(on, asked, page)
}

type Asked = Omit<SubscriptionFilter, 'search' | 'sort'>
const valuesOf = (asked: Asked) => ({
  ...asked,
  ...(asked.isBonus !== undefined && { isBonus: Number(asked.isBonus) }),
  ...momentsOf(asked),
})

const momentsOf = (asked: Asked) =>
  Object.fromEntries(
    (['createdFrom', 'createdTo', 'dueFrom', 'dueTo'] as const).flatMap((name) =>
      asked[name] === undefined ? [] : [[name, asked[name].getTime()]],
    ),
  )

async function findByPeople(
  on: Drizzle,
  search: string,
  wanted: Record<string, unknown> & { sort?: SubscriptionFilter['sort'] },
  page: Page,
) {
  const people = await listUsers(on, { search }, { page: 1, limit: mostPeople })
  const ids = JSON.stringify(people.users.map(({ id }) => id))
  const found = await ofPeople(on, { ...wanted, people: ids }, page)
  return people.total.more ? { ...found, total: { ...found.total, more: true } } : found
}

/** Where other conditions would be looked at in very many rows, only of the first of them: a narrower range finds the others. */
async function findByDue(on: Drizzle, asked: Asked, page: Page): Promise<Listed<ListedRow>> {
  const isLooking = [...filterNames, 'createdFrom', 'createdTo'].some(
    (name) => asked[name as keyof Asked] !== undefined,
  )
  const edge = isLooking ? await edgeOfDue(on, asked) : undefined
  const found = await byDue(on, { ...valuesOf(asked), ...(edge && { upTo: edge.at }), sort: 'due' }, page)
  return edge ? { ...found, total: { ...found.total, more: true } } : found
}

const edge = prepared((db) =>
  db
    .select({ at: sql<number>`${currentPeriodEnd}` })
    .from(subscriptions)
    .where(
      and(
        isLive,
        gte(currentPeriodEnd, sql`${sql.placeholder('from')}`),
        lt(currentPeriodEnd, sql`${sql.placeholder('to')}`),
      ),
    )
    .orderBy(currentPeriodEnd, number)
    .limit(1)
    .offset(mostLookedAt - 1)
    .prepare(),
)

const edgeOfDue = (on: Drizzle, { dueFrom, dueTo }: Asked) =>
  edge(on).get({ from: dueFrom?.getTime() ?? 0, to: dueTo?.getTime() ?? Number.MAX_SAFE_INTEGER })
