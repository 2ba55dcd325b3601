import { beforeAll, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { settleTopUp } from '../../src/features/top-ups/settle'
import { mailTo } from '../support/mailbox'
import { actOnPage, ended, rowOfTopUp, type Shop, sharedShop, topUp } from '../support/shop'
import { type Answer, type Caller, until } from '../support/system'
import { balancesOf, movementsOf, paidTopUp, spend } from './till'

const shared = sharedShop()
let shop: Shop
let admin: Caller
beforeAll(async () => {
  shop = await shared()
  admin = await shop.system.admin()
  // Refunds shall end by what we do; that a notification may come first is the stories' matter.
  shop.gateway.notifications.failNext({ kind: 'drop' }, 5_000)
})

const refund = (topUpId: string, order: object = {}, headers = {}): Promise<Answer> =>
  admin.post(`/admin/top-ups/${topUpId}/refunds`, { reason: 'asked for it', ...order }, headers)
const decide = (id: string, verb: 'confirm' | 'withdraw', headers = {}) =>
  admin.post(
    `/admin/refunds/${id}/${verb}`,
    verb === 'confirm' ? { reference: 'BCA 12345' } : { reason: 'not after all' },
    headers,
  )
const detailOf = async (topUpId: string) => (await admin.get(`/admin/top-ups/${topUpId}`)).body.data
const sent = (topUpId: string) =>
  until(
    'the end of the refunds',
    async () => (await detailOf(topUpId)).refunds as { id: string; status: string; amount: number; note: string }[],
    (refunds) => refunds.length > 0 && refunds.every(({ status }) => status !== 'RESERVED'),
  )

test('a whole top-up goes back: out of the wallet at once, then sent under its own key, then posted and told', async () => {
  const customer = await shop.system.customer()
  const { id, orderId, customId } = await paidTopUp(shop, customer, 'gopay', 50_000)
  const { status, body } = await refund(id)
  expect([status, body.data]).toMatchObject([
    201,
    { status: 'RESERVED', way: 'provider', amount: 50_000, endedAt: null },
  ])
  expect(await customer.balance()).toBe(0)
  expect(await sent(id)).toMatchObject([{ id: body.data.id, status: 'POSTED' }])
  expect(shop.gateway.orders(orderId).at(-1)).toMatchObject({
    status: 'refund',
    refunds: [{ key: body.data.id, amount: 50_000 }],
  })
  expect((await customer.get('/wallet')).body.data).toMatchObject({ creditBalance: 0, totalTopUp: 0, owed: 0 })
  expect(await movementsOf(customer)).toMatchObject([
    { type: 'TOP_UP', amount: 50_000 },
    { type: 'REFUND', amount: -50_000, balanceAfter: 0, description: `Refund of ${customId} to its payment method` },
  ])
  expect((await mailTo(shop.system, customer.email, 'refund-sent')).data).toMatchObject({ amount: 50_000 })
  // What the provider says of it is no reversal on top.
  await settleTopUp(shop.system.parts, orderId)
  expect(await detailOf(id)).toMatchObject({ refunded: 50_000, takenBack: 0 })
  expect((await balancesOf(shop, customer)).payable).toBe(0)
})

test.each(['qris', 'shopeepay'])(
  'a part of a top-up by %s goes back, and then no more than the rest',
  async (method) => {
    const customer = await shop.system.customer()
    const { id, orderId } = await paidTopUp(shop, customer, method, 50_000)
    expect((await refund(id, { amount: 20_000 })).status).toBe(201)
    const tooMuch = await refund(id, { amount: 30_001 })
    expect([tooMuch.status, tooMuch.body.error.code, tooMuch.body.error.details]).toEqual([
      409,
      'INVALID_STATE',
      { refundable: 30_000, balance: 30_000 },
    ])
    expect((await refund(id)).body.data.amount).toBe(30_000)
    expect((await refund(id)).status).toBe(409)
    await sent(id)
    expect(shop.gateway.orders(orderId).at(-1)!.status).toBe('refund')
  },
)

test('no more goes back than is still in the wallet', async () => {
  const customer = await shop.system.customer()
  const { id } = await paidTopUp(shop, customer, 'qris', 50_000)
  await spend(shop, customer, 35_000)
  expect((await refund(id, { amount: 15_001 })).body.error.details).toEqual({ refundable: 50_000, balance: 15_000 })
  expect((await refund(id)).body.data.amount).toBe(15_000)
})

test('of twenty refunds at once no more goes through than was paid', async () => {
  const customer = await shop.system.customer({ balance: 500_000 })
  const { id, orderId } = await paidTopUp(shop, customer, 'qris', 50_000)
  const answers = await Promise.all(Array.from({ length: 20 }, () => refund(id, { amount: 9_000 })))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(5)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]))
  expect((await sent(id)).map(({ status }) => status)).toEqual(Array(5).fill('POSTED'))
  const atProvider = shop.gateway.orders(orderId).at(-1)!.refunds
  expect(atProvider.reduce((sum, { amount }) => sum + amount, 0)).toBe(45_000)
  expect(await customer.balance()).toBe(505_000)
})

