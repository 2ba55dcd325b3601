import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { chargeWallet, revenue } from '../../src/features/ledger'
import { ledgerAccounts } from '../../src/features/ledger/tables'
import { day, ManualClock } from '../../src/lib/clock'
import { mailsTo } from '../support/mailbox'
import { makeReady, openShop, type Shop, signInAgain } from '../support/shop'
import type { Caller, TestCustomer } from '../support/system'

const start = new Date('2026-04-01T03:00:00.000Z')
const reason = 'the app was slow'
let clock: ManualClock
let shop: Shop
let admin: Caller

beforeEach(async () => {
  clock = new ManualClock(start)
  // 10 % on top: a month of 50,000 comes to 55,000.
  shop = await openShop({ clock, environment: { TAX_RATE: '10' } })
  admin = await shop.system.admin()
})
afterEach(async () => {
  const mismatches = await verifyBooks(shop.system.parts.db)
  await shop.close()
  expect(mismatches).toEqual([])
})

async function subscribed(price = 50_000): Promise<{ customer: TestCustomer; id: string }> {
  const customer = await shop.system.customer({ balance: 200_000 })
  const plan = await shop.system.plan({ price })
  const { id } = (await customer.post('/subscriptions', { planId: plan.id })).body.data
  await makeReady(shop, id)
  return { customer, id }
}

const refund = (id: string, body: object, key?: string) =>
  admin.post(`/admin/subscriptions/${id}/refund`, { reason, ...body }, key ? { 'idempotency-key': key } : {})

async function after(ms: number): Promise<void> {
  clock.set(new Date(start.getTime() + ms))
  admin = await signInAgain(shop, shop.system.firstAdmin!)
}
const balanceOf = async (id: string) =>
  Number(
    (await shop.system.parts.db.read.select().from(ledgerAccounts).where(eq(ledgerAccounts.id, id)).get())!.balance,
  )
const walletOf = ({ id }: TestCustomer) => balanceOf(`wallet:${id}`)

