import { desc, eq } from 'drizzle-orm'
import { findSubscription } from '../../src/features/subscriptions'
import { refundSubscription } from '../../src/features/subscriptions/admin-refund'
import { setAutoRenew } from '../../src/features/subscriptions/auto-renew'
import { cancelSubscription } from '../../src/features/subscriptions/cancel'
import { renewNow } from '../../src/features/subscriptions/renew-now'
import { markFirstReady } from '../../src/features/subscriptions/state'
import { subscribe } from '../../src/features/subscriptions/subscribe'
import type { subscriptions } from '../../src/features/subscriptions/tables'
import { upgradeSubscription } from '../../src/features/subscriptions/upgrade'
import { confirmUpgrade } from '../../src/features/subscriptions/upgrade-end'
import { chargeTopUp } from '../../src/features/top-ups/charge'
import { confirmRefund, withdrawRefund } from '../../src/features/top-ups/refund-decisions'
import { beginRefund } from '../../src/features/top-ups/refunds'
import { settleTopUp } from '../../src/features/top-ups/settle'
import { refunds, type topUps } from '../../src/features/top-ups/tables'
import { beginTopUp } from '../../src/features/top-ups/top-up'
import { cancelTopUp } from '../../src/features/top-ups/withdraw'
import type { Actor } from '../../src/http/access'
import { AppError } from '../../src/lib/errors'
import { Turns } from '../../src/lib/turns'
import type { Command, ProviderEvent } from './commands'
import type { Cast, House } from './house'
import { type Known, nthOf } from './predict'

type TopUp = typeof topUps.$inferSelect
type Subscription = typeof subscriptions.$inferSelect

/** What was there before the step, in the order of its public numbers. */
export interface Before {
  topUps: TopUp[]
  subscriptions: Subscription[]
}

/** Does it with the product. @returns `ok`, a status, a refusal's code, or `none` where there is nothing to do it to */
export async function perform(house: House, cast: Cast, before: Before, command: Command): Promise<string> {
  try {
    return await act(house, cast, before, command)
  } catch (fault) {
    if (fault instanceof AppError) return fault.code
    throw fault
  }
}

function act(house: House, cast: Cast, before: Before, command: Command): Promise<string> {
  const known: Known = { topUps: before.topUps.length, subscriptions: before.subscriptions.length }
  if ('topUp' in command) {
    const topUp = nthOf(before.topUps, known.topUps, command.topUp)
    return topUp ? actOnTopUp(house, cast, topUp, command) : Promise.resolve('none')
  }
  if ('subscription' in command) {
    const subscription = nthOf(before.subscriptions, known.subscriptions, command.subscription)
    return subscription ? actOnSubscription(house, cast, subscription, command) : Promise.resolve('none')
  }
  return actAsCustomer(house, cast, cast.customers[command.customer % cast.customers.length]!, command)
}

const ok = async (done: Promise<unknown>): Promise<string> => {
  await done
  return 'ok'
}

type OfCustomer = Extract<Command, { customer: number }>

function actAsCustomer(house: House, cast: Cast, customer: Actor, command: OfCustomer): Promise<string> {
  const { parts } = house
  switch (command.do) {
    case 'adjust':
      return ok(house.adjust(customer, command.amount))
    case 'subscribe': {
      const planId = cast.planIds[command.plan % cast.planIds.length]!
      const order = { planId, billingCycle: command.cycle }
      return ok(parts.db.write((tx) => subscribe(parts, tx, customer, order)))
    }
    case 'top-up':
      return ok(orderTopUp(house, customer, command))
  }
}

async function orderTopUp(
  { parts }: House,
  customer: Actor,
  { amount, method }: Extract<Command, { do: 'top-up' }>,
): Promise<void> {
  const topUp = await parts.db.write((tx) => beginTopUp(parts, tx, customer, { amount, method }))
  await chargeTopUp(parts, topUp)
}

/** The provider knows one state of an order at a time; what is asked of it at once happens one after the other. */
const atProvider = new Turns()

type OfTopUp = Extract<Command, { topUp: number }>

