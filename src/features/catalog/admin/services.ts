import { eq, getTableColumns, sql } from 'drizzle-orm'
import { type Drizzle, defineList, down, prepared, type Tx, up } from '../../../db'
import type { Actor } from '../../../http/access'
import { invalid } from '../../../http/input/input'
import { assertUnchanged } from '../../../http/precondition'
import type { Page } from '../../../http/schema'
import { AppError, notFound } from '../../../lib/errors'
import { newId } from '../../../lib/ids'
import type { Parts } from '../../../parts'
import { findShortfalls, type Template } from '../../../templates'
import { assertLicence, findCurrent } from '../../app-templates'
import { dropUnusedIcon, iconHashOf, iconUrlOfService } from '../icons/icons'
import type { Settled } from '../presets'
import { unlimitedSlots } from '../slots'
import { categories, plans, type Service, services } from '../tables'
import { withNormalWords } from '../translations'
import { changesOf, type Editor, fieldsOf, recordChange } from './changes'
import { assertOrderable, settle } from './presets'
import type { NewService, ServiceChange } from './schema'
import { forgetOldSlugs, keepOldSlug, takeSlug } from './slugs'

type Needs = Pick<Parts, 'clock' | 'sealer'>

const ofPlans = (what: string) => sql.raw(`(select ${what} from plans p where p.service_id = services.id)`)
const forSale = `filter (where p.status = 'ACTIVE')`
const active = `count(*) ${forSale}`
const isLimited = `p.total_quota < ${unlimitedSlots}`
/** Null where a plan for sale has no limit. */
const left = `case when min(${isLimited}) ${forSale} = 0 then null
  else coalesce(sum(case when ${isLimited} then p.total_quota - p.used_quota end) ${forSale}, 0) end`
const isSoldOut = `max(p.total_quota > p.used_quota) ${forSale} is 0`

const { sealedPresets: _sealed, ...shownOfService } = getTableColumns(services)

const shown = {
  service: shownOfService,
  category: { id: categories.id, slug: categories.slug, name: categories.name },
  /** Plans for sale and the slots left in them, all that are held, the lowest price: its few plans are gone through once. */
  sums: sql<string>`${ofPlans(`json_array(${active}, ${left}, coalesce(sum(p.used_quota), 0), min(p.price) ${forSale}) || ''`)}`,
}

const everything = defineList({
  table: services,
  rows: (db) => db.select(shown).from(services).innerJoin(categories, eq(categories.id, services.categoryId)),
  filters: { categoryId: services.categoryId },
  conditions: {
    status: (value) => eq(services.status, value),
    templateName: (value) => eq(services.templateName, value),
    soldOut: (value) => sql`${ofPlans(isSoldOut)} = ${value}`,
  },
  sorts: {
    name: up(services.name),
    newest: down(services.id),
    position: { by: [sql`${services.position}`, sql`${services.name}`] },
  },
})

type Filter = Omit<Parameters<typeof everything>[1], 'soldOut'> & { soldOut?: boolean }

export async function listAllServices(on: Drizzle, filter: Filter, page: Page) {
  const soldOut = filter.soldOut === undefined ? undefined : Number(filter.soldOut)
  const { rows, total } = await everything(on, { ...filter, soldOut }, page)
  return { rows: rows.map(viewOf), total }
}

// Kept as statements: a whole catalog that comes in asks them thousands of times in one transaction.
const shownById = prepared((db) =>
  db
    .select(shown)
    .from(services)
    .innerJoin(categories, eq(categories.id, services.categoryId))
    .where(eq(services.id, sql.placeholder('id')))
    .prepare(),
)
const rowById = prepared((db) =>
  db
    .select()
    .from(services)
    .where(eq(services.id, sql.placeholder('id')))
    .prepare(),
)

export async function getAnyService(on: Drizzle | Tx, id: string) {
  const found = await shownById(on).get({ id })
  if (!found) throw notFound('Service')
  return viewOf(found)
}

