import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../../db'
import type { Actor } from '../../../http/access'
import { assertUnchanged } from '../../../http/precondition'
import { AppError } from '../../../lib/errors'
import type { Parts } from '../../../parts'
import { findShortfalls, type Template } from '../../../templates'
import { recordAct } from '../../audit'
import { plans, services } from '../../catalog/tables'
import { assertLicence } from '../licence'
import { appTemplateVersions } from '../tables'
import { assertCompatible } from './compatible'
import { getRow, getVersion, getWholeVersion } from './read'
import { touch } from './upload'

/**
 * Makes a version the one that new apps are made of; apps of older ones are offered it.
 * @throws AppError NOT_FOUND, PRECONDITION_FAILED, INVALID_STATE for one that is older than what is sold, plans that are too small or
 * a licence that nobody has confirmed, VALIDATION_ERROR where apps could not be updated to it
 */
export async function publishVersion(
  parts: Pick<Parts, 'clock'>,
  tx: Tx,
  actor: Actor | undefined,
  { templateName, version }: { templateName: string; version: number },
  { expected, confirmLicence }: { expected: string[] | undefined; confirmLicence?: boolean },
) {
  const row = await getRow(tx, templateName)
  assertUnchanged(row, expected)
  const { status, body: template } = await getVersion(tx, templateName, version)
  if (status === 'PUBLISHED') throw new AppError('INVALID_STATE', 'This version is published already')
  if (row.currentVersion !== null) {
    if (version < row.currentVersion)
      throw new AppError('INVALID_STATE', 'A newer version is sold: upload this one again to make it the newest')
    const { body: sold } = await getVersion(tx, templateName, row.currentVersion)
    assertCompatible(sold, template)
    await assertPlansCarry(tx, templateName, template)
    await assertStillSellable(tx, sold, template, confirmLicence)
  }
  const at = parts.clock.now()
  await tx
    .update(appTemplateVersions)
    .set({ status: 'PUBLISHED', publishedAt: at })
    .where(and(eq(appTemplateVersions.name, templateName), eq(appTemplateVersions.version, version)))
    .run()
  await touch(tx, row, { currentVersion: version, title: template.title, updatedAt: at })
  await recordAct(tx, {
    actor,
    action: 'template.publish',
    target: { kind: 'template', id: templateName },
    before: { currentVersion: row.currentVersion },
    after: { currentVersion: version, ...(confirmLicence !== undefined && { confirmLicence }) },
    at,
  })
  return getWholeVersion(tx, templateName, version)
}

async function assertPlansCarry(tx: Tx, templateName: string, template: Template): Promise<void> {
  const offered = await tx
    .select({ plan: plans })
    .from(plans)
    .innerJoin(services, eq(services.id, plans.serviceId))
    .where(and(eq(services.templateName, templateName), eq(plans.status, 'ACTIVE')))
    .all()
  const small = offered.find(({ plan }) => findShortfalls(template, plan).length > 0)
  if (!small) return
  const { minimum } = template
  throw new AppError('INVALID_STATE', 'A plan is smaller than the template needs', { planId: small.plan.id, minimum })
}

/** Where services are sold of it already: what was agreed on goes on to hold for the same licence. */
async function assertStillSellable(tx: Tx, sold: Template, template: Template, confirmed: boolean | undefined) {
  const { name, licence } = template
  if (licence.resale === 'free' || confirmed) return
  if (sold.licence.resale === 'needs-agreement' && sold.licence.spdx === licence.spdx) return
  const selling = await tx
    .select({ id: services.id })
    .from(services)
    .where(and(eq(services.templateName, name), eq(services.status, 'ACTIVE')))
    .get()
  if (selling) assertLicence(template, confirmed)
}
