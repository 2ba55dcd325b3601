import { and, isNotNull, lte, sql } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Parts } from '../../parts'
import { sweep } from '../../queue'
import { listDowntimes } from '../downtime'
import { advance } from './advance'
import { giveNotice } from './notices'
import { subscriptions } from './tables'

const batchSize = 200
/** They share commits; each begins in the order of the list, so the oldest still comes first. */
const atOnce = 16

type Needs = Pick<Parts, 'db' | 'clock' | 'config' | 'queue' | 'reconciler' | 'platform' | 'log'>

/**
 * Moves every subscription whose stage is over one step on: renewed, in grace, suspended, expired, given up, its data removed; and tells
 * the owners of those whose stage will be over soon. Each in a transaction of its own that reads it anew, so a second run, or one that
 * was cut off, does nothing twice.
 */
export async function advanceSubscriptions(parts: Needs, signal?: AbortSignal): Promise<void> {
  const downtimes = await listDowntimes(parts.db.read)
  const steps = (tx: Tx, id: string) => advance(parts, tx, id, downtimes)
  const notices = (tx: Tx, id: string) => giveNotice(parts, tx, id, downtimes)
  // A fault in the one must not keep the other from its turn.
  await sweepBy(parts, 'nextStepAt', steps, signal).finally(() => sweepBy(parts, 'noticeAt', notices, signal))
}

type Times = 'nextStepAt' | 'noticeAt'

async function sweepBy(
  parts: Needs,
  by: Times,
  act: (tx: Tx, id: string) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  await sweep<Due>({
    list: (after) => listDue(parts, by, after),
    act: ({ id }) => parts.db.write((tx) => act(tx, id)),
    onFault: ({ id }, fault) => parts.log.error({ subscriptionId: id, err: fault }, 'subscription not advanced'),
    failure: 'subscriptions could not be advanced',
    atOnce,
    signal,
  })
}

interface Due {
  id: string
  number: number
  at: Date | null
}

/** In the order in which they became due, as the forecast counts; the older one first where two did at once. */
function listDue({ db, clock }: Needs, by: Times, after: Due | undefined): Promise<Due[]> {
  const { id, number, [by]: at } = subscriptions
  return db.read
    .select({ id, number, at })
    .from(subscriptions)
    .where(
      and(
        isNotNull(at),
        lte(at, clock.now()),
        after && sql`(${at}, ${number}) > (${after.at!.getTime()}, ${after.number})`,
      ),
    )
    .orderBy(at, number)
    .limit(batchSize)
    .all()
}
