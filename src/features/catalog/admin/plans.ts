import { and, eq, sql } from 'drizzle-orm'
import { type Drizzle, defineList, prepared, type Tx, up } from '../../../db'
import type { Actor } from '../../../http/access'
import { invalid } from '../../../http/input/input'
import { assertUnchanged } from '../../../http/precondition'
import type { Page } from '../../../http/schema'
import { AppError, notFound } from '../../../lib/errors'
import { newId } from '../../../lib/ids'
import { rupiah, toJson } from '../../../lib/money'
import type { Parts } from '../../../parts'
import { findShortfalls, type PlanSize, type Template } from '../../../templates'
import { subscriptions, upgrades } from '../../subscriptions/tables'
import { shownSlots, unlimitedSlots } from '../slots'
import { type Plan, plans } from '../tables'
import { withNormalWords } from '../translations'
import { changesOf, type Editor, fieldsOf, recordChange } from './changes'
import { announce, effectiveFor, isOther, listChanges } from './plan-changes'
import type { NewPlan, PlanChange } from './schema'
import { getRow as getServiceRow, templateOf } from './services'

type Needs = Pick<Parts, 'clock' | 'config' | 'queue'>

const ofService = defineList({
  table: plans,
  rows: (db) => db.select({ plan: plans }).from(plans),
  always: { serviceId: (value) => eq(plans.serviceId, value) },
  conditions: {
    status: (value) => eq(plans.status, value),
    soldOut: (value) => sql`(${plans.usedQuota} >= ${plans.totalQuota}) = ${value}`,
  },
  sorts: { tier: { by: [sql`${plans.tier}`, sql`${plans.id}`] }, price: up(plans.price) },
})

type Filter = Omit<Parameters<typeof ofService>[1], 'soldOut'> & { soldOut?: boolean }

export async function listAllPlans(on: Drizzle, filter: Filter, page: Page) {
  const soldOut = filter.soldOut === undefined ? undefined : Number(filter.soldOut)
  const { rows, total } = await ofService(on, { ...filter, soldOut }, page)
  return { rows: rows.map(({ plan }) => viewOf(plan)), total }
}

const planOfService = prepared((db) =>
  db
    .select()
    .from(plans)
    .where(and(eq(plans.id, sql.placeholder('planId')), eq(plans.serviceId, sql.placeholder('serviceId'))))
    .prepare(),
)

export async function getAnyPlan(on: Drizzle | Tx, serviceId: string, id: string) {
  const row = await planOfService(on).get({ serviceId, planId: id })
  if (!row) throw notFound('Plan')
  return { ...viewOf(row), changes: await listChanges(on, id) }
}

/** @throws AppError NOT_FOUND, CONFLICT for a tier that is taken, VALIDATION_ERROR for a plan that its template does not fit into */
export async function createPlan(
  parts: Pick<Parts, 'clock'>,
  tx: Tx,
  actor: Editor,
  serviceId: string,
  wanted: NewPlan,
) {
  const input = withNormalWords(wanted)
  const { templateName } = await getServiceRow(tx, serviceId)
  const now = parts.clock.now()
  const { totalQuota, ...rest } = input
  const own = {
    id: newId('plan', now.getTime()),
    serviceId,
    price: rupiah(input.price),
    totalQuota: slotsOf(totalQuota),
  }
  const row = { ...rest, ...own }
  assertCarries(row, templateName, await templateOf(tx, templateName))
  await assertTierFree(tx, row)
  await tx
    .insert(plans)
    .values({ ...row, createdAt: now, updatedAt: now })
    .run()
  await recordChange(parts, tx, actor, { kind: 'plan', id: row.id, verb: 'create', after: { serviceId, ...input } })
  return getAnyPlan(tx, serviceId, row.id)
}

/**
 * Price and size count at once for whoever subscribes from now on; those who have the plan are told, and keep theirs for a time.
 * @throws AppError NOT_FOUND, PRECONDITION_FAILED, CONFLICT for a tier that is taken, INVALID_STATE for fewer slots than are held,
 * VALIDATION_ERROR for a plan that its template does not fit into
 */
