import { and, asc, desc, eq, gt, lte, or, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import { day } from '../../lib/clock'
import { planSizes } from '../../templates'
import { billingCycles, priceOf } from './prices'
import { type Plan, type PlanTerms, planTerms } from './tables'

/** What a plan costs and gives. */
export type Offer = Pick<
  Plan,
  'price' | 'quarterlyDiscountPercent' | 'yearlyDiscountPercent' | 'cpuMillicores' | 'memoryMb' | 'storageGb'
>

/** The job that tells those who have a plan of new terms; its payload. */
export const announceTerms = 'announce-terms'
export interface AnnouncedTerms {
  planId: string
  number: number
}

/** Not dearer in any cycle, and nothing of it smaller. */
export const isNoWorse = (offer: Offer, than: Offer): boolean =>
  billingCycles.every((cycle) => priceOf(offer, cycle) <= priceOf(than, cycle)) &&
  planSizes.every((size) => offer[size] >= than[size])

/** Some terms of one plan in the order in which they come into force, without those that newer ones are in force before. */
export function chainOf<T extends Pick<PlanTerms, 'number' | 'effectiveAt'>>(terms: readonly T[]): T[] {
  const chain: T[] = []
  for (const next of [...terms].sort((a, b) => a.number - b.number)) {
    while (chain.length > 0 && chain.at(-1)!.effectiveAt >= next.effectiveAt) chain.pop()
    chain.push(next)
  }
  return chain
}

/** Those of a chain that a period that begins then is renewed by. */
export const inForceAt = <T extends Pick<PlanTerms, 'effectiveAt'>>(chain: readonly T[], at: Date): T | undefined =>
  chain.findLast(({ effectiveAt }) => effectiveAt <= at)

/**
 * From when a changed offer counts for those who have the plan: once the time of notice is over, or as soon as it is no worse than all
 * that would be in force from then on.
 * @param standing what is in force and what is announced beside it, as a chain
 */
export function effectiveFrom(offer: Offer, standing: readonly PlanTerms[], now: Date, noticeDays: number): Date {
  let from = new Date(now.getTime() + noticeDays * day)
  for (const terms of standing.toReversed()) {
    if (!isNoWorse(offer, terms)) break
    const since = terms.effectiveAt > now ? terms.effectiveAt : now
    if (since < from) from = since
  }
  return from
}

/** The newest terms of a plan that are in force, and all that are announced, as a chain. */
export async function listStanding(on: Drizzle | Tx, planId: string, now: Date): Promise<PlanTerms[]> {
  const ofPlan = eq(planTerms.planId, planId)
  const current = await on
    .select()
    .from(planTerms)
    .where(and(ofPlan, lte(planTerms.effectiveAt, now)))
    .orderBy(desc(planTerms.number))
    .limit(1)
    .get()
  const newer = and(ofPlan, gt(planTerms.number, current?.number ?? 0))
  const announced = await on.select().from(planTerms).where(newer).orderBy(asc(planTerms.number)).all()
  return chainOf(current ? [current, ...announced] : announced)
}

/** The first terms of a plan stand for nothing new to those who agreed on something before terms were written down. */
const lastOld = (own: number): number => Math.max(own, 1)

const newerTerms = prepared((db) =>
  db
    .select()
    .from(planTerms)
    .where(and(eq(planTerms.planId, sql.placeholder('planId')), gt(planTerms.number, sql.placeholder('last'))))
    .orderBy(asc(planTerms.number))
    .prepare(),
)

/** What of a plan is newer than the terms that somebody lives by, as a chain. */
export const listNewerTerms = async (on: Drizzle | Tx, planId: string, own: number): Promise<PlanTerms[]> =>
  chainOf(await newerTerms(on).all({ planId, last: lastOld(own) }))

const termsFor = prepared((db) =>
  db
    .select()
    .from(planTerms)
    .where(
      and(
        eq(planTerms.planId, sql.placeholder('planId')),
        or(
          eq(planTerms.number, sql.placeholder('own')),
          and(gt(planTerms.number, sql.placeholder('last')), lte(planTerms.effectiveAt, sql.placeholder('at'))),
        ),
      ),
    )
    .orderBy(desc(planTerms.number))
    .limit(1)
    .prepare(),
)

/** The terms by which a period that begins then is renewed: the newest in force, or one's own; undefined for what was agreed before there were any. */
export const findTermsFor = (on: Drizzle | Tx, planId: string, own: number, at: Date): Promise<PlanTerms | undefined> =>
  termsFor(on).get({ planId, own, last: lastOld(own), at: at.getTime() })

const termsByNumber = prepared((db) =>
  db
    .select()
    .from(planTerms)
    .where(and(eq(planTerms.planId, sql.placeholder('planId')), eq(planTerms.number, sql.placeholder('number'))))
    .prepare(),
)

export const findTerms = (on: Drizzle | Tx, planId: string, number: number): Promise<PlanTerms | undefined> =>
  termsByNumber(on).get({ planId, number })
