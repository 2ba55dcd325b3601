import { and, eq, sql } from 'drizzle-orm'
import { type Drizzle, defineList, type Tx, up } from '../../../db'
import type { Actor } from '../../../http/access'
import { assertUnchanged } from '../../../http/precondition'
import type { Page } from '../../../http/schema'
import { AppError, notFound } from '../../../lib/errors'
import { newId } from '../../../lib/ids'
import type { Parts } from '../../../parts'
import { dropUnusedIcon, iconHashOf, iconUrlOfCategory } from '../icons/icons'
import { type Category, categories, services } from '../tables'
import { withNormalWords } from '../translations'
import { changesOf, type Editor, fieldsOf, recordChange } from './changes'
import type { CategoryChange, NewCategory } from './schema'
import { forgetOldSlugs, keepOldSlug, takeSlug } from './slugs'

type Needs = Pick<Parts, 'clock'>

const shown = {
  category: categories,
  active: sql<number>`(select count(*) from ${services} s where s.category_id = ${categories}.id and s.status = 'ACTIVE')`,
  all: sql<number>`(select count(*) from ${services} s where s.category_id = ${categories}.id)`,
}

const everything = defineList({
  table: categories,
  rows: (db) => db.select(shown).from(categories),
  conditions: { status: (value) => eq(categories.status, value) },
  sorts: { position: { by: [sql`${categories.position}`, sql`${categories.name}`] }, name: up(categories.name) },
})

type Filter = Parameters<typeof everything>[1]

export async function listAllCategories(on: Drizzle, filter: Filter, page: Page) {
  const { rows, total } = await everything(on, filter, page)
  return { rows: rows.map(viewOf), total }
}

export async function getCategory(on: Drizzle | Tx, id: string) {
  const found = await on.select(shown).from(categories).where(eq(categories.id, id)).get()
  if (!found) throw notFound('Category')
  return viewOf(found)
}

/** @throws AppError CONFLICT for a slug that is taken */
export async function createCategory(parts: Needs, tx: Tx, actor: Editor, { icon, ...wanted }: NewCategory) {
  const now = parts.clock.now()
  const input = { ...withNormalWords(wanted), ...(await iconHashOf(tx, icon, now)) }
  const id = newId('category', now.getTime())
  await takeSlug(tx, 'category', input.slug)
  await tx
    .insert(categories)
    .values({ id, ...input, createdAt: now, updatedAt: now })
    .run()
  await recordChange(parts, tx, actor, { kind: 'category', id, verb: 'create', after: input })
  return getCategory(tx, id)
}

/** @throws AppError NOT_FOUND, PRECONDITION_FAILED, CONFLICT for a slug that is taken, INVALID_STATE if it is to go and sells something */
export async function updateCategory(
  parts: Needs,
  tx: Tx,
  actor: Editor,
  id: string,
  { expected, input: { icon, ...input } }: { expected: string[] | undefined; input: CategoryChange },
) {
  const row = await getRow(tx, id)
  assertUnchanged(row, expected)
  const now = parts.clock.now()
  const changes = changesOf(row, { ...withNormalWords(input), ...(await iconHashOf(tx, icon, now)) })
  if (Object.keys(changes).length === 0) return getCategory(tx, id)
  if (changes.slug !== undefined) {
    await takeSlug(tx, 'category', changes.slug, id)
    await keepOldSlug(tx, 'category', row, now)
  }
  if (changes.status === 'RETIRED') await assertSellsNothing(tx, id)
  await tx
    .update(categories)
    .set({ ...changes, version: row.version + 1, updatedAt: now })
    .where(eq(categories.id, id))
    .run()
  if (changes.iconHash !== undefined) await dropUnusedIcon(tx, row.iconHash)
  await recordChange(parts, tx, actor, {
    kind: 'category',
    id,
    verb: 'update',
    before: fieldsOf(row, changes),
    after: changes,
  })
  return getCategory(tx, id)
}

/** @throws AppError NOT_FOUND, PRECONDITION_FAILED, INVALID_STATE while services stand in it */
export async function deleteCategory(parts: Needs, tx: Tx, actor: Actor, id: string, expected: string[] | undefined) {
  const row = await getRow(tx, id)
  assertUnchanged(row, expected)
  const held = await tx.select({ id: services.id }).from(services).where(eq(services.categoryId, id)).limit(1).get()
  if (held) throw new AppError('INVALID_STATE', 'Services stand in this category: move or delete them, or retire it')
  await forgetOldSlugs(tx, 'category', id)
  await tx.delete(categories).where(eq(categories.id, id)).run()
  await dropUnusedIcon(tx, row.iconHash)
  const { slug, name, description, translations } = row
  await recordChange(parts, tx, actor, {
    kind: 'category',
    id,
    verb: 'delete',
    before: { slug, name, description, translations },
  })
}

async function getRow(tx: Tx, id: string): Promise<Category> {
  const row = await tx.select().from(categories).where(eq(categories.id, id)).get()
  if (!row) throw notFound('Category')
  return row
}

async function assertSellsNothing(tx: Tx, id: string): Promise<void> {
  const sold = await tx
    .select({ slug: services.slug })
    .from(services)
    .where(and(eq(services.categoryId, id), eq(services.status, 'ACTIVE')))
    .limit(20)
    .all()
  if (sold.length === 0) return
  const slugs = sold.map(({ slug }) => slug)
  throw new AppError('INVALID_STATE', 'Services of this category are for sale: move or retire them first', {
    services: slugs,
  })
}

function viewOf({ category, active, all }: { category: Category; active: number; all: number }) {
  const { createdAt, updatedAt, iconHash: _, ...rest } = category
  return {
    ...rest,
    iconUrl: iconUrlOfCategory(category),
    activeServices: active,
    services: all,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}