test('a refund under one Idempotency-Key is one refund', async () => {
  const customer = await shop.system.customer()
  const { id } = await paidTopUp(shop, customer)
  const key = { 'idempotency-key': `refund-${id}` }
  const answers = await Promise.all([refund(id, { amount: 5_000 }, key), refund(id, { amount: 5_000 }, key)])
  expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(1)
  expect(await refund(id, { amount: 6_000 }, key)).toFail(422, 'IDEMPOTENCY_CONFLICT')
  expect(await customer.balance()).toBe(45_000)
})

test('a bank transfer is refused with the way out in words, and sent by hand with a proof', async () => {
  const customer = await shop.system.customer()
  const { id } = await paidTopUp(shop, customer, 'bca_va')
  const refused = await refund(id)
  expect(refused).toFail(409, 'INVALID_STATE')
  expect(refused.body.error.message).toContain('way: manual')
  const { body } = await refund(id, { way: 'manual', amount: 30_000 })
  expect(body.data).toMatchObject({ status: 'RESERVED', way: 'manual' })
  expect(await balancesOf(shop, customer)).toMatchObject({ wallet: 20_000, payable: 30_000 })
  const key = { 'idempotency-key': `confirm-${id}` }
  const [confirmed, again] = [await decide(body.data.id, 'confirm', key), await decide(body.data.id, 'confirm', key)]
  expect(confirmed.body.data).toMatchObject({ status: 'POSTED', note: 'BCA 12345' })
  expect(again.body).toEqual(confirmed.body)
  expect((await decide(body.data.id, 'confirm')).status).toBe(409)
  expect((await decide(body.data.id, 'withdraw')).status).toBe(409)
  expect(await balancesOf(shop, customer)).toMatchObject({ wallet: 20_000, payable: 0 })
})

test('of many who withdraw and confirm one manual refund at once one does', async () => {
  const customer = await shop.system.customer()
  const { id } = await paidTopUp(shop, customer, 'bca_va')
  const { body } = await refund(id, { way: 'manual' })
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => decide(body.data.id, index % 2 === 0 ? 'confirm' : 'withdraw')),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  const [{ status }] = (await detailOf(id)).refunds
  expect(await balancesOf(shop, customer)).toMatchObject({ wallet: status === 'VOIDED' ? 50_000 : 0, payable: 0 })
})

test('what is withdrawn is back in the wallet, and can be refunded again', async () => {
  const customer = await shop.system.customer()
  const { id, customId } = await paidTopUp(shop, customer, 'mandiri_bill')
  const { body } = await refund(id, { way: 'manual' })
  expect((await decide(body.data.id, 'withdraw')).body.data).toMatchObject({ status: 'VOIDED', note: 'not after all' })
  expect(await customer.balance()).toBe(50_000)
  expect((await customer.get('/wallet')).body.data.totalTopUp).toBe(50_000)
  expect((await movementsOf(customer)).at(-1)).toMatchObject({
    type: 'REFUND',
    amount: 50_000,
    description: `Refund of ${customId} could not be sent`,
  })
  expect((await refund(id, { way: 'manual' })).status).toBe(201)
})

test('a refund that the provider sends is not confirmed by hand', async () => {
  const customer = await shop.system.customer()
  const { id } = await paidTopUp(shop, customer)
  const { body } = await refund(id)
  expect(await decide(body.data.id, 'confirm')).toFail(409, 'INVALID_STATE')
  await sent(id)
})

test('what the provider will not refund is void, with the money back', async () => {
  const customer = await shop.system.customer()
  const opened = await topUp(customer, 'snap')
  const page = (await fetch(opened.redirectUrl)).url
  await actOnPage(page, { method: 'bca_va' })
  await actOnPage(page, { action: 'pay' })
  await settleTopUp(shop.system.parts, (await rowOfTopUp(shop, opened.id)).orderId)
  await ended(customer, opened.id)
  await refund(opened.id)
  expect(await sent(opened.id)).toMatchObject([{ status: 'VOIDED', note: 'refused by the provider (refused)' }])
  expect(await customer.balance()).toBe(50_000)
})

test('a refund of what the bank took back meanwhile is void, and the reversal is booked instead', async () => {
  const customer = await shop.system.customer()
  const { id, orderId } = await paidTopUp(shop, customer)
  await shop.gateway.events.chargeback(orderId)
  await refund(id, { amount: 20_000 })
  expect(await sent(id)).toMatchObject([{ status: 'VOIDED' }])
  await until(
    'the reversal',
    () => balancesOf(shop, customer),
    ({ wallet, owed }) => wallet === 0 && owed === 0,
  )
  expect(await detailOf(id)).toMatchObject({ takenBack: 50_000, refunded: 0 })
})

