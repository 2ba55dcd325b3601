import { and, desc, eq, gt, sql } from 'drizzle-orm'
import type { Drizzle, Tx } from '../../../db'
import { day } from '../../../lib/clock'
import { toJson } from '../../../lib/money'
import type { Parts } from '../../../parts'
import { subscriptions } from '../../subscriptions/tables'
import { type Plan, planTerms } from '../tables'
import { type AnnouncedTerms, announceTerms, effectiveFrom, listStanding, type Offer } from '../terms'

const mostShown = 20

const offered: readonly (keyof Offer)[] = [
  'price',
  'quarterlyDiscountPercent',
  'yearlyDiscountPercent',
  'cpuMillicores',
  'memoryMb',
  'storageGb',
]

/** Whether it changes what the plan costs or gives. */
export const isOther = (changes: Partial<Plan>): boolean => offered.some((name) => changes[name] !== undefined)

/** From when it counts for those who have the plan. */
export async function effectiveFor(
  { config }: Pick<Parts, 'config'>,
  tx: Tx,
  plan: Offer & { id: string },
  now: Date,
): Promise<Date> {
  // What was agreed before terms were written down can't be compared.
  if (await isHeldByOldAgreement(tx, plan.id)) return new Date(now.getTime() + config.planChangeNoticeDays * day)
  return effectiveFrom(plan, await listStanding(tx, plan.id, now), now, config.planChangeNoticeDays)
}

async function isHeldByOldAgreement(tx: Tx, planId: string): Promise<boolean> {
  // Spelled out, so that SQLite sees that the partial index answers it.
  const live = sql`terms_number = 0 and status in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`
  const held = and(eq(subscriptions.planId, planId), live)
  return (await tx.select({ id: subscriptions.id }).from(subscriptions).where(held).limit(1).get()) !== undefined
}

/** One job tells them all, however many there are. */
export const announce = ({ queue }: Pick<Parts, 'queue'>, tx: Tx, terms: AnnouncedTerms): Promise<void> =>
  queue.enqueue(tx, {
    kind: announceTerms,
    key: `${terms.planId}:${terms.number}`,
    payload: terms,
    subject: terms.planId,
  })

/** What was changed of a plan's price and size, the newest first. */
export async function listChanges(on: Drizzle | Tx, planId: string) {
  const changed = and(eq(planTerms.planId, planId), gt(planTerms.number, 1))
  const rows = await on.select().from(planTerms).where(changed).orderBy(desc(planTerms.number)).limit(mostShown).all()
  return rows.map(({ planId: _, price, announcedAt, effectiveAt, ...terms }) => ({
    ...terms,
    price: toJson(price),
    announcedAt: announcedAt.toISOString(),
    effectiveAt: effectiveAt.toISOString(),
  }))
}
