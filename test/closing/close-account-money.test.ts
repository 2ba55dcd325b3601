import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { users } from '../../src/features/accounts/tables'
import { verifyBooks } from '../../src/features/books'
import { instances } from '../../src/features/instances/tables'
import { ledgerAccounts } from '../../src/features/ledger/tables'
import { advanceSubscriptions } from '../../src/features/subscriptions'
import { subscriptions } from '../../src/features/subscriptions/tables'
import { day, ManualClock } from '../../src/lib/clock'
import { makeReady, openShop, type Shop, signInAgain } from '../support/shop'
import type { Caller, TestCustomer, TestSystem } from '../support/system'

const clock = new ManualClock('2026-03-01T00:00:00Z')
let shop: Shop
let system: TestSystem
beforeAll(async () => {
  shop = await openShop({ clock })
  system = shop.system
})
afterAll(() => shop.close())

const close = (caller: Caller, { password }: TestCustomer, more: object = {}) =>
  caller.delete('/auth/me', { password, ...more })
const balanceOfAccount = async (id: string) =>
  Number((await system.parts.db.read.select().from(ledgerAccounts).where(eq(ledgerAccounts.id, id)).get())!.balance)
const subscriptionsOf = ({ id }: TestCustomer) =>
  system.parts.db.read.select().from(subscriptions).where(eq(subscriptions.userId, id)).all()

async function buy(person: TestCustomer, service: string, price: number) {
  const plan = await system.plan({ service, price })
  const { status, body } = await person.post('/subscriptions', { planId: plan.id })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return { plan, id: body.data.id as string }
}

test('what an app that never ran brings back needs the yes as well, and a refusal takes all of it back', async () => {
  const person = await system.customer({ balance: 30_000 })
  const { plan, id } = await buy(person, 'n8n', 30_000)
  const refused = await close(person, person)
  expect([refused.status, refused.body.error.details]).toEqual([409, { reason: 'balance-left', balance: 30_000 }])
  expect((await person.get(`/subscriptions/${id}`)).body.data.status).toBe('PENDING')
  expect(await person.balance()).toBe(0)
  expect(await plan.availableQuota()).toBe(9)
  expect((await person.get('/wallet/transactions?type=REFUND')).body.meta.total).toBe(0)

  const before = await balanceOfAccount('forfeited')
  const { status, body } = await close(person, person, { forfeitUpTo: 30_000 })
  expect([status, body.data.forfeited]).toEqual([200, 30_000])
  expect(await balanceOfAccount('forfeited')).toBe(before + 30_000)
  expect(await balanceOfAccount(`wallet:${person.id}`)).toBe(0)
  expect(await plan.availableQuota()).toBe(10)
  expect(await verifyBooks(system.parts.db)).toEqual([])
})

test('an ended subscription’s data goes at once too, not after its seven days', async () => {
  const person = await system.customer({ balance: 30_000 })
  const { id } = await buy(person, 'n8n', 30_000)
  await makeReady(shop, id)
  await person.post(`/subscriptions/${id}/cancel`, { when: 'now' })
  await close(person, person)
  const row = await system.parts.db.read.select().from(instances).where(eq(instances.subscriptionId, id)).get()
  expect(row).toMatchObject({ desiredState: 'DELETED', status: 'TERMINATING' })
})

test('closed while renewals are due: charged or ended, never both, and nothing is renewed afterwards', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => system.customer({ balance: 100_000 })))
  for (const person of people) {
    const { id } = await buy(person, 'n8n', 20_000)
    await makeReady(shop, id)
  }
  clock.advance(32 * day)
  const callers = await Promise.all(people.map((person) => signInAgain(shop, person)))
  const closing = people.map((person, index) => close(callers[index]!, person, { forfeitUpTo: 100_000 }))
  const [answers] = await Promise.all([Promise.all(closing), advanceSubscriptions(system.parts)])
  for (const [index, { status, body }] of answers.entries()) {
    expect(status).toBe(200)
    const [subscription] = await subscriptionsOf(people[index]!)
    expect(subscription).toMatchObject({ status: 'CANCELLED', autoRenew: false })
    expect(body.data.forfeited).toBe(80_000 - 20_000 * subscription!.periodIndex)
  }
  clock.advance(40 * day)
  await advanceSubscriptions(system.parts)
  for (const person of people) {
    const [subscription] = await subscriptionsOf(person)
    expect(subscription!.status).toBe('CANCELLED')
    expect(await balanceOfAccount(`wallet:${person.id}`)).toBe(0)
  }
  expect(await verifyBooks(system.parts.db)).toEqual([])
})

test('money that came after the person looked is not given up unseen', async () => {
  const person = await system.customer({ balance: 1_000 })
  const [first] = (await person.get('/wallet/transactions')).body.data
  expect(first.balanceAfter).toBe(1_000)
  const admin = await signInAgain(shop, { ...person, ...system.firstAdmin! })
  await admin.post(`/admin/users/${person.id}/credit-adjustment`, { amount: 5_000, reason: 'for a test' })
  const caller = await signInAgain(shop, person)
  const { status, body } = await close(caller, person, { forfeitUpTo: 1_000 })
  expect([status, body.error.details.balance]).toEqual([409, 6_000])
  const row = await system.parts.db.read.select().from(users).where(eq(users.id, person.id)).get()
  expect(row!.status).toBe('ACTIVE')
})