test('refunds and reversals at the same moment never give back more than was paid', async () => {
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      const customer = await shop.system.customer()
      const { id, orderId } = await paidTopUp(shop, customer)
      await Promise.all([
        refund(id, { amount: 20_000 }),
        shop.gateway.events.chargeback(orderId).catch(() => {}),
        refund(id, { amount: 10_000 }),
        settleTopUp(shop.system.parts, orderId),
      ])
      const detail = await detailOf(id)
      if (detail.refunds.length > 0) await sent(id)
      await settleTopUp(shop.system.parts, orderId)
      const order = shop.gateway.orders(orderId).at(-1)!
      const back = order.status === 'chargeback' ? 50_000 : order.refunds.reduce((sum, { amount }) => sum + amount, 0)
      expect(await balancesOf(shop, customer)).toMatchObject({ wallet: 50_000 - back, owed: 0 })
    }),
  )
})

test('a refund from the provider’s dashboard beside ours is told from it', async () => {
  const customer = await shop.system.customer()
  const { id, orderId } = await paidTopUp(shop, customer)
  await refund(id, { amount: 20_000 })
  await sent(id)
  await shop.gateway.events.refund(orderId, 10_000)
  await settleTopUp(shop.system.parts, orderId)
  expect(await detailOf(id)).toMatchObject({ refunded: 20_000, takenBack: 10_000 })
  expect(await customer.balance()).toBe(20_000)
  expect((await refund(id)).body.data.amount).toBe(20_000)
})

test('where an order was paid twice, the payment that was credited is the one that goes back', async () => {
  const customer = await shop.system.customer()
  const { id, orderId } = await paidTopUp(shop, customer)
  await shop.gateway.events.payAgain(orderId)
  await refund(id, { amount: 20_000 })
  await sent(id)
  expect(shop.gateway.orders(orderId).map(({ refunds }) => refunds.length)).toEqual([1, 0])
})

test('money that went back by hand and by the bank is told to the administrators, once', async () => {
  const customer = await shop.system.customer()
  const { id, orderId } = await paidTopUp(shop, customer, 'bca_va')
  const { body } = await refund(id, { way: 'manual' })
  await decide(body.data.id, 'confirm')
  await shop.gateway.events.deny(orderId)
  await settleTopUp(shop.system.parts, orderId)
  await settleTopUp(shop.system.parts, orderId)
  const { data } = (await admin.get(`/admin/audit?action=payment.alert&targetId=${id}`)).body
  expect(data).toMatchObject([{ reason: 'Rp 50.000 went back twice: refunded by hand, and denied by the provider' }])
})

test('only what was paid is refunded, by administrators, in whole rupiah', async () => {
  const customer = await shop.system.customer()
  const { id } = await topUp(customer)
  expect(await refund(id)).toFail(409, 'INVALID_STATE')
  expect((await refund('top_none')).status).toBe(404)
  expect((await customer.post(`/admin/top-ups/${id}/refunds`, { reason: 'mine' })).status).toBe(403)
  for (const amount of [0, -1, 0.5, 1e12, '5']) expect((await refund(id, { amount })).status).toBe(422)
  expect((await refund(id, { reason: '  ' })).status).toBe(422)
  expect((await decide('ref_none', 'confirm')).status).toBe(404)
})

test('refunds and top-ups are listed for administrators by their state', async () => {
  const posted = (await admin.get('/admin/refunds?status=POSTED&limit=2')).body
  expect(posted.data.map(({ status }: { status: string }) => status)).toEqual(['POSTED', 'POSTED'])
  const paid = (await admin.get('/admin/top-ups?status=SUCCESS&method=gopay&sort=oldest&limit=1')).body
  expect(paid.data).toMatchObject([{ status: 'SUCCESS', method: 'gopay', refunded: 50_000 }])
  expect((await admin.get('/admin/refunds?status=ODD')).status).toBe(422)
})

test('a check by hand asks the provider, and is in the audit log', async () => {
  const customer = await shop.system.customer()
  const { id } = await topUp(customer, 'qris')
  await shop.gateway.events.pay((await rowOfTopUp(shop, id)).orderId)
  expect((await admin.post(`/admin/top-ups/${id}/check`)).body.data).toMatchObject({ status: 'SUCCESS', cases: [] })
  expect(await customer.balance()).toBe(50_000)
  expect((await admin.get(`/admin/audit?action=payment.check&targetId=${id}`)).body.data).toHaveLength(1)
})

test('all of it leaves the books in order', async () => {
  expect(await verifyBooks(shop.system.parts.db)).toEqual([])
})
