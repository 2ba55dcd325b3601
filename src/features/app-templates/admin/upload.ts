import { and, count, eq } from 'drizzle-orm'
import type { Tx } from '../../../db'
import type { Actor } from '../../../http/access'
import { assertUnchanged } from '../../../http/precondition'
import { AppError } from '../../../lib/errors'
import type { Parts } from '../../../parts'
import type { Template } from '../../../templates'
import { recordAct } from '../../audit'
import { lastNumbers } from '../built-ins'
import { mostTemplates } from '../for-sale'
import { hashOf } from '../hash'
import { type AppTemplate, appTemplates, appTemplateVersions } from '../tables'
import { getWholeVersion } from './read'

interface Uploaded {
  template: Template
  note?: string
  /** The tags that If-Match named, asked for only where there is a template of this name. */
  expected: () => string[] | undefined
  /** What If-Match named at all. */
  named: string | undefined
}

/**
 * Writes a template down as a draft: a new one, or the next version of an operator's own. It must have been checked.
 * @throws AppError CONFLICT for a name of the program's own or a content that is a version already, PRECONDITION_REQUIRED,
 * PRECONDITION_FAILED, INVALID_STATE where there are as many templates as may be
 */
export async function uploadTemplate(
  parts: Pick<Parts, 'clock'>,
  tx: Tx,
  actor: Actor | undefined,
  { template, note, expected, named }: Uploaded,
) {
  const { name, title } = template
  const at = parts.clock.now()
  const hash = hashOf(template)
  const known = await tx.select().from(appTemplates).where(eq(appTemplates.name, name)).get()
  if (known) await assertNext(tx, known, hash, expected())
  else {
    assertNoneNamed(named)
    await assertRoom(tx)
  }
  if (!known)
    await tx.insert(appTemplates).values({ name, title, origin: 'operator', createdAt: at, updatedAt: at }).run()
  const version = ((await lastNumbers(tx, [name])).get(name) ?? 0) + 1
  await tx
    .insert(appTemplateVersions)
    .values({ name, version, status: 'DRAFT', body: template, hash, note, createdBy: actor?.userId, createdAt: at })
    .run()
  if (known) await touch(tx, known, { updatedAt: at, ...(known.currentVersion === null && { title }) })
  await recordAct(tx, {
    actor,
    action: known ? 'template.add-version' : 'template.create',
    target: { kind: 'template', id: name },
    after: { version, hash, note: note ?? null },
    at,
  })
  return getWholeVersion(tx, name, version)
}

/** Writes a change of the template's own row down, which counts as one. */
export const touch = (tx: Tx, row: AppTemplate, change: Partial<AppTemplate>) =>
  tx
    .update(appTemplates)
    .set({ ...change, version: row.version + 1 })
    .where(eq(appTemplates.name, row.name))
    .run()

/** A version of what is not there was never read. @throws AppError PRECONDITION_FAILED */
function assertNoneNamed(named: string | undefined): void {
  if (named === undefined || named === '*') return
  throw new AppError('PRECONDITION_FAILED', 'There is no template of this name: leave If-Match out to make it')
}

async function assertNext(tx: Tx, known: AppTemplate, hash: string, expected: string[] | undefined): Promise<void> {
  if (known.origin === 'built-in')
    throw new AppError('CONFLICT', 'The program itself has a template of this name: take another')
  assertUnchanged(known, expected)
  const same = await tx
    .select({ version: appTemplateVersions.version })
    .from(appTemplateVersions)
    .where(and(eq(appTemplateVersions.name, known.name), eq(appTemplateVersions.hash, hash)))
    .get()
  if (same) throw new AppError('CONFLICT', 'A version of this template says the same already', same)
}

async function assertRoom(tx: Tx): Promise<void> {
  const made = await tx.select({ count: count() }).from(appTemplates).get()
  if ((made?.count ?? 0) >= mostTemplates)
    throw new AppError('INVALID_STATE', 'There are as many templates as there may be: delete one that is not used')
}