export async function updatePlan(
  parts: Needs,
  tx: Tx,
  actor: Editor,
  plan: { serviceId: string; planId: string },
  { expected, input: { price, totalQuota, ...input } }: { expected: string[] | undefined; input: PlanChange },
) {
  const row = await getPlanRow(tx, plan)
  assertUnchanged(row, expected)
  const changes = changesOf(row, {
    ...withNormalWords(input),
    ...(price !== undefined && { price: rupiah(price) }),
    ...(totalQuota !== undefined && { totalQuota: slotsOf(totalQuota) }),
  })
  if (Object.keys(changes).length === 0) return getAnyPlan(tx, row.serviceId, row.id)
  const next = { ...row, ...changes }
  if (mustCarry(changes)) {
    const { templateName } = await getServiceRow(tx, row.serviceId)
    assertCarries(next, templateName, await templateOf(tx, templateName))
  }
  if (changes.tier !== undefined || changes.status === 'ACTIVE') await assertTierFree(tx, next)
  if (next.totalQuota < row.usedQuota) {
    const message = 'More slots than that are held by subscriptions'
    throw new AppError('INVALID_STATE', message, { held: row.usedQuota, asked: next.totalQuota })
  }
  const now = parts.clock.now()
  const newTerms = isOther(changes) ? { termsEffectiveAt: await effectiveFor(parts, tx, next, now) } : {}
  await tx
    .update(plans)
    .set({ ...changes, ...newTerms, version: row.version + 1, updatedAt: now })
    .where(eq(plans.id, row.id))
    .run()
  if (newTerms.termsEffectiveAt && row.usedQuota > 0)
    await announce(parts, tx, { planId: row.id, number: row.termsNumber + 1 })
  await recordChange(parts, tx, actor, {
    kind: 'plan',
    id: row.id,
    verb: 'update',
    before: said(fieldsOf(row, changes)),
    after: said({ ...changes, ...newTerms }),
  })
  return getAnyPlan(tx, row.serviceId, row.id)
}

/** @throws AppError NOT_FOUND, PRECONDITION_FAILED, INVALID_STATE for one that was ever subscribed to */
export async function deletePlan(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  plan: { serviceId: string; planId: string },
  expected: string[] | undefined,
) {
  const row = await getPlanRow(tx, plan)
  assertUnchanged(row, expected)
  if (await wasSold(tx, row.id)) {
    throw new AppError('INVALID_STATE', 'Somebody has subscribed to this plan: retire it, its history stays')
  }
  await tx.delete(plans).where(eq(plans.id, row.id)).run()
  const { createdAt: _created, updatedAt: _updated, termsNumber: _n, termsEffectiveAt: _at, ...before } = row
  await recordChange(parts, tx, actor, { kind: 'plan', id: row.id, verb: 'delete', before: said(before) })
}

/** Every column of the house that names a plan; each has an index, which the database needs as well to let one go. */
async function wasSold(tx: Tx, planId: string): Promise<boolean> {
  const naming = sql`select 1 from ${subscriptions} where plan_id = ${planId}
    union all select 1 from ${subscriptions} where scheduled_plan_id = ${planId}
    union all select 1 from ${upgrades} where from_plan_id = ${planId}
    union all select 1 from ${upgrades} where to_plan_id = ${planId}`
  return (await tx.values(sql`${naming} limit 1`)).length > 0
}

async function getPlanRow(tx: Tx, { serviceId, planId }: { serviceId: string; planId: string }): Promise<Plan> {
  const row = await planOfService(tx).get({ serviceId, planId })
  if (!row) throw notFound('Plan')
  return row
}

/** What a newer version of the template has made too small can still be retired, renamed and repriced. */
const mustCarry = ({ status, cpuMillicores, memoryMb, storageGb }: Partial<Plan>): boolean =>
  status === 'ACTIVE' || [cpuMillicores, memoryMb, storageGb].some((size) => size !== undefined)

function assertCarries(plan: PlanSize, templateName: string, template: Template): void {
  const problems = findShortfalls(template, plan).map((size) => ({
    path: `/${size}`,
    message: `The template ${templateName} needs at least ${template.minimum[size]}`,
  }))
  if (problems.length > 0) throw invalid('body', problems)
}

const planOfTier = prepared((db) =>
  db
    .select({ id: plans.id })
    .from(plans)
    .where(
      and(
        eq(plans.serviceId, sql.placeholder('serviceId')),
        eq(plans.tier, sql.placeholder('tier')),
        eq(plans.status, 'ACTIVE'),
      ),
    )
    .prepare(),
)

/** The database lets no two active plans of a service have one tier; here it is said in words. */
async function assertTierFree(
  tx: Tx,
  { id, serviceId, tier, status = 'ACTIVE' }: Pick<Plan, 'id' | 'serviceId' | 'tier'> & { status?: string },
) {
  if (status !== 'ACTIVE') return
  const other = await planOfTier(tx).get({ serviceId, tier })
  if (other && other.id !== id)
    throw new AppError('CONFLICT', 'Another plan of this service has this tier', { tier, planId: other.id })
}

const slotsOf = (asked: number | null): number => asked ?? unlimitedSlots

/** In the audit log as everywhere: without a limit it is null. */
const said = (row: Record<string, unknown>) => (row.totalQuota === unlimitedSlots ? { ...row, totalQuota: null } : row)

function viewOf({ price, usedQuota, createdAt, updatedAt, termsNumber: _n, termsEffectiveAt: _at, ...row }: Plan) {
  return {
    ...row,
    price: toJson(price),
    usedQuota,
    ...shownSlots({ usedQuota, totalQuota: row.totalQuota }),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}
