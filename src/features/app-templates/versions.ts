import { and, eq, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import { setBounded } from '../../lib/bounded-map'
import { AppError } from '../../lib/errors'
import type { Template } from '../../templates'
import { appTemplates, appTemplateVersions } from './tables'

/** Kept in memory of each connection: more than a shop has in use. */
const mostKept = 100

/** A version that an app may be made of, or is. */
export interface Published {
  template: Template
  version: number
  note: string | null
}

const publishedVersion = prepared((db) =>
  db
    .select({
      template: appTemplateVersions.body,
      version: appTemplateVersions.version,
      note: appTemplateVersions.note,
    })
    .from(appTemplateVersions)
    .where(
      and(
        eq(appTemplateVersions.name, sql.placeholder('name')),
        eq(appTemplateVersions.version, sql.placeholder('version')),
        eq(appTemplateVersions.status, 'PUBLISHED'),
      ),
    )
    .prepare(),
)

const current = prepared((db) =>
  db
    .select({ version: appTemplates.currentVersion, status: appTemplates.status })
    .from(appTemplates)
    .where(eq(appTemplates.name, sql.placeholder('name')))
    .prepare(),
)

/** What was read once, by connection: a published version never changes, and its number is never given again. */
const kept = new WeakMap<object, Map<string, Published>>()

/** A published version, mostly from memory. */
export async function findVersion(on: Drizzle | Tx, name: string, version: number): Promise<Published | undefined> {
  const shelf = shelfOf(on)
  const key = `${name} ${version}`
  const known = shelf.get(key)
  if (known) return known
  const found = await publishedVersion(on).get({ name, version })
  if (!found) return undefined
  // What a transaction reads may be its own, and taken back.
  if ('afterCommit' in on) on.afterCommit(() => keep(shelf, key, found))
  else keep(shelf, key, found)
  return found
}

/** The template that an app was made of. */
export const findTemplateOf = async (
  on: Drizzle | Tx,
  { templateName, templateVersion }: { templateName: string; templateVersion: number },
): Promise<Template | undefined> => (await findVersion(on, templateName, templateVersion))?.template

/** @throws AppError INVALID_PLAN for a version that is not there */
export async function getTemplate(on: Drizzle | Tx, name: string, version: number | null): Promise<Template> {
  const found = version === null ? undefined : await findVersion(on, name, version)
  if (!found) throw new AppError('INVALID_PLAN', `No app template named ${name} is installed`)
  return found.template
}

/** Which version of a template new apps are made of, and whether services may be; undefined where none is published. */
export async function findCurrent(
  on: Drizzle | Tx,
  name: string,
): Promise<(Published & { status: 'ACTIVE' | 'RETIRED' }) | undefined> {
  const row = await current(on).get({ name })
  if (row?.version == null) return undefined
  const found = await findVersion(on, name, row.version)
  return found && { ...found, status: row.status }
}

export const findCurrentVersion = async (on: Drizzle | Tx, name: string): Promise<number | null> =>
  (await current(on).get({ name }))?.version ?? null

function shelfOf(on: Drizzle | Tx): Map<string, Published> {
  const home = homeOf(on)
  const shelf = kept.get(home) ?? new Map<string, Published>()
  kept.set(home, shelf)
  return shelf
}

/** The connection that a transaction runs on, which outlives it. */
const homeOf = (on: Drizzle | Tx): object => (on as { scope?: { home: object } }).scope?.home ?? on

/** The one that was kept for longest goes. */
function keep(shelf: Map<string, Published>, key: string, found: Published): void {
  setBounded(shelf, mostKept, key, found)
}
