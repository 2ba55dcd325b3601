import { and, desc, eq, sql } from 'drizzle-orm'
import { type Drizzle, defineList, type Tx, up } from '../../../db'
import type { Page } from '../../../http/schema'
import { notFound } from '../../../lib/errors'
import { services } from '../../catalog/tables'
import { instances } from '../../instances/tables'
import { type AppTemplate, type AppTemplateVersion, appTemplates, appTemplateVersions } from '../tables'

const { name } = appTemplates

// Names in full: within a subquery a bare `name` would be its own table's.
const shown = {
  template: appTemplates,
  newestVersion: sql<number>`(select max(v.version) from ${appTemplateVersions} v where v.name = app_templates.name)`,
  services: sql<number>`(select count(*) from ${services} s where s.template_name = app_templates.name)`,
  // The last words are the index's own.
  apps: sql<number>`(select count(*) from ${instances} i where i.template_name = app_templates.name and i.status <> 'TERMINATED')`,
}

const everything = defineList({
  table: appTemplates,
  rows: (db) => db.select(shown).from(appTemplates),
  conditions: {
    origin: (value) => eq(appTemplates.origin, value),
    status: (value) => eq(appTemplates.status, value),
  },
  sorts: { title: { by: [sql`${appTemplates.title}`, sql`${name}`] }, name: up(name) },
})

type Filter = Parameters<typeof everything>[1]

export async function listAllTemplates(on: Drizzle, filter: Filter, page: Page) {
  const { rows, total } = await everything(on, filter, page)
  return { rows: rows.map(viewOf), total }
}

/** @throws AppError NOT_FOUND */
export async function getAnyTemplate(on: Drizzle | Tx, templateName: string) {
  const found = await on.select(shown).from(appTemplates).where(eq(name, templateName)).get()
  if (!found) throw notFound('Template')
  return viewOf(found)
}

/** @throws AppError NOT_FOUND */
export async function getRow(tx: Tx, templateName: string): Promise<AppTemplate> {
  const row = await tx.select().from(appTemplates).where(eq(name, templateName)).get()
  if (!row) throw notFound('Template')
  return row
}

const { version, status, hash, note, createdBy, createdAt, publishedAt } = appTemplateVersions
const columns = { name: appTemplateVersions.name, version, status, hash, note, createdBy, createdAt, publishedAt }
const isCurrent = sql<number>`${appTemplateVersions.version} = coalesce((select t.current_version from ${appTemplates} t where t.name = app_template_versions.name), 0)`

const versionsOf = defineList({
  table: appTemplateVersions,
  rows: (db) => db.select({ ...columns, isCurrent }).from(appTemplateVersions),
  always: { name: (value) => eq(appTemplateVersions.name, value) },
  conditions: { status: (value) => eq(appTemplateVersions.status, value) },
  sorts: { newest: { by: [desc(appTemplateVersions.version)] } },
})

/** @throws AppError NOT_FOUND for a template that is not there */
export async function listVersions(on: Drizzle, templateName: string, filter: { status?: string }, page: Page) {
  const { rows, total } = await versionsOf(on, { ...filter, name: templateName }, page)
  if (rows.length === 0) await getAnyTemplate(on, templateName)
  return { rows: rows.map(versionViewOf), total }
}

/** @throws AppError NOT_FOUND */
export async function getVersion(on: Drizzle | Tx, templateName: string, version: number): Promise<AppTemplateVersion> {
  const row = await on
    .select()
    .from(appTemplateVersions)
    .where(and(eq(appTemplateVersions.name, templateName), eq(appTemplateVersions.version, version)))
    .get()
  if (!row) throw notFound('Template version')
  return row
}

/** With all that it says. @throws AppError NOT_FOUND */
export async function getWholeVersion(on: Drizzle | Tx, templateName: string, version: number) {
  const { body, used: _, ...row } = await getVersion(on, templateName, version)
  const { currentVersion } = await getAnyTemplate(on, templateName)
  return {
    ...versionViewOf({ ...row, isCurrent: Number(currentVersion === version) }),
    template: body as Record<string, unknown>,
  }
}

interface Row {
  template: AppTemplate
  newestVersion: number
  services: number
  apps: number
}

function viewOf({ template: { createdAt, updatedAt, ...own }, ...counts }: Row) {
  return { ...own, ...counts, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() }
}

type VersionRow = Omit<AppTemplateVersion, 'body' | 'used'> & { isCurrent: number }

const versionViewOf = ({ createdAt, publishedAt, isCurrent, ...row }: VersionRow) => ({
  ...row,
  isCurrent: isCurrent === 1,
  createdAt: createdAt.toISOString(),
  publishedAt: publishedAt?.toISOString() ?? null,
})