/** @throws AppError CONFLICT for a slug that is taken, VALIDATION_ERROR for a category or template that is not there, INVALID_STATE like updateService */
export async function createService(
  parts: Needs,
  tx: Tx,
  actor: Editor,
  { confirmLicence, icon, presets, customerInputs, ...wanted }: NewService,
) {
  const now = parts.clock.now()
  const input = { ...withNormalWords(wanted), ...(await iconHashOf(tx, icon, now)) }
  const id = newId('service', now.getTime())
  await takeSlug(tx, 'service', input.slug)
  await assertCategory(tx, input.categoryId)
  const template = await newTemplateOf(tx, input.templateName)
  const settled = settle(parts, template, { presets, customerInputs }, nothingSettled(id))
  const row = { type: template.type, status: 'DRAFT' as const, ...input, ...settled }
  if (row.status === 'ACTIVE') {
    assertLicence(template, confirmLicence)
    assertOrderable(template, { id, ...settled })
  }
  await tx
    .insert(services)
    .values({ id, ...row, createdAt: now, updatedAt: now })
    .run()
  const after = told({ ...row, confirmLicence })
  await recordChange(parts, tx, actor, { kind: 'service', id, verb: 'create', after })
  return getAnyService(tx, id)
}

/**
 * @throws AppError NOT_FOUND, PRECONDITION_FAILED, CONFLICT for a slug that is taken, VALIDATION_ERROR for a category or template that is
 * not there or presets that don't fit it, INVALID_STATE for another template where somebody has subscribed, a template that a plan is too
 * small for, a licence that nobody has confirmed, or a template that nobody could order as it is
 */
export async function updateService(
  parts: Needs,
  tx: Tx,
  actor: Editor,
  id: string,
  {
    expected,
    input: { confirmLicence, icon, presets, customerInputs, ...input },
  }: { expected: string[] | undefined; input: ServiceChange },
) {
  const row = await getRow(tx, id)
  assertUnchanged(row, expected)
  const now = parts.clock.now()
  const settled = await settleAnew(parts, tx, row, { presets, customerInputs, templateName: input.templateName })
  const changes = changesOf(row, { ...withNormalWords(input), ...settled, ...(await iconHashOf(tx, icon, now)) })
  if (Object.keys(changes).length === 0) return getAnyService(tx, id)
  const next = { ...row, ...changes }
  const isPutOnSale = next.status === 'ACTIVE' && (changes.status !== undefined || changes.templateName !== undefined)
  if (changes.categoryId !== undefined || isPutOnSale) await assertCategory(tx, next.categoryId)
  if (changes.templateName !== undefined)
    await assertExchangeable(tx, row, await newTemplateOf(tx, changes.templateName))
  if (isPutOnSale) assertLicence(await templateOf(tx, next.templateName), confirmLicence)
  if (next.status === 'ACTIVE' && (isPutOnSale || settled))
    assertOrderable(await templateOf(tx, next.templateName), next)
  if (changes.slug !== undefined) {
    await takeSlug(tx, 'service', changes.slug, id)
    await keepOldSlug(tx, 'service', row, now)
  }
  await tx
    .update(services)
    .set({ ...changes, version: row.version + 1, updatedAt: now })
    .where(eq(services.id, id))
    .run()
  if (changes.iconHash !== undefined) await dropUnusedIcon(tx, row.iconHash)
  const after = told(confirmLicence === undefined ? changes : { ...changes, confirmLicence })
  const before = told(fieldsOf(row, changes))
  await recordChange(parts, tx, actor, { kind: 'service', id, verb: 'update', before, after })
  return getAnyService(tx, id)
}

/** @throws AppError NOT_FOUND, PRECONDITION_FAILED, INVALID_STATE while it has plans */
export async function deleteService(parts: Needs, tx: Tx, actor: Actor, id: string, expected: string[] | undefined) {
  const row = await getRow(tx, id)
  assertUnchanged(row, expected)
  const held = await tx.select({ id: plans.id }).from(plans).where(eq(plans.serviceId, id)).limit(1).get()
  if (held) throw new AppError('INVALID_STATE', 'The service has plans: delete them first, or retire the service')
  await forgetOldSlugs(tx, 'service', id)
  await tx.delete(services).where(eq(services.id, id)).run()
  await dropUnusedIcon(tx, row.iconHash)
  const { createdAt: _created, updatedAt: _updated, ...before } = row
  await recordChange(parts, tx, actor, { kind: 'service', id, verb: 'delete', before: told(before) })
}

