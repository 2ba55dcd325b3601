import { and, eq, gt, sql } from 'drizzle-orm'
import type { Drizzle, Tx } from '../../db'
import { minute } from '../../lib/clock'
import { toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { type JobKind, sweep } from '../../queue'
import { quoteOf } from '../billing'
import { type AnnouncedTerms, announceTerms, inForceAt, listNewerTerms, priceOf } from '../catalog'
import { enqueueMail } from '../mails'
import { mails } from '../mails/tables'
import { namesOf } from './names'
import { firstRenewalFrom } from './next-terms'
import { type FullSubscription, findSubscription } from './read'
import { presentPriceOf } from './renewal-terms'
import { sizeAfterRenewal, sizeOf } from './resize-by-terms'
import { type Subscription, subscriptions } from './tables'
import { tellBookedTerms } from './tell-booked-terms'

const deadlineMs = 10 * minute
const maxAttempts = 30
const batchSize = 200

type Needs = Pick<Parts, 'db' | 'clock' | 'config' | 'platform' | 'queue' | 'log'>

/**
 * Writes to everybody who has a plan that its terms were changed. Each mail is a transaction of its own under a key of its own, and who
 * has theirs is passed over: cut off at any point, the next run goes on.
 */
export const announceTermsJob = (parts: Needs): JobKind<AnnouncedTerms> => ({
  kind: announceTerms,
  deadlineMs,
  maxAttempts,
  cancel: { refused: 'Customers have to be told of new terms' },
  async run(terms, { signal, report }) {
    // Those who have the plan, and then those who have booked it.
    for (const planOf of [subscriptions.planId, subscriptions.scheduledPlanId]) {
      await sweep<Told>({
        list: (after) => listUntold(parts.db.read, planOf, terms, after),
        act: ({ id }) => parts.db.write((tx) => tell(parts, tx, id, terms)),
        onFault: ({ id }, fault) => parts.log.error({ subscriptionId: id, err: fault }, 'new terms not told'),
        failure: 'subscribers could not be told of new terms',
        report,
        signal,
      })
      signal.throwIfAborted()
    }
  },
})

type Told = Pick<Subscription, 'id' | 'number'>

const keyOf = (subscriptionId: string, { planId, number }: AnnouncedTerms): string =>
  `plan-changed:${subscriptionId}:${planId}:${number}`

type PlanColumn = typeof subscriptions.planId | typeof subscriptions.scheduledPlanId

function listUntold(on: Drizzle, planOf: PlanColumn, terms: AnnouncedTerms, after: Told | undefined): Promise<Told[]> {
  const { id, number } = subscriptions
  const key = sql`${'plan-changed:'} || ${id} || ${`:${terms.planId}:${terms.number}`}`
  return on
    .select({ id, number })
    .from(subscriptions)
    .where(
      and(
        eq(planOf, terms.planId),
        // Spelled out, so that SQLite sees that the partial index answers it.
        sql`${subscriptions.status} in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`,
        gt(number, after?.number ?? 0),
        sql`not exists (select 1 from ${mails} where ${mails.key} = ${key})`,
      ),
    )
    .orderBy(number)
    .limit(batchSize)
    .all()
}

async function tell(parts: Needs, tx: Tx, id: string, terms: AnnouncedTerms): Promise<void> {
  const found = await findSubscription(tx, id)
  if (!found || found.subscription.endedAt) return
  if (found.subscription.planId === terms.planId) await tellOfTerms(parts, tx, found, terms.number)
  else await tellBookedTerms(parts, tx, found, keyOf(id, terms), terms)
}

/**
 * Tells the owner of a subscription of terms that it will go on to, once. Nothing where it lives by them, or where newer ones will
 * count by then: those are told of by themselves.
 */
export async function tellOfTerms(
  parts: Pick<Parts, 'clock' | 'config' | 'platform' | 'queue'>,
  tx: Tx,
  found: FullSubscription,
  number: number,
): Promise<void> {
  const { subscription, service, plan, instance } = found
  const chain = await listNewerTerms(tx, subscription.planId, subscription.termsNumber)
  const terms = chain.find((one) => one.number === number)
  if (!terms) return
  const { start } = firstRenewalFrom(parts, subscription, terms.effectiveAt)
  if (inForceAt(chain, start) !== terms) return
  const costs = (price: bigint) => toJson(quoteOf(parts.config, price).total)
  const nextSize = instance && (await sizeAfterRenewal(parts, tx, instance, { offer: terms, isAhead: false }))
  await enqueueMail(parts, tx, {
    key: keyOf(subscription.id, { planId: subscription.planId, number }),
    userId: subscription.userId,
    template: 'plan-changed',
    data: {
      ...namesOf({ service, subscription }),
      plan: plan.name,
      billingCycle: subscription.billingCycle,
      price: costs(await presentPriceOf(tx, found)),
      nextPrice: costs(priceOf(terms, subscription.billingCycle)),
      ...(instance && nextSize && { size: sizeOf(instance), nextSize }),
      from: start.toISOString(),
    },
  })
}
