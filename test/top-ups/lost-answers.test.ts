import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { pollPendingTopUps } from '../../src/features/top-ups'
import { ManualClock, minute } from '../../src/lib/clock'
import { jobs } from '../../src/queue'
import { chargeAtGateway, openShop, rowOfTopUp, type Shop, signInAgain, worked } from '../support/shop'
import { type Caller, type TestCustomer, until } from '../support/system'
import { balancesOf, paidTopUp, quickPayments } from './till'

/** What a repeat may be refused with though its first has arrived. */
const refusals = [400, 401, 402, 404, 413, 414]
/** Done, and a page in front answers in the provider's place. */
const lost = { kind: 'lost', httpStatus: 502 } as const
const refused = (statusCode: number) => ({ kind: 'refused', statusCode }) as const

const clock = new ManualClock('2026-03-01T00:00:00Z')
let shop: Shop
let customer: TestCustomer

beforeAll(async () => {
  shop = await openShop({ clock })
  // Two tries a call, without a pause.
  shop.system.parts.payments = quickPayments(shop)
})
beforeEach(async () => {
  customer = await shop.system.customer()
})
afterAll(async () => {
  expect(await verifyBooks(shop.system.parts.db)).toEqual([])
  await shop.close()
})

describe('a refund', () => {
  let admin: Caller
  let paid: Awaited<ReturnType<typeof paidTopUp>>
  let before: Awaited<ReturnType<typeof balancesOf>>
  beforeEach(async () => {
    before = await balancesOf(shop, customer)
    admin = await signInAgain(shop, shop.system.firstAdmin!)
    // Else the notice of a refund that was made would tell of it.
    shop.gateway.notifications.hold()
    paid = await paidTopUp(shop, customer, 'gopay', 50_000)
  })

  const begin = async () => {
    const order = { amount: 20_000, reason: 'asked for it' }
    return (await admin.post(`/admin/top-ups/${paid.id}/refunds`, order)).body.data.id as string
  }
  /** What has moved since the test began. */
  const moved = async () => {
    const { wallet, payable, clearing } = await balancesOf(shop, customer)
    return { wallet, payable: payable - before.payable, clearing: clearing - before.clearing }
  }
  const statusOf = async () => (await admin.get(`/admin/refunds?topUpId=${paid.id}`)).body.data[0].status as string
  const atGateway = () => shop.gateway.orders(paid.orderId).flatMap(({ refunds }) => refunds.map(({ key }) => key))
  /** Until the sender has done what it can for now; its next try is later than any wait here. */
  const tried = (id: string, times: number) =>
    until(
      'the sender',
      async () => (await shop.system.parts.db.read.select().from(jobs).where(eq(jobs.key, id)).get())!,
      ({ attempts, status }) => attempts >= times && status !== 'RUNNING',
    )
  const tryAgain = async (id: string, times: number) => {
    clock.advance(minute)
    shop.system.parts.queue.wake('refund.send')
    await tried(id, times)
  }

  test.each(refusals)(
    'that was made and whose repeat is refused with %d is posted, and not given back',
    async (code) => {
      shop.gateway.calls.failNext('refund', lost)
      shop.gateway.calls.failNext('refund', refused(code))
      const id = await begin()
      await tried(id, 1)
      expect([await statusOf(), atGateway()]).toEqual(['POSTED', [id]])
      expect(await moved()).toEqual({ wallet: 30_000, payable: 0, clearing: -30_000 })
    },
  )

  test.each(refusals)('the same where the repeat is a later try of the job, refused with %d', async (code) => {
    shop.gateway.calls.failNext('refund', lost, 2)
    const id = await begin()
    await tried(id, 1)
    expect(await statusOf()).toBe('RESERVED')
    shop.gateway.calls.failNext('refund', refused(code))
    await tryAgain(id, 2)
    expect([await statusOf(), atGateway()]).toEqual(['POSTED', [id]])
    expect(await moved()).toEqual({ wallet: 30_000, payable: 0, clearing: -30_000 })
  })

  test('that the provider lists without its sum was made all the same', async () => {
    shop.gateway.calls.failNext('refund', lost, 2)
    const id = await begin()
    await tried(id, 1)
    await shop.gateway.events.reword(paid.orderId, { answers: { refunds: [{ refund_key: id }] } })
    shop.gateway.calls.failNext('refund', refused(402))
    await tryAgain(id, 2)
    expect(await statusOf()).toBe('POSTED')
    expect(await moved()).toEqual({ wallet: 30_000, payable: 0, clearing: -30_000 })
  })

  test('whose repeat is refused while the list can’t be asked stays promised until it can', async () => {
    shop.gateway.calls.failNext('refund', lost)
    shop.gateway.calls.failNext('refund', refused(402))
    shop.gateway.calls.failNext('status', { kind: 'status', httpStatus: 503 }, 2)
    const id = await begin()
    await tried(id, 1)
    expect(await statusOf()).toBe('RESERVED')
    expect(await moved()).toEqual({ wallet: 30_000, payable: 20_000, clearing: -50_000 })
    shop.gateway.calls.failNext('refund', refused(402))
    await tryAgain(id, 2)
    expect(await statusOf()).toBe('POSTED')
  })

  test.each(refusals)('that was never made and is refused with %d is given back, once', async (code) => {
    shop.gateway.calls.failNext('refund', refused(code))
    const id = await begin()
    await tried(id, 1)
    expect([await statusOf(), atGateway()]).toEqual(['VOIDED', []])
    expect(await moved()).toEqual({ wallet: 50_000, payable: 0, clearing: -50_000 })
  })
})

