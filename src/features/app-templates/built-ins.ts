import { eq, inArray, sql } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Parts } from '../../parts'
import { type Template, templates } from '../../templates'
import { hashOf } from './hash'
import { appTemplateNumbers, appTemplates, appTemplateVersions } from './tables'

/**
 * Brings the program's own templates into the database: one that no version says becomes the next, for sale at once. A program
 * older than the database changes nothing, and a name that an operator took first stays theirs. Idempotent.
 */
export async function installBuiltIns(
  { clock }: Pick<Parts, 'clock'>,
  tx: Tx,
  builtIns: readonly Template[] = templates,
): Promise<void> {
  const known = await readKnown(
    tx,
    builtIns.map(({ name }) => name),
  )
  const newer = builtIns
    .map((template) => ({ template, hash: hashOf(template) }))
    .filter(({ template: { name }, hash }) => !isKnown(known.get(name), hash))
  if (newer.length > 0) await publish(tx, newer, known, clock.now())
}

interface Newer {
  template: Template
  hash: string
}

interface Known {
  origin: 'built-in' | 'operator'
  hashes: Set<string>
}

const isKnown = (known: Known | undefined, hash: string): boolean =>
  known !== undefined && (known.origin === 'operator' || known.hashes.has(hash))

async function readKnown(tx: Tx, names: string[]): Promise<Map<string, Known>> {
  const rows = await tx
    .select({ name: appTemplates.name, origin: appTemplates.origin, hash: appTemplateVersions.hash })
    .from(appTemplates)
    .leftJoin(appTemplateVersions, eq(appTemplateVersions.name, appTemplates.name))
    .where(inArray(appTemplates.name, names))
    .all()
  const known = new Map<string, Known>()
  for (const { name, origin, hash } of rows) {
    const entry = known.get(name) ?? { origin, hashes: new Set() }
    if (hash !== null) entry.hashes.add(hash)
    known.set(name, entry)
  }
  return known
}

/** All at once: the first start brings all of them. */
async function publish(tx: Tx, newer: Newer[], known: Map<string, Known>, at: Date): Promise<void> {
  const names = newer.map(({ template }) => template.name)
  const first = newer.filter(({ template: { name } }) => !known.has(name))
  const stamps = { createdAt: at, updatedAt: at }
  if (first.length > 0) {
    const rows = first.map(({ template: { name, title } }) => ({ name, title, origin: 'built-in' as const, ...stamps }))
    await tx.insert(appTemplates).values(rows).run()
  }
  const last = await lastNumbers(tx, names)
  const versions = newer.map(({ template, hash }) => {
    const { name } = template
    const version = (last.get(name) ?? 0) + 1
    // Used: apps of the releases before this table name the first version of the program's own.
    const fixed = { status: 'PUBLISHED' as const, used: true, createdAt: at, publishedAt: at }
    return { name, version, body: template, hash, ...fixed }
  })
  await tx.insert(appTemplateVersions).values(versions).run()
  // The name in full: within a subquery a bare `name` would be its own table's.
  const newest = sql`(select last from ${appTemplateNumbers} n where n.name = app_templates.name)`
  await tx
    .update(appTemplates)
    .set({ currentVersion: newest, version: sql`${appTemplates.version} + 1`, updatedAt: at })
    .where(inArray(appTemplates.name, names))
    .run()
  for (const { name, title } of newer.map(({ template }) => template).filter(({ name }) => known.has(name)))
    await tx.update(appTemplates).set({ title }).where(eq(appTemplates.name, name)).run()
}

/** Counted by a trigger; no number is given twice. */
export async function lastNumbers(tx: Tx, names: string[]): Promise<Map<string, number>> {
  const rows = await tx.select().from(appTemplateNumbers).where(inArray(appTemplateNumbers.name, names)).all()
  return new Map(rows.map(({ name, last }) => [name, last]))
}