/** What a change says of presets; another template begins without those of the one before. */
async function settleAnew(
  parts: Needs,
  tx: Tx,
  row: Service,
  { templateName = row.templateName, ...wanted }: Pick<ServiceChange, 'presets' | 'customerInputs' | 'templateName'>,
) {
  const isOther = templateName !== row.templateName
  if (!isOther && wanted.presets === undefined && wanted.customerInputs === undefined) return undefined
  return settle(parts, await templateOf(tx, templateName), wanted, isOther ? nothingSettled(row.id) : row)
}

const nothingSettled = (id: string): Settled => ({ id, presets: {}, sealedPresets: null, customerInputs: null })

/** As the audit log may have it: that something secret is set, and that it changed. */
const told = ({ sealedPresets, ...rest }: Record<string, unknown>): Record<string, unknown> =>
  sealedPresets === undefined || sealedPresets === null ? rest : { ...rest, secretPresets: '(set)' }

export async function getRow(tx: Tx, id: string): Promise<Service> {
  const row = await rowById(tx).get({ id })
  if (!row) throw notFound('Service')
  return row
}

/** @throws AppError VALIDATION_ERROR */
export async function templateOf(tx: Tx, name: string): Promise<Template> {
  return (await getCurrent(tx, name)).template
}

/** For a service that did not have it before. @throws AppError VALIDATION_ERROR, INVALID_STATE for one that is retired */
async function newTemplateOf(tx: Tx, name: string): Promise<Template> {
  const { template, status } = await getCurrent(tx, name)
  if (status === 'RETIRED') throw new AppError('INVALID_STATE', 'This template is retired: bring it back first')
  return template
}

async function getCurrent(tx: Tx, name: string) {
  const current = await findCurrent(tx, name)
  if (!current) throw invalid('body', [{ path: '/templateName', message: 'There is no template of this name' }])
  return current
}

const categoryStatus = prepared((db) =>
  db
    .select({ status: categories.status })
    .from(categories)
    .where(eq(categories.id, sql.placeholder('id')))
    .prepare(),
)

async function assertCategory(tx: Tx, id: string): Promise<void> {
  const category = await categoryStatus(tx).get({ id })
  if (!category) throw invalid('body', [{ path: '/categoryId', message: 'There is no such category' }])
  if (category.status === 'RETIRED')
    throw new AppError('INVALID_STATE', 'This category is retired: bring it back first')
}

/** An app keeps the template that it was made from, so one service never has apps of two. */
async function assertExchangeable(tx: Tx, { id }: Service, template: Template): Promise<void> {
  const offered = await tx.select().from(plans).where(eq(plans.serviceId, id)).all()
  const used = offered.find((plan) => plan.usedQuota > 0)
  if (used)
    throw new AppError(
      'INVALID_STATE',
      'Somebody has subscribed to this service: make another one for another template',
    )
  const { minimum } = template
  const small = offered.find((plan) => plan.status === 'ACTIVE' && findShortfalls(template, plan).length > 0)
  if (small)
    throw new AppError('INVALID_STATE', 'A plan is smaller than the template needs', { planId: small.id, minimum })
}

interface Row {
  service: Omit<Service, 'sealedPresets'>
  category: { id: string; slug: string; name: string }
  sums: string
}

function viewOf({ service, category, sums }: Row) {
  const { createdAt, updatedAt, categoryId: _, iconHash: _hash, ...own } = service
  const [activePlans, availableQuota, sold, fromPrice] = JSON.parse(sums) as [
    number,
    number | null,
    number,
    number | null,
  ]
  const at = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() }
  return { ...own, iconUrl: iconUrlOfService(service), category, activePlans, availableQuota, sold, fromPrice, ...at }
}
