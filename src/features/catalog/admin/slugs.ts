import { and, eq, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../../db'
import { AppError } from '../../../lib/errors'
import { categories, oldSlugs, services } from '../tables'

type Kind = 'category' | 'service'
const tables = { category: categories, service: services }

/** @throws AppError CONFLICT if something else has that slug, or had it and is still found by it */
export async function assertFree(tx: Tx, kind: Kind, slug: string, ownId?: string): Promise<void> {
  const table = tables[kind]
  const holder = await tx.select({ id: table.id }).from(table).where(eq(table.slug, slug)).get()
  if (holder && holder.id !== ownId) throw new AppError('CONFLICT', 'This slug is taken', { slug, by: holder.id })
  const former = await tx.select().from(oldSlugs).where(oldSlug(kind, slug)).get()
  if (former && former.targetId !== ownId) {
    throw new AppError('CONFLICT', 'This slug leads to what had it before', { slug, by: former.targetId })
  }
}

/** Whoever comes by the slug that it had is shown the way from now on. */
export async function keepOldSlug(tx: Tx, kind: Kind, row: { id: string; slug: string }, next: string, at: Date) {
  await tx.delete(oldSlugs).where(oldSlug(kind, next)).run()
  await tx.insert(oldSlugs).values({ kind, slug: row.slug, targetId: row.id, createdAt: at }).run()
}

export const forgetOldSlugs = (tx: Tx, kind: Kind, id: string) =>
  tx
    .delete(oldSlugs)
    .where(and(eq(oldSlugs.kind, kind), eq(oldSlugs.targetId, id)))
    .run()

const oldSlug = (kind: Kind, slug: string) => and(eq(oldSlugs.kind, kind), eq(oldSlugs.slug, slug))

const nextOf = {
  category: prepared((db) =>
    db
      .select({ slug: categories.slug })
      .from(oldSlugs)
      .innerJoin(categories, eq(categories.id, oldSlugs.targetId))
      .where(
        and(eq(oldSlugs.kind, 'category'), eq(oldSlugs.slug, sql.placeholder('slug')), eq(categories.status, 'ACTIVE')),
      )
      .prepare(),
  ),
  service: prepared((db) =>
    db
      .select({ slug: services.slug })
      .from(oldSlugs)
      .innerJoin(services, eq(services.id, oldSlugs.targetId))
      .where(
        and(eq(oldSlugs.kind, 'service'), eq(oldSlugs.slug, sql.placeholder('slug')), eq(services.status, 'ACTIVE')),
      )
      .prepare(),
  ),
}

/** What is found by now by a slug that it had before, if it is for sale. */
export const newSlugOf = async (on: Drizzle, kind: Kind, slug: string): Promise<string | undefined> =>
  (await nextOf[kind](on).get({ slug }))?.slug
