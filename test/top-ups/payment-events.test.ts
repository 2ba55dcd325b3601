import { afterAll, beforeAll, expect } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { fc, testProperty } from '../support/property'
import { wasPaid, worthOf } from './payment-events/model'
import { type Story, story } from './payment-events/steps'
import { booksOf, casesOf, openWorld, ordersOf, rowOf, tell, type World } from './payment-events/world'

/** More by the environment: `PAYMENT_STORIES=5000 bun test …`. */
const stories = Number(process.env.PAYMENT_STORIES ?? 150)

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.shop.close())

let turn = 0

async function check(one: Story): Promise<void> {
  const actor = world.customers[turn++ % world.customers.length]!
  const before = await booksOf(world, actor)
  const told = await tell(world, actor, one)
  const after = await booksOf(world, actor)
  const row = await rowOf(world, told)
  const payments = ordersOf(world, told)
  const credited = payments.find(({ transactionId }) => transactionId === row.providerTransactionId)
  const worth = credited ? worthOf(credited, told.amount) : { wallet: 0, fees: 0 }
  const net = before.wallet - before.owed + worth.wallet - told.spent
  const seen = { payments: payments.map(({ status, fraudStatus }) => [status, fraudStatus]), row: row.status }
  expect({ ...seen, ...after }).toEqual({
    ...seen,
    row: credited ? 'SUCCESS' : row.status,
    wallet: Math.max(net, 0),
    owed: Math.max(-net, 0),
    clearing: before.clearing - worth.wallet - worth.fees,
    fees: before.fees + worth.fees,
    payable: 0,
  })
  // Nothing that is told here keeps an order's one payment from being credited.
  const [only, ...others] = payments
  if (only && others.length === 0 && wasPaid(only)) expect(row.providerTransactionId).toBe(only.transactionId)
  const cases = (await casesOf(world, told)).map(({ providerTransactionId }) => providerTransactionId)
  expect(cases).not.toContain(row.providerTransactionId)
  for (const payment of payments) {
    if (wasPaid(payment)) expect([row.providerTransactionId, ...cases]).toContain(payment.transactionId)
  }
}

testProperty(
  'whatever happens to payments and to the word of it, the books end as the provider does',
  fc.asyncProperty(story, check),
  stories,
  async () => expect(await verifyBooks(world.shop.system.parts.db)).toEqual([]),
)
