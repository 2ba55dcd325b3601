import type { Order, Wording } from '../../../src/embedded/gateway/order'
import { settleTopUp } from '../../../src/features/top-ups/settle'
import type { TopUp } from '../../../src/features/top-ups/tables'
import { second } from '../../../src/lib/clock'
import { rowOfTopUp, type Shop } from '../../support/shop'
import type { ProviderEvent } from './steps'
import type { Told, World } from './world'

/** @param order the latest payment; @param sum a part of the top-up, where one was chosen */
type Happening = (world: World, told: Told, order: Order, sum?: number) => Promise<unknown>

/** Those that the gateway knows by themselves. */
const simply =
  (event: 'pay' | 'deny' | 'expire' | 'cancel' | 'approve' | 'notifyAgain'): Happening =>
  ({ shop }, { orderId }) =>
    shop.gateway.events[event](orderId)

const inPart =
  (event: 'refund' | 'chargeback'): Happening =>
  ({ shop }, { orderId }, _, sum) =>
    shop.gateway.events[event](orderId, sum)

const happenings: Record<ProviderEvent, Happening> = {
  pay: simply('pay'),
  deny: simply('deny'),
  expire: simply('expire'),
  cancel: simply('cancel'),
  approve: simply('approve'),
  notifyAgain: simply('notifyAgain'),
  refund: inPart('refund'),
  chargeback: inPart('chargeback'),
  // No bank settles what was given back in part.
  settle: async ({ shop }, { orderId }, { refunds }) => refunds.length > 0 || shop.gateway.events.settle(orderId),
  payAgain: async (world, told) => {
    // The provider speaks of the last payment only: what it says of the first has to be known by then.
    await hearAll(world, told)
    world.clock.advance(second)
    await world.shop.gateway.events.payAgain(told.orderId)
  },
  payWithFee: ({ shop }, { orderId }, _, sum = 1_500) => shop.gateway.events.payWithFee(orderId, sum),
  /** One from the dashboard comes to nothing. */
  forgetRefund: async ({ shop }, { orderId }, { refunds }) => {
    const last = refunds.findLast(({ key }) => key.startsWith('dashboard-'))
    if (last) await shop.gateway.events.forgetRefund(orderId, last.key)
  },
  /** A credited payment is said to have expired, and then again to be what it is: nothing may move. */
  contradict: async (world, told, { status, transactionId }) => {
    const before = await hearAll(world, told)
    if (before.providerTransactionId !== transactionId) return
    await world.shop.gateway.events.mislabel(told.orderId, 'expire')
    const after = await hearAll(world, told)
    if (after.reversed !== before.reversed) throw new Error('money moved because a paid order is said to be expired')
    await world.shop.gateway.events.mislabel(told.orderId, status)
  },
  /** Only of an order's one payment: that of a second one could be nobody's. */
  nameTransaction: async ({ shop }, { orderId }, order) => {
    if (shop.gateway.orders(orderId).length === 1) await reword(shop, order, { order_id: order.transactionId })
  },
  omitSum: ({ shop }, _, order) => reword(shop, order, { refund_amount: null }),
}

/** What the provider would not have in its state does not happen. */
export async function happen(world: World, told: Told, event: ProviderEvent, sum?: number): Promise<void> {
  const latest = world.shop.gateway.orders(told.orderId).at(-1)!
  await happenings[event](world, told, latest, sum).catch((fault: Error) => {
    if (!fault.message.includes("can't do that in its state")) throw fault
  })
}

async function hearAll({ shop }: World, { orderId, topUpId }: Told): Promise<TopUp> {
  await shop.gateway.notifications.idle()
  shop.gateway.calls.clear()
  await settleTopUp(shop.system.parts, orderId)
  return rowOfTopUp(shop, topUpId)
}

const reword = ({ gateway }: Shop, { orderId, wording }: Order, answers: Wording['answers']) =>
  gateway.events.reword(orderId, { answers: { ...wording?.answers, ...answers } })
