import { and, eq, isNull } from 'drizzle-orm'
import type { Tx } from '../../../db'
import type { Actor } from '../../../http/access'
import { assertUnchanged } from '../../../http/precondition'
import { AppError } from '../../../lib/errors'
import type { Parts } from '../../../parts'
import { recordAct } from '../../audit'
import { services } from '../../catalog/tables'
import { appTemplates, appTemplateVersions, type TemplateStatus, templateTrials } from '../tables'
import { getAnyTemplate, getRow, getVersion } from './read'
import { touch } from './upload'

type Needs = Pick<Parts, 'clock'>
type Expected = string[] | undefined

/** Retires a template, so that no further service has it, or brings it back. Services that have it go on. @throws AppError NOT_FOUND, PRECONDITION_FAILED */
export async function changeTemplate(
  parts: Needs,
  tx: Tx,
  actor: Actor | undefined,
  templateName: string,
  { expected, status }: { expected: Expected; status: TemplateStatus },
) {
  const row = await getRow(tx, templateName)
  assertUnchanged(row, expected)
  if (row.status === status) return getAnyTemplate(tx, templateName)
  const at = parts.clock.now()
  await touch(tx, row, { status, updatedAt: at })
  await recordAct(tx, {
    actor,
    action: 'template.update',
    target: { kind: 'template', id: templateName },
    before: { status: row.status },
    after: { status },
    at,
  })
  return getAnyTemplate(tx, templateName)
}

/** @throws AppError NOT_FOUND, PRECONDITION_FAILED, INVALID_STATE for one that was ever used, or is the program's own */
export async function deleteTemplate(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  templateName: string,
  expected: Expected,
): Promise<void> {
  const row = await getRow(tx, templateName)
  assertUnchanged(row, expected)
  if (row.origin === 'built-in')
    throw new AppError('INVALID_STATE', 'The program brings this template itself: retire it')
  const of = eq(appTemplateVersions.name, templateName)
  const used = await tx
    .select()
    .from(appTemplateVersions)
    .where(and(of, eq(appTemplateVersions.used, true)))
    .get()
  if (used) throw new AppError('INVALID_STATE', 'Apps were made of this template: retire it, its history stays')
  const having = await tx.select().from(services).where(eq(services.templateName, templateName)).get()
  if (having) throw new AppError('INVALID_STATE', 'Services are made of this template: delete them first, or retire it')
  await forgetTrials(tx, templateName)
  await tx.update(appTemplates).set({ currentVersion: null }).where(eq(appTemplates.name, templateName)).run()
  await tx.delete(appTemplateVersions).where(of).run()
  await tx.delete(appTemplates).where(eq(appTemplates.name, templateName)).run()
  const { title, currentVersion } = row
  const target = { kind: 'template', id: templateName } as const
  const before = { title, currentVersion }
  await recordAct(tx, { actor, action: 'template.delete', target, before, at: parts.clock.now() })
}

/** @throws AppError NOT_FOUND, PRECONDITION_FAILED, INVALID_STATE for one that is published */
export async function deleteDraft(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  { templateName, version }: { templateName: string; version: number },
  expected: Expected,
): Promise<void> {
  const row = await getRow(tx, templateName)
  assertUnchanged(row, expected)
  const { status, hash } = await getVersion(tx, templateName, version)
  if (status === 'PUBLISHED') throw new AppError('INVALID_STATE', 'A published version stays')
  await forgetTrials(tx, templateName, version)
  await tx
    .delete(appTemplateVersions)
    .where(and(eq(appTemplateVersions.name, templateName), eq(appTemplateVersions.version, version)))
    .run()
  const at = parts.clock.now()
  await touch(tx, row, { updatedAt: at })
  const target = { kind: 'template', id: templateName } as const
  await recordAct(tx, { actor, action: 'template.delete-version', target, before: { version, hash }, at })
}

/** What was seen of what goes, goes too; what is being tried has to have ended. @throws AppError INVALID_STATE */
async function forgetTrials(tx: Tx, templateName: string, version?: number): Promise<void> {
  const { templateVersion, removedAt, name, id } = templateTrials
  const of = and(eq(name, templateName), version === undefined ? undefined : eq(templateVersion, version))
  const standing = await tx
    .select({ id })
    .from(templateTrials)
    .where(and(of, isNull(removedAt)))
    .get()
  if (standing)
    throw new AppError('INVALID_STATE', 'It is being tried: wait until that has ended', { trialId: standing.id })
  await tx.delete(templateTrials).where(of).run()
}
