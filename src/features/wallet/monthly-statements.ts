import { and, gt, sql } from 'drizzle-orm'
import { type Drizzle, notByIndex, prepared } from '../../db'
import { monthBefore } from '../../lib/calendar'
import type { Parts } from '../../parts'
import { type JobContext, sweep } from '../../queue'
import { users } from '../accounts/tables'
import { enqueueMail } from '../mails'
import { monthOfWallet } from './month-of-wallet'

const peopleAtOnce = 50

type Needs = Pick<Parts, 'db' | 'clock' | 'config' | 'queue' | 'log'>

/**
 * Writes the statement of the month that is over to everybody who wants it, each once: a run that is cut off, or made again,
 * goes on where mails are missing. Who had nothing and did nothing gets none.
 */
export async function sendMonthlyStatements(
  parts: Needs,
  signal?: AbortSignal,
  report?: JobContext['report'],
): Promise<void> {
  const month = monthBefore(parts.config.billingTimeZone, parts.clock.now())
  await sweep({
    list: (after) => wantingOnes(parts.db.read).all({ after: after?.id ?? '' }),
    act: ({ id }) => sendStatement(parts, id, month),
    onFault: ({ id }, fault) => parts.log.error({ err: fault, userId: id }, 'monthly statement not written'),
    failure: 'statements could not be written',
    signal,
    report,
  })
}

type Month = ReturnType<typeof monthBefore>

async function sendStatement(parts: Needs, userId: string, month: Month): Promise<void> {
  await parts.db.write(async (tx) => {
    const statement = await monthOfWallet(tx, userId, month)
    if (statement.transactions === 0 && statement.closing === 0) return
    const key = `monthly-statement:${userId}:${month.name}`
    const data = { from: month.from.toISOString(), ...statement }
    await enqueueMail(parts, tx, { key, userId, template: 'monthly-statement', data })
  })
}

const wantingOnes = prepared((db: Drizzle) =>
  db
    .select({ id: users.id })
    .from(users)
    // The words stand in the SQL itself, or SQLite could not choose the partial index of the few.
    .where(
      and(
        sql`${users.monthlyStatement} = 1`,
        notByIndex(users.status, 'ACTIVE'),
        gt(users.id, sql.placeholder('after')),
      ),
    )
    .orderBy(users.id)
    .limit(peopleAtOnce)
    .prepare(),
)
