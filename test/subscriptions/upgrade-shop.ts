import { eq } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { plans } from '../../src/features/catalog/tables'
import { mails } from '../../src/features/mails/tables'
import { subscriptions, upgrades } from '../../src/features/subscriptions/tables'
import { ManualClock } from '../../src/lib/clock'
import { sharedShop, signInAgain } from '../support/shop'
import type { Caller, TestCustomer, TestPlan } from '../support/system'
import { see } from './observed'

// 28 days: a quarter of the period is a week.
const start = '2027-02-01T03:00:00.000Z'

/** A shop for a test file, with two plans of one service; `begin` makes them anew and turns the clock back. */
export function upgradeShop() {
  const clock = new ManualClock(start)
  const shop = sharedShop({ clock })
  let small: TestPlan
  let large: TestPlan

  return {
    clock,
    shop,
    small: () => small,
    large: () => large,
    async begin() {
      clock.set(start)
      const { plan } = (await shop()).system
      small = await plan({ price: 50_000 })
      large = await plan({ price: 90_000 })
    },
    async subscribed(balance = 200_000, plan = small, more: object = {}) {
      const customer = await (await shop()).system.customer({ balance })
      const { status, body } = await customer.post('/subscriptions', { planId: plan.id, ...more })
      if (status !== 201) throw new Error(JSON.stringify(body))
      await see(await shop(), body.data.id, {})
      return { customer, id: body.data.id as string }
    },
    upgrade: (caller: Caller, id: string, plan: { id: string } = large, headers = {}) =>
      caller.post(`/subscriptions/${id}/upgrade`, { planId: plan.id }, headers),
    shown: async (caller: Caller, id: string) => (await caller.get(`/subscriptions/${id}`)).body.data,
    slots: async () => [await small.availableQuota(), await large.availableQuota()],
    verify: async () => verifyBooks((await shop()).system.parts.db),
    signIn: async (customer: TestCustomer): Promise<Caller> => signInAgain(await shop(), customer),
    async changePlan({ id }: TestPlan, change: Partial<typeof plans.$inferInsert>) {
      await (await shop()).system.parts.db.write((tx) => tx.update(plans).set(change).where(eq(plans.id, id)).run())
    },
    async changeSubscription(id: string, change: Partial<typeof subscriptions.$inferInsert>) {
      const { db } = (await shop()).system.parts
      await db.write((tx) => tx.update(subscriptions).set(change).where(eq(subscriptions.id, id)).run())
    },
    async rowsOf(id: string) {
      const { db } = (await shop()).system.parts
      return db.read.select().from(upgrades).where(eq(upgrades.subscriptionId, id)).all()
    },
    async mailsOf({ id }: TestCustomer): Promise<string[]> {
      const { db } = (await shop()).system.parts
      return (await db.read.select().from(mails).where(eq(mails.userId, id)).all()).map(({ template }) => template)
    },
  }
}

export const unschedulable = {
  status: 'ERROR',
  reasonCode: 'Unschedulable',
  statusReason: 'No node has room for the app right now.',
} as const
