import { eq } from 'drizzle-orm'
import { instances } from '../../src/features/instances/tables'
import { creditWallet, getBalance, promo } from '../../src/features/ledger'
import { mails } from '../../src/features/mails/tables'
import { advanceSubscriptions } from '../../src/features/subscriptions'
import { subscriptions } from '../../src/features/subscriptions/tables'
import type { ManualClock } from '../../src/lib/clock'
import { makeReady, type Shop, signInAgain } from '../support/shop'
import type { TestCustomer, TestPlan } from '../support/system'

/** Who has bought one app, and what is seen of it. */
export interface Bought {
  customer: TestCustomer
  id: string
}

let gifts = 0

/** What the tests of a subscription's life do with a shop whose clock they hold. */
export const stagesOf = (shop: Shop, clock: ManualClock) => {
  const { parts } = shop.system
  const rowOf = async (id: string) => {
    const row = await parts.db.read.select().from(subscriptions).where(eq(subscriptions.id, id)).get()
    const instance = await parts.db.read.select().from(instances).where(eq(instances.subscriptionId, id)).get()
    return { ...row!, desiredState: instance!.desiredState, instanceId: instance!.id }
  }
  const due = () => advanceSubscriptions(parts)
  return {
    due,
    rowOf,
    /** Moves the clock, and lets it look. */
    async at(time: Date | number | string) {
      clock.set(new Date(time))
      await due()
    },
    async stateOf(id: string) {
      const { status, suspendedBy, desiredState } = await rowOf(id)
      return [suspendedBy ? `${status}/${suspendedBy}` : status, desiredState]
    },
    async buy(
      plan: TestPlan,
      balance: number,
      { ready = true, ...more }: { ready?: boolean; autoRenew?: boolean } = {},
    ): Promise<Bought> {
      const customer = await shop.system.customer({ balance })
      const { status, body } = await customer.post('/subscriptions', { planId: plan.id, ...more })
      if (status !== 201) throw new Error(JSON.stringify(body))
      if (ready) await makeReady(shop, body.data.id)
      return { customer, id: body.data.id }
    },
    /** As it came by a voucher, a refund, an adjustment: any entry into the wallet. */
    give: ({ customer }: Bought, amount: bigint) =>
      parts.db.write((tx) =>
        creditWallet(tx, {
          userId: customer.id,
          type: 'BONUS',
          counterAccount: promo,
          amount,
          source: `adjustment:gift-${++gifts}`,
          description: 'Gift',
          at: clock.now(),
        }),
      ),
    /** The names of the mails to somebody, in the order in which they were written. */
    async mailsTo({ customer }: Bought): Promise<string[]> {
      const rows = await parts.db.read.select().from(mails).where(eq(mails.userId, customer.id)).orderBy(mails.id).all()
      return rows.map(({ template }) => template).filter((name) => !['welcome', 'verify-email'].includes(name))
    },
    balanceOf: async ({ customer }: Bought) => Number(await getBalance(parts.db.read, customer.id)),
    again: ({ customer }: Bought) => signInAgain(shop, customer),
  }
}
