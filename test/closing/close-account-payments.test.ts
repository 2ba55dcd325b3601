import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { finishClosingJob } from '../../src/features/closing'
import { ledgerAccounts } from '../../src/features/ledger/tables'
import { mailsTo } from '../support/mailbox'
import { actOnPage, openShop, rowOfTopUp, type Shop, signedNotification, topUp } from '../support/shop'
import { type Caller, type TestSystem, until } from '../support/system'
import { actsOn, close, context, finished, traces } from './closing'

let shop: Shop
let system: TestSystem
let admin: Caller
beforeAll(async () => {
  shop = await openShop()
  system = shop.system
  admin = await system.admin()
})
afterAll(() => shop.close())

test('of ten who close one account at once one does it', async () => {
  const person = await system.customer({ balance: 10_000 })
  const answers = await Promise.all(Array.from({ length: 10 }, () => close(person, { forfeitUpTo: 10_000 })))
  const others = answers.filter(({ status }) => status !== 200)
  expect(others).toHaveLength(9)
  // 401 is what a call hears that arrives when the sessions have ended already.
  for (const { status } of others) expect([401, 409]).toContain(status)
  expect(await actsOn(system, person.id, 'account.close')).toHaveLength(1)
  expect(await verifyBooks(system.parts.db)).toEqual([])
})

test('a payment that comes for a closed account is credited, and told to whoever has to give it back', async () => {
  const person = await system.customer({ balance: 10_000 })
  const order = await topUp(person)
  await close(person, { forfeitUpTo: 10_000 })
  await finished(system, person.id)
  const { orderId } = await rowOfTopUp(shop, order.id)
  const told = { ...signedNotification(orderId), customer_details: { full_name: 'Budi', email: person.email } }
  expect((await system.anybody.post('/webhooks/midtrans', told)).status).toBe(200)
  await shop.gateway.events.settle(orderId)
  await until(
    'the payment',
    () => rowOfTopUp(shop, order.id),
    ({ status }) => status === 'SUCCESS',
  )
  expect((await admin.get(`/admin/users/${person.id}`)).body.data.creditBalance).toBe(50_000)
  const [act] = await actsOn(system, order.id, 'payment.after-closing')
  expect(JSON.parse(act!.after!)).toEqual({ userId: person.id, amount: 50_000 })
  expect(system.logged).toContainEqual(
    expect.objectContaining({ level: 'error', message: 'payment for a closed account', userId: person.id }),
  )
  expect(await mailsTo(system, person.email, 'top-up-received')).toEqual([])
  expect(await mailsTo(system, `closed-${person.id}@closed.invalid`)).toEqual([])
  expect(await traces(system, person.email)).toEqual(['mails'])
  expect(await verifyBooks(system.parts.db)).toEqual([])
})

test('closed and paid at the same moment, the money is given up or stands in the wallet, and is never lost', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => system.customer()))
  await Promise.all(
    people.map(async (person) => {
      const { id, redirectUrl } = await topUp(person)
      const [closed] = await Promise.all([
        close(person, { forfeitUpTo: 50_000 }),
        actOnPage(redirectUrl, { action: 'pay' }),
      ])
      expect(closed.status).toBe(200)
      await finished(system, person.id)
      await shop.gateway.notifications.idle()
      const row = await until(
        'the end of the top-up',
        () => rowOfTopUp(shop, id),
        ({ status }) => status !== 'PENDING',
      )
      const wallet = await system.parts.db.read
        .select()
        .from(ledgerAccounts)
        .where(eq(ledgerAccounts.id, `wallet:${person.id}`))
        .get()
      const paid = row.status === 'SUCCESS' ? 50_000 : 0
      expect(closed.body.data.forfeited + Number(wallet!.balance)).toBe(paid)
    }),
  )
  expect(await verifyBooks(system.parts.db)).toEqual([])
})

test('a provider that is away keeps nobody from closing; the order is withdrawn when it is back', async () => {
  const person = await system.customer()
  const order = await topUp(person)
  shop.gateway.calls.failNext('cancel', { kind: 'html' }, 3)
  expect((await close(person)).status).toBe(200)
  const { orderId } = await rowOfTopUp(shop, order.id)
  await until(
    'a second try',
    () => rowOfTopUp(shop, order.id),
    ({ status }) => status === 'CANCELLED',
  )
  expect(shop.gateway.orders(orderId).at(-1)?.status).toBe('cancel')
  const job = finishClosingJob(system.parts)
  await job.run({ userId: person.id }, context)
  expect(await actsOn(system, person.id, 'account.close')).toHaveLength(1)
})
