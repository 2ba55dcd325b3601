import { afterEach, beforeEach, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { pollPendingTopUps } from '../../src/features/top-ups'
import { day, ManualClock, minute } from '../../src/lib/clock'
import { notificationsOf, openShop, rowOfTopUp, type Shop, signInAgain, topUp, worked } from '../support/shop'
import type { TestCustomer } from '../support/system'

let clock: ManualClock
let shop: Shop
let customer: TestCustomer

beforeEach(async () => {
  clock = new ManualClock('2026-03-01T00:00:00Z')
  shop = await openShop({ clock })
  customer = await shop.system.customer()
})
afterEach(() => shop.close())

const balance = async () => (await (await signInAgain(shop, customer)).get('/wallet')).body.data.creditBalance

/** What happens at the provider, told by its notice, and worked on; nobody polls. */
async function happen(event: 'pay' | 'deny' | 'settle' | 'chargeback' | 'notifyAgain', orderId: string) {
  await shop.gateway.events[event](orderId)
  await shop.gateway.notifications.idle()
  await worked(shop, orderId)
}

async function paid() {
  const { id } = await topUp(customer, 'qris')
  const { orderId } = await rowOfTopUp(shop, id)
  await happen('pay', orderId)
  return { id: id as string, orderId }
}

test.each(['deny', 'chargeback'] as const)(
  'settled, then %s, then settled in the very same bytes: credited again at once, every time',
  async (undone) => {
    const { id, orderId } = await paid()
    for (let round = 1; round <= 3; round++) {
      await happen(undone, orderId)
      expect(await customer.balance()).toBe(0)
      await happen('settle', orderId)
      expect(await customer.balance()).toBe(50_000)
    }
    const settled = (await notificationsOf(shop, orderId)).filter(({ body }) => body.includes('"settlement"'))
    expect(settled).toMatchObject([{ received: 4, asked: 4, outcome: 'SUCCESS' }])
    expect((await rowOfTopUp(shop, id)).corrections).toBe(6)
    expect(await verifyBooks(shop.system.parts.db)).toEqual([])
  },
)

test('a notice wakes the question also when the last look was long ago, and the looks begin again', async () => {
  const { id, orderId } = await paid()
  for (let round = 0; round < 12; round++) {
    clock.advance(31 * day)
    await pollPendingTopUps(shop.system.parts)
  }
  expect((await rowOfTopUp(shop, id)).nextPollAt).toBeNull()
  await happen('chargeback', orderId)
  expect(await balance()).toBe(0)
  expect((await rowOfTopUp(shop, id)).nextPollAt).toEqual(new Date(clock.now().getTime() + 15 * minute))
  // The notice of the dispute that was won is lost: a look finds it.
  shop.gateway.notifications.failNext({ kind: 'drop' })
  await shop.gateway.events.settle(orderId)
  clock.advance(16 * minute)
  await pollPendingTopUps(shop.system.parts)
  expect(await balance()).toBe(50_000)
})

test('a notice whose question dies is asked after by the poll', async () => {
  const { id, orderId } = await paid()
  for (let round = 0; round < 12; round++) {
    clock.advance(31 * day)
    await pollPendingTopUps(shop.system.parts)
  }
  await shop.system.parts.queue.stop(0)
  await shop.gateway.events.deny(orderId)
  await shop.gateway.notifications.idle()
  expect((await rowOfTopUp(shop, id)).reversed).toBe(0n)
  clock.advance(16 * minute)
  await pollPendingTopUps(shop.system.parts)
  expect((await rowOfTopUp(shop, id)).reversed).toBe(50_000n)
})

test('the same state told a hundred times is asked after a few times, and books nothing', async () => {
  const { id, orderId } = await paid()
  const { parts } = shop.system
  let asked = 0
  const { payments } = parts
  parts.payments = {
    ...payments,
    status: async (...args) => {
      asked++
      return payments.status(...args)
    },
  }
  shop.gateway.notifications.failNext({ kind: 'duplicate', copies: 100 })
  await happen('notifyAgain', orderId)
  expect(await notificationsOf(shop, orderId)).toContainEqual(expect.objectContaining({ received: 101, asked: 101 }))
  expect(asked).toBeLessThan(100)
  expect((await rowOfTopUp(shop, id)).corrections).toBe(0)
  expect(await customer.balance()).toBe(50_000)
})
