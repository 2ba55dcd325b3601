import { eq, sql } from 'drizzle-orm'
import { prepared, type Tx } from '../../db'
import type { Parts } from '../../parts'
import type { FullSubscription } from './read'
import { clockOf } from './stage'
import { type Subscription, subscriptions } from './tables'

const saveNextStep = prepared((db) =>
  db
    .update(subscriptions)
    .set({ nextStepAt: sql`${sql.placeholder('nextStepAt')}` })
    .where(eq(subscriptions.id, sql.placeholder('id')))
    .prepare(),
)

/** When the clock looks at it again. */
export async function setNextStep(tx: Tx, id: string, nextStepAt: Date | null): Promise<void> {
  await saveNextStep(tx).run({ id, nextStepAt: nextStepAt?.getTime() ?? null })
}

const saveClock = prepared((db) =>
  db
    .update(subscriptions)
    .set({ nextStepAt: sql`${sql.placeholder('nextStepAt')}`, noticeAt: sql`${sql.placeholder('noticeAt')}` })
    .where(eq(subscriptions.id, sql.placeholder('id')))
    .prepare(),
)

export async function setClock(
  tx: Tx,
  id: string,
  { nextStepAt, noticeAt }: Pick<Subscription, 'nextStepAt' | 'noticeAt'>,
): Promise<void> {
  await saveClock(tx).run({ id, nextStepAt: nextStepAt?.getTime() ?? null, noticeAt: noticeAt?.getTime() ?? null })
}

type Stage = Partial<
  Omit<Subscription, 'id' | 'number' | 'userId' | 'serviceId' | 'stageSince' | 'nextStepAt' | 'noticeAt' | 'updatedAt'>
>

/** Another state, which begins now. @returns the row as it is then */
export async function changeStage(
  parts: Pick<Parts, 'clock' | 'config'>,
  tx: Tx,
  { subscription, instance }: Pick<FullSubscription, 'subscription' | 'instance'>,
  to: Stage,
): Promise<Subscription> {
  const now = parts.clock.now()
  const changed = { ...subscription, ...to, stageSince: now, updatedAt: now }
  const clock = clockOf(parts, changed, now, [], instance)
  await tx
    .update(subscriptions)
    .set({ ...to, ...clock, stageSince: now, updatedAt: now })
    .where(eq(subscriptions.id, subscription.id))
    .run()
  return { ...changed, ...clock }
}
