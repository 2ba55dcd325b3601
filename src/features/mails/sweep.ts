import { and, eq, inArray, lt, sql } from 'drizzle-orm'
import type { Tx } from '../../db'
import { hour, minute } from '../../lib/clock'
import type { Parts } from '../../parts'
import { jobs } from '../../queue'
import { allDeliverKinds, deliverKindOf } from './job'
import { mails } from './tables'

/** A mail younger than this is still on its first way. */
const firstTryMs = 10 * minute
const mailsAtOnce = 100

type Needs = Pick<Parts, 'db' | 'clock' | 'queue'>

/**
 * Finds mails that wait although nobody will send them any more: their job died under them (a deadline, a lost worker), or
 * is gone. The first fail for an administrator to see, the others get a new job.
 */
export async function sweepOutbox(parts: Needs): Promise<void> {
  const before = new Date(parts.clock.now().getTime() - firstTryMs)
  if ((await findStranded(parts.db.read, before)).length === 0) return
  await parts.db.write(async (tx) => {
    for (const mail of await findStranded(tx, before)) await rescue(parts, tx, mail)
  })
}

const jobOfMail = and(inArray(jobs.kind, allDeliverKinds), eq(jobs.key, mails.id))
const laterJob = sql`exists (select 1 from ${jobs} as later where later.kind in ${allDeliverKinds}
  and later.key > ${mails.id} || ':' and later.key < ${mails.id} || ';' and later.status in ('QUEUED', 'RUNNING'))`

function findStranded(on: Pick<Tx, 'select'>, before: Date) {
  return on
    .select({
      id: mails.id,
      userId: mails.userId,
      template: mails.template,
      jobStatus: jobs.status,
      lastError: jobs.lastError,
    })
    .from(mails)
    .leftJoin(jobs, jobOfMail)
    .where(
      and(
        eq(mails.status, 'QUEUED'),
        lt(mails.createdAt, before),
        sql`(${jobs.status} is null or ${jobs.status} in ('DONE', 'DEAD', 'CANCELLED'))`,
        sql`not ${laterJob}`,
      ),
    )
    .limit(mailsAtOnce)
    .all()
}

type Stranded = Awaited<ReturnType<typeof findStranded>>[number]

async function rescue(
  { clock, queue }: Needs,
  tx: Tx,
  { id, userId, template, jobStatus, lastError }: Stranded,
): Promise<void> {
  if (jobStatus === 'DEAD' || jobStatus === 'CANCELLED') {
    await tx.update(mails).set({ status: 'FAILED', error: lastError }).where(eq(mails.id, id)).run()
    return
  }
  // A key of its own, the same for an hour: the old one may still stand there under a job that is done.
  const round = Math.floor(clock.now().getTime() / hour)
  await queue.enqueue(tx, {
    kind: deliverKindOf(template),
    key: `${id}:${round}`,
    payload: { mailId: id },
    owner: userId ?? undefined,
  })
}
