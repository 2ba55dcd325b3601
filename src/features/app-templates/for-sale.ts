import { and, asc, eq, isNotNull } from 'drizzle-orm'
import { type Drizzle, prepared } from '../../db'
import { notFound } from '../../lib/errors'
import type { Template } from '../../templates'
import { appTemplates } from './tables'
import { findCurrent, findVersion } from './versions'

/** As many templates as there may be: a list of them is short, and one answer. */
export const mostTemplates = 200

const sold = prepared((db) =>
  db
    .select({ name: appTemplates.name, version: appTemplates.currentVersion })
    .from(appTemplates)
    .where(and(eq(appTemplates.status, 'ACTIVE'), isNotNull(appTemplates.currentVersion)))
    .orderBy(asc(appTemplates.title), asc(appTemplates.name))
    .limit(mostTemplates)
    .prepare(),
)

/** The current version of every template that services may be made of, by title. */
export async function listSoldTemplates(on: Drizzle) {
  const rows = await sold(on).all()
  const found = await Promise.all(rows.map(({ name, version }) => findVersion(on, name, version!)))
  return found.filter((published) => published !== undefined).map(viewOf)
}

/** @throws AppError NOT_FOUND */
export async function getSoldTemplate(on: Drizzle, name: string) {
  const current = await findCurrent(on, name)
  if (current?.status !== 'ACTIVE') throw notFound('Template')
  return viewOf(current)
}

const viewOf = ({ version, template }: { version: number; template: Template }) => ({
  name: template.name,
  version,
  title: template.title,
  description: template.description,
  firstSteps: template.firstSteps,
  homepage: template.homepage,
  type: template.type,
  licence: template.licence,
  containers: template.containers.map(({ name, image }) => ({ name, image: typeof image === 'string' ? image : null })),
  inputs: template.inputs,
  minimum: template.minimum,
})
