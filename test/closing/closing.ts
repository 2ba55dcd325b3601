import { and, eq, sql } from 'drizzle-orm'
import { auditEntries } from '../../src/features/audit/tables'
import { instances } from '../../src/features/instances/tables'
import { jobs } from '../../src/queue'
import { type Answer, type TestCustomer, type TestSystem, until } from '../support/system'

export const close = (person: TestCustomer, more: object = {}): Promise<Answer> =>
  person.delete('/auth/me', { password: person.password, ...more })

export const actsOn = ({ parts }: TestSystem, id: string, action: string) =>
  parts.db.read
    .select()
    .from(auditEntries)
    .where(and(eq(auditEntries.targetId, id), eq(auditEntries.action, action)))
    .all()

/** What a job is run with. */
export const context = { signal: new AbortController().signal, attempt: 1, jobId: 'x' }

/** The tables of the whole database, the audit log and the books among them, in which a text still stands. */
export async function traces({ parts }: TestSystem, text: string): Promise<string[]> {
  const { read } = parts.db
  const tables = await read.all<{ name: string }>(
    sql`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'`,
  )
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await read.all(sql`select * from ${sql.identifier(name)}`)
    const told = JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value))
    if (told.includes(text)) found.push(name)
  }
  return found
}

/** Waits until nothing of a closing is left to its job. */
export const finished = ({ parts }: TestSystem, id: string) =>
  until(
    'the end of the closing',
    () =>
      parts.db.read
        .select()
        .from(jobs)
        .where(and(eq(jobs.kind, 'account.finish-closing'), eq(jobs.key, id)))
        .all(),
    ([job]) => job?.status === 'DONE',
  )

export const appsGone = ({ parts }: TestSystem, id: string) =>
  until(
    'the end of the apps',
    () => parts.db.read.select().from(instances).where(eq(instances.userId, id)).all(),
    (all) => all.every(({ status }) => status === 'TERMINATED'),
  )