async function actOnTopUp(house: House, cast: Cast, topUp: TopUp, command: OfTopUp): Promise<string> {
  const { parts, admin } = house
  switch (command.do) {
    case 'provider':
      return atProvider.take(topUp.orderId, () => happenAtProvider(house, topUp, command.event))
    case 'hear':
      return settleTopUp(parts, topUp.orderId)
    case 'withdraw':
      return ok(cancelTopUp(parts, ownerOf(cast, topUp), topUp.id))
    case 'refund': {
      const amount = command.part === 1 ? undefined : Number(topUp.amount / BigInt(command.part))
      const order = { amount, way: 'manual' as const, reason: 'because of the model' }
      return ok(parts.db.write((tx) => beginRefund(parts, tx, admin, topUp.id, order)))
    }
    default: {
      const refund = await findLastRefund(house, topUp)
      if (!refund) return 'none'
      return command.do === 'confirm-refund'
        ? ok(parts.db.write((tx) => confirmRefund(parts, tx, admin, refund.id, 'receipt 1')))
        : ok(withdrawRefund(parts, admin, refund.id, 'because of the model'))
    }
  }
}

const findLastRefund = ({ parts }: House, topUp: TopUp) =>
  parts.db.read
    .select({ id: refunds.id })
    .from(refunds)
    .where(eq(refunds.topUpId, topUp.id))
    .orderBy(desc(refunds.transactionNumber))
    .get()

/** The gateway itself refuses what Midtrans would not have; a settlement may come after any end, but not after money. */
async function happenAtProvider({ shop }: House, topUp: TopUp, event: ProviderEvent): Promise<string> {
  const { events } = shop.gateway
  const { orderId } = topUp
  const order = shop.gateway.orders(orderId)[0]!
  const left = order.amount - order.refunds.reduce((sum, { amount }) => sum + amount, 0)
  try {
    if (event === 'settle-late') {
      if (!['pending', 'expire', 'cancel', 'deny'].includes(order.status)) return 'impossible'
      await events.settle(orderId)
    } else if (event === 'refund-third') await events.refund(orderId, Math.floor(order.amount / 3))
    else if (event === 'refund-rest') await events.refund(orderId, left)
    else await events[event](orderId)
    return 'ok'
  } catch (fault) {
    if (!(fault instanceof Error && fault.message.includes("can't do that"))) throw fault
    return 'impossible'
  }
}

type OfSubscription = Extract<Command, { subscription: number }>

async function actOnSubscription(
  house: House,
  cast: Cast,
  { id, userId }: Subscription,
  command: OfSubscription,
): Promise<string> {
  const { parts, admin } = house
  const owner = ownerOf(cast, { userId })
  switch (command.do) {
    case 'ready':
      return makeReady(house, id)
    case 'upgrade-seen':
      return seeUpgrade(house, id)
    case 'renew':
      return ok(parts.db.write((tx) => renewNow(parts, tx, owner, id)))
    case 'cancel':
      return ok(parts.db.write((tx) => cancelSubscription(parts, tx, owner, id, command.when)))
    case 'auto-renew':
      return ok(parts.db.write((tx) => setAutoRenew(parts, tx, owner, id, command.on)))
    case 'upgrade': {
      const planId = cast.planIds[command.plan % cast.planIds.length]!
      return ok(
        parts.db.write((tx) =>
          upgradeSubscription(parts, tx, owner, id, planId, {
            growth: 'possible',
            facts: undefined,
            storageClass: undefined,
          }),
        ),
      )
    }
    case 'refund-subscription': {
      const { kind } = command
      const order = { kind, reason: 'because of the model', ...(kind === 'amount' ? { amount: command.amount } : {}) }
      return ok(parts.db.write((tx) => refundSubscription(parts, tx, admin, id, order)))
    }
  }
}

/** As the reconciler would tell of a live one's app. */
const makeReady = ({ parts }: House, id: string): Promise<string> =>
  parts.db.write(async (tx) => {
    const found = await findSubscription(tx, id)
    if (!found || found.subscription.endedAt) return 'none'
    await markFirstReady(parts, tx, id, parts.clock.now())
    return 'ok'
  })

/** The app runs at its new size. */
const seeUpgrade = ({ parts }: House, id: string): Promise<string> =>
  parts.db.write(async (tx) => {
    const found = await findSubscription(tx, id)
    if (!found?.upgrade) return 'none'
    await confirmUpgrade(parts, tx, found.upgrade)
    return 'ok'
  })

const ownerOf = ({ customers }: Cast, { userId }: { userId: string }): Actor =>
  customers.find((actor) => actor.userId === userId)!
