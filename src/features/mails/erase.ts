import { and, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../db'
import { jobs } from '../../queue'
import { users } from '../accounts/tables'
import { allDeliverKinds } from './job'
import type { TemplateName } from './mail-data'
import { mailSuppressions, mails } from './tables'

/** The last mail of an account: with it goes the last that knows the address. */
const closingNotice: TemplateName = 'account-closed'

/**
 * Takes a person's mails out of the outbox, the unsent ones too, with their jobs, as an error of one may name the address, and what is
 * known of the address itself. Idempotent.
 */
export async function eraseMails(tx: Tx, userId: string): Promise<void> {
  // Keys of a mail's jobs are its id and `<id>:<round>`; one that runs finds nothing to send or has sent it.
  await tx.run(sql`delete from ${jobs} where id in (
    select job.id from ${mails} join ${jobs} as job
      on job.kind in ${allDeliverKinds} and job.key >= mails.id and job.key < mails.id || ';'
    where mails.user_id = ${userId} and job.status <> 'RUNNING')`)
  await tx.delete(mails).where(eq(mails.userId, userId)).run()
  await tx.delete(mailSuppressions).where(eq(mailSuppressions.userId, userId)).run()
  const address = tx.select({ email: users.email }).from(users).where(eq(users.id, userId))
  await tx.delete(mailSuppressions).where(eq(mailSuppressions.address, address)).run()
}

/** A closing notice that a provider has taken needs no address any more; every other mail stays. */
export async function eraseIfClosingNotice(tx: Tx, id: string): Promise<void> {
  await tx
    .delete(mails)
    .where(and(eq(mails.id, id), eq(mails.template, closingNotice)))
    .run()
}