describe('a refund', () => {
  test('in full gives back price and tax, once, and the subscription goes on', async () => {
    const { customer, id } = await subscribed()
    const { status, body } = await refund(id, { kind: 'full' })
    expect(status).toBe(201)
    expect(body.data).toMatchObject({ subscriptionId: id, amount: 55_000, refundable: 0 })
    expect([await walletOf(customer), await balanceOf('tax'), await balanceOf('revenue')]).toEqual([200_000, 0, 0])
    const again = await refund(id, { kind: 'full' })
    expect(again).toFail(409, 'INVALID_STATE')
    expect((await customer.get(`/subscriptions/${id}`)).body.data.status).toBe('ACTIVE')
    const [shown] = (await customer.get(`/wallet/transactions?type=REFUND&subscriptionId=${id}`)).body.data
    expect(shown).toMatchObject({ customId: body.data.refunds[0].customId, amount: 55_000, balanceAfter: 200_000 })
  })

  test('is told to the customer, and written down with its reason', async () => {
    const { customer, id } = await subscribed()
    const { data } = (await refund(id, { kind: 'amount', amount: 1_000 })).body
    const mails = await mailsTo(shop.system, customer.email)
    const mail = mails.find(({ template }) => template === 'subscription-refunded')
    expect(mail).toBeDefined()
    const { body } = await admin.get(`/admin/audit?action=subscription.refund&targetId=${id}`)
    expect(body.data).toHaveLength(1)
    expect(body.data[0]).toMatchObject({
      reason,
      after: { kind: 'amount', amount: 1_000, transactions: [data.refunds[0].customId] },
    })
  })

  test('for the time that is left is rounded down', async () => {
    const { customer, id } = await subscribed()
    // 20 of 30 days are over: a third of 55,000, and a third of its 5,000 of tax.
    await after(20 * day)
    expect((await refund(id, { kind: 'prorated' })).body.data.amount).toBe(18_333)
    expect([await walletOf(customer), await balanceOf('tax')]).toEqual([200_000 - 55_000 + 18_333, 5_000 - 1_667])
  })

  test('of an amount, in many and at once, never gives back more than was paid', async () => {
    const { customer, id } = await subscribed()
    const answers = await Promise.all(Array.from({ length: 20 }, () => refund(id, { kind: 'amount', amount: 7_001 })))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(7)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(13)
    expect(await walletOf(customer)).toBe(200_000 - 55_000 + 7 * 7_001)
    const tooMuch = await refund(id, { kind: 'amount', amount: 5_994 })
    expect(tooMuch.body.error.details).toEqual({ refundable: 5_993 })
    expect((await refund(id, { kind: 'full' })).body.data.amount).toBe(5_993)
    expect([await walletOf(customer), await balanceOf('tax'), await balanceOf('revenue')]).toEqual([200_000, 0, 0])
  })

  test('is done once under its key', async () => {
    const { customer, id } = await subscribed()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => refund(id, { kind: 'amount', amount: 1_000 }, 'a-key')),
    )
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await walletOf(customer)).toBe(146_000)
    expect(await refund(id, { kind: 'full' }, 'a-key')).toFail(422, 'IDEMPOTENCY_CONFLICT')
  })

  test('takes upgrades of the period first, each for its own time', async () => {
    const { customer, id } = await subscribed()
    const larger = await shop.system.plan({ price: 65_000 })
    await after(10 * day)
    const upgraded = await (await signInAgain(shop, customer)).post(`/subscriptions/${id}/upgrade`, {
      planId: larger.id,
    })
    expect(upgraded.status).toBe(200)
    await after(20 * day)
    const { data } = (await refund(id, { kind: 'prorated' })).body
    // A third of the period, half of the upgrade.
    expect(data.refunds.map(({ amount }: { amount: number }) => amount)).toEqual([5_500, 18_333])
    expect(data.refundable).toBe(66_000 - 5_500 - 18_333)
    const { data: rest } = (await refund(id, { kind: 'amount', amount: 6_000 })).body
    expect(rest.refunds.map(({ amount }: { amount: number }) => amount)).toEqual([5_500, 500])
  })

  test('reaches the running period and the one that is paid ahead, not the one that is over', async () => {
    const { customer, id } = await subscribed()
    await customer.put(`/subscriptions/${id}/renew`)
    await after(15 * day)
    expect((await refund(id, { kind: 'prorated' })).body.data.amount).toBe(55_000 + 27_500)
    await after(31 * day)
    // Of the first month nothing more can go back; of the second nothing is left.
    expect((await refund(id, { kind: 'full' })).status).toBe(409)
    expect(await walletOf(customer)).toBe(200_000 - 110_000 + 82_500)
  })

  test('of a charge from before charges were written down works all the same', async () => {
    const { customer, id } = await subscribed(0)
    await shop.system.parts.db.write((tx) =>
      chargeWallet(tx, {
        userId: customer.id,
        type: 'CHARGE',
        counterAccount: revenue,
        amount: 50_000n,
        source: `charge:${id}:period:0`,
        description: 'n8n',
        subscriptionId: id,
        at: clock.now(),
      }),
    )
    await after(15 * day)
    expect((await refund(id, { kind: 'prorated' })).body.data.amount).toBe(25_000)
    expect([await walletOf(customer), await balanceOf('tax')]).toEqual([175_000, 0])
  })

  test('of one that has ended counts until its end', async () => {
    const { customer, id } = await subscribed()
    await after(15 * day)
    await (await signInAgain(shop, customer)).post(`/subscriptions/${id}/cancel`, { when: 'now' })
    await after(25 * day)
    expect((await refund(id, { kind: 'prorated' })).body.data.amount).toBe(27_500)
  })

  test('leaves to an app that never gets ready what has not gone back yet', async () => {
    const customer = await shop.system.customer({ balance: 55_000 })
    const plan = await shop.system.plan({ price: 50_000 })
    const { id } = (await customer.post('/subscriptions', { planId: plan.id })).body.data
    await refund(id, { kind: 'amount', amount: 20_001 })
    await customer.post(`/subscriptions/${id}/cancel`, { when: 'now' })
    expect([await walletOf(customer), await balanceOf('tax'), await balanceOf('revenue')]).toEqual([55_000, 0, 0])
  })
})

describe('nothing is given back', () => {
  test('of a gift, in words', async () => {
    const { customer, id } = await subscribed(0)
    for (const body of [{ kind: 'full' }, { kind: 'prorated' }, { kind: 'amount', amount: 1 }]) {
      const { status, body: answer } = await refund(id, body)
      expect([status, answer.error.message]).toEqual([409, 'Nothing was paid for this period'])
    }
    expect(await walletOf(customer)).toBe(200_000)
  })

  test('of a period that is over, for its time', async () => {
    const { id } = await subscribed()
    await after(40 * day)
    const { status, body } = await refund(id, { kind: 'prorated' })
    expect([status, body.error.message]).toEqual([409, 'The period is over'])
    expect((await refund(id, { kind: 'full' })).status).toBe(201)
  })

  test('for a body that does not say clearly how much and why', async () => {
    const { customer, id } = await subscribed()
    for (const body of [
      { kind: 'amount' },
      { kind: 'amount', amount: 0 },
      { kind: 'amount', amount: -5 },
      { kind: 'amount', amount: '5000' },
      { kind: 'amount', amount: 1.5 },
      { kind: 'full', amount: 5 },
      { kind: 'prorated', amount: 5 },
      { kind: 'half' },
      { kind: 'full', reason: '  ' },
      { kind: 'full', reason: undefined },
    ]) {
      expect([body, (await refund(id, body)).status]).toEqual([body, 422])
    }
    expect(await walletOf(customer)).toBe(145_000)
  })

  test('by a customer, or of a subscription that is not there', async () => {
    const { customer, id } = await subscribed()
    expect((await customer.post(`/admin/subscriptions/${id}/refund`, { kind: 'full', reason })).status).toBe(403)
    expect((await refund('sub_none', { kind: 'full' })).status).toBe(404)
  })
})
