import { and, eq, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../../db'
import { AppError } from '../../../lib/errors'
import { categories, oldSlugs, services } from '../tables'

type Kind = 'category' | 'service'

const holderOf = {
  category: prepared((db) =>
    db
      .select({ id: categories.id })
      .from(categories)
      .where(eq(categories.slug, sql.placeholder('slug')))
      .prepare(),
  ),
  service: prepared((db) =>
    db
      .select({ id: services.id })
      .from(services)
      .where(eq(services.slug, sql.placeholder('slug')))
      .prepare(),
  ),
}

const forgetSlug = prepared((db) =>
  db
    .delete(oldSlugs)
    .where(and(eq(oldSlugs.kind, sql.placeholder('kind')), eq(oldSlugs.slug, sql.placeholder('slug'))))
    .prepare(),
)

/** A slug that something else had before is free: whoever takes it ends that way to the other. @throws AppError CONFLICT if something else has it now */
export async function takeSlug(tx: Tx, kind: Kind, slug: string, ownId?: string): Promise<void> {
  const holder = await holderOf[kind](tx).get({ slug })
  if (holder && holder.id !== ownId) throw new AppError('CONFLICT', 'This slug is taken', { slug, by: holder.id })
  await forgetSlug(tx).run({ kind, slug })
}

/** Whoever comes by the slug that it had is shown the way from now on. */
export const keepOldSlug = (tx: Tx, kind: Kind, { id, slug }: { id: string; slug: string }, at: Date) =>
  tx.insert(oldSlugs).values({ kind, slug, targetId: id, createdAt: at }).run()

export const forgetOldSlugs = (tx: Tx, kind: Kind, id: string) =>
  tx
    .delete(oldSlugs)
    .where(and(eq(oldSlugs.kind, kind), eq(oldSlugs.targetId, id)))
    .run()

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
