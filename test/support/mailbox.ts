import { and, desc, eq, sql } from 'drizzle-orm'
import type { TemplateName } from '../../src/features/mails'
import { mails } from '../../src/features/mails/tables'
import { type TestSystem, until } from './system'

export type Mail = typeof mails.$inferSelect

/** Every mail to an address, or those of one sort, newest first. */
export const mailsTo = ({ parts }: TestSystem, recipient: string, template?: TemplateName): Promise<Mail[]> =>
  parts.db.read
    .select()
    .from(mails)
    .where(and(eq(mails.recipient, recipient), template && eq(mails.template, template)))
    // Ids of one moment of a standing clock are in no order.
    .orderBy(desc(sql`rowid`))
    .all()

/** Waits for the mail that makes `count` of its sort to this address; a system without a provider keeps it. */
export async function mailTo(system: TestSystem, recipient: string, template: TemplateName, count = 1): Promise<Mail> {
  const [newest] = await until(
    `mail ${count} ${template} to ${recipient}`,
    () => mailsTo(system, recipient, template),
    (found) => found.length === count && found.every(({ status }) => status === 'KEPT'),
  )
  return newest!
}

/** What stands in the link of a kept mail, as an administrator who hands it on would read it; undefined where it is hidden. */
export async function tokenIn(system: TestSystem, { id }: Mail): Promise<string | undefined> {
  const { body } = await (await system.admin()).get(`/admin/mails/${id}`)
  return /\?token=([\w-]+)$/m.exec(body.data.text)?.[1]
}

export async function tokenTo(...mail: Parameters<typeof mailTo>): Promise<string> {
  const token = await tokenIn(mail[0], await mailTo(...mail))
  if (!token) throw new Error('the mail has no link')
  return token
}