describe('a charge', () => {
  beforeAll(() => shop.gateway.notifications.release(() => []))

  const post = () =>
    customer.post('/wallet/top-ups', { amount: 50_000, method: 'bca_va' }, { 'idempotency-key': 'the-same' })

  /** The first charge, of which no answer comes. */
  async function begin(fault: { kind: 'lost' | 'status'; httpStatus: number }) {
    shop.gateway.calls.failNext('charge', fault)
    const first = await post()
    expect(first).toFail(503, 'UNAVAILABLE')
    const id: string = first.body.error.details.topUpId
    return { id, orderId: (await rowOfTopUp(shop, id)).orderId }
  }
  const payAndWait = async (orderId: string) => {
    await shop.gateway.events.pay(orderId)
    await shop.gateway.notifications.idle()
    await worked(shop, orderId)
  }

  test.each(refusals)('that was taken and whose repeat is refused with %d still says how to pay', async (code) => {
    const { id, orderId } = await begin(lost)
    shop.gateway.calls.failNext('charge', refused(code))
    const again = await post()
    expect([again.status, again.body.data]).toMatchObject([
      201,
      { id, status: 'PENDING', instructions: { kind: 'virtual_account' } },
    ])
    await payAndWait(orderId)
    expect(await customer.balance()).toBe(50_000)
  })

  test('whose repeat is refused while the status can’t be asked stays open, and is credited when it is paid', async () => {
    const { id, orderId } = await begin(lost)
    shop.gateway.calls.failNext('charge', refused(402))
    shop.gateway.calls.failNext('status', { kind: 'status', httpStatus: 503 }, 2)
    expect((await post()).body.data).toMatchObject({ id, status: 'PENDING', instructions: null })
    await payAndWait(orderId)
    expect(await customer.balance()).toBe(50_000)
  })

  test('that seems to be refused and arrives afterwards is looked for: it is credited though nobody tells of it', async () => {
    const { id, orderId } = await begin({ kind: 'status', httpStatus: 502 })
    shop.gateway.calls.failNext('charge', refused(402))
    expect((await post()).body.data).toMatchObject({ id, status: 'FAILED' })
    shop.gateway.notifications.hold()
    clock.advance(16 * minute)
    await pollPendingTopUps(shop.system.parts)
    await chargeAtGateway(shop, orderId, 50_000)
    await shop.gateway.events.pay(orderId)
    clock.advance(61 * minute)
    await pollPendingTopUps(shop.system.parts)
    expect(await rowOfTopUp(shop, id)).toMatchObject({ status: 'SUCCESS' })
  })
})
