import { and, eq, like } from 'drizzle-orm'
import { createPlan, updatePlan } from '../../src/features/catalog/admin/plans'
import type { NewPlan, PlanChange } from '../../src/features/catalog/admin/schema'
import { instances } from '../../src/features/instances/tables'
import { getBalance } from '../../src/features/ledger/entries'
import { mails } from '../../src/features/mails/tables'
import { advanceSubscriptions, announceTermsJob } from '../../src/features/subscriptions'
import { cancelSubscription } from '../../src/features/subscriptions/cancel'
import { getOwnSubscription } from '../../src/features/subscriptions/read'
import { renewNow } from '../../src/features/subscriptions/renew-now'
import { restoreSubscription } from '../../src/features/subscriptions/restore'
import { type Order, subscribe } from '../../src/features/subscriptions/subscribe'
import { subscriptions } from '../../src/features/subscriptions/tables'
import { upgradeSubscription } from '../../src/features/subscriptions/upgrade'
import { getOwnSubscriptionView } from '../../src/features/subscriptions/view'
import { forecastWallet } from '../../src/features/wallet/forecast'
import type { Actor } from '../../src/http/access'
import type { ManualClock } from '../../src/lib/clock'
import { makeReady, type Shop } from '../support/shop'
import { see } from './observed'

/** A plan as its operator makes it; memos needs little. */
export const sizeOf = { cpuMillicores: 500, memoryMb: 1024, storageGb: 5 }

/** A shop in which plans change, without the way over HTTP: a clock that moves outlives every session. */
export function termsShop(shop: () => Promise<Shop>, clock: ManualClock) {
  const parts = async () => (await shop()).system.parts
  const operator: Actor = { userId: 'operator', role: 'ADMINISTRATOR', email: 'operator@example.com' }
  const actorOf = (userId: string): Actor => ({ userId, role: 'USER', email: `${userId}@example.com` })
  let tier = 500

  return {
    parts,
    actorOf,
    async plan(more: Partial<NewPlan> = {}) {
      const { db } = await parts()
      const { serviceId } = await (await shop()).system.plan()
      const input = {
        name: 'Changing',
        tier: ++tier,
        price: 50_000,
        ...sizeOf,
        features: [],
        totalQuota: null,
        ...more,
      }
      const made = await db.write(async (tx) => createPlan(await parts(), tx, operator, serviceId, input))
      return { id: made.id, serviceId }
    },
    async change({ id: planId, serviceId }: { id: string; serviceId: string }, input: PlanChange) {
      const all = await parts()
      return all.db.write((tx) => updatePlan(all, tx, operator, { serviceId, planId }, { expected: undefined, input }))
    },
    async subscribed(
      plan: { id: string },
      { balance = 10_000_000, ...more }: { balance?: number } & Partial<Order> = {},
    ) {
      const { system } = await shop()
      const customer = await system.customer({ balance })
      const { id } = await system.parts.db.write((tx) =>
        subscribe(system.parts, tx, actorOf(customer.id), { planId: plan.id, ...more }),
      )
      await see(await shop(), id, {})
      await makeReady(await shop(), id)
      return { id, userId: customer.id }
    },
    async shown({ id, userId }: Bought) {
      return getOwnSubscriptionView(await parts(), actorOf(userId), id)
    },
    async row({ id }: Bought) {
      const { db } = await parts()
      return (await db.read.select().from(subscriptions).where(eq(subscriptions.id, id)).get())!
    },
    async app({ id }: Bought) {
      const { db } = await parts()
      return (await db.read.select().from(instances).where(eq(instances.subscriptionId, id)).get())!
    },
    balance: async ({ userId }: Bought) => Number(await getBalance((await parts()).db.read, userId)),
    forecast: async ({ userId }: Bought, days = 400) => forecastWallet(await parts(), actorOf(userId), days),
    async renew({ id, userId }: Bought) {
      const all = await parts()
      return all.db.write((tx) => renewNow(all, tx, actorOf(userId), id))
    },
    async cancel({ id, userId }: Bought) {
      const all = await parts()
      return all.db.write((tx) => cancelSubscription(all, tx, actorOf(userId), id, 'now'))
    },
    async restore({ id, userId }: Bought) {
      const all = await parts()
      return all.db.write((tx) => restoreSubscription(all, tx, actorOf(userId), id))
    },
    async upgrade({ id, userId }: Bought, plan: { id: string }) {
      const all = await parts()
      return all.db.write((tx) => upgradeSubscription(all, tx, actorOf(userId), id, plan.id, ground))
    },
    due: async () => advanceSubscriptions(await parts()),
    /** To the end of the period that is paid, and what is due then is done. */
    async toTheEnd(bought: Bought) {
      const { read } = (await parts()).db
      const { subscription } = await getOwnSubscription(read, actorOf(bought.userId), bought.id)
      clock.set(subscription.currentPeriodEnd)
      await advanceSubscriptions(await parts())
    },
    /** What the job does that a change has enqueued. */
    async announce(plan: { id: string }, number: number, signal = new AbortController().signal) {
      const job = announceTermsJob(await parts())
      await job.run({ planId: plan.id, number }, { signal, attempt: 1, jobId: 'test' })
    },
    async told({ id }: Bought) {
      const { db } = await parts()
      const rows = await db.read
        .select()
        .from(mails)
        .where(and(eq(mails.template, 'plan-changed'), like(mails.key, `plan-changed:${id}:%`)))
        .orderBy(mails.id)
        .all()
      return rows.map(({ data }) => (typeof data === 'string' ? JSON.parse(data) : data) as Record<string, unknown>)
    },
  }
}

/** Nothing is known of the cluster. */
const ground = { growth: 'possible', facts: undefined, storageClass: undefined } as const

export interface Bought {
  id: string
  userId: string
}
