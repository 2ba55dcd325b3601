import { afterEach, beforeEach, expect, test } from 'bun:test'
import { day, ManualClock } from '../../src/lib/clock'
import { openShop, type Shop, signInAgain } from '../support/shop'
import type { Caller } from '../support/system'
import { see } from './observed'

const start = new Date('2027-02-01T03:00:00.000Z')
let clock: ManualClock
let shop: Shop
let admin: Caller

beforeEach(async () => {
  clock = new ManualClock(start)
  shop = await openShop({ clock })
  admin = await shop.system.admin()
})
afterEach(() => shop.close())

async function subscribed() {
  const customer = await shop.system.customer({ balance: 200_000 })
  const plan = await shop.system.plan({ price: 30_000 })
  const { body } = await customer.post('/subscriptions', { planId: plan.id })
  return { customer, plan, id: body.data.id as string, billingId: body.data.billingId as string }
}

interface Event {
  at: string
  kind: string
  what: string
  amount: number | null
  reason: string | null
  ref: string | null
}
const said = ({ kind, what }: Event) => `${kind} ${what}`

async function live(): Promise<string> {
  const { customer, id } = await subscribed()
  clock.advance(1_000)
  await see(shop, id, {})
  clock.advance(10 * day)
  const caller = await signInAgain(shop, customer)
  admin = await signInAgain(shop, shop.system.firstAdmin!)
  await caller.post(`/subscriptions/${id}/stop`)
  clock.advance(1_000)
  await admin.post(`/admin/subscriptions/${id}/refund`, { kind: 'amount', amount: 1_000, reason: 'was slow' })
  clock.advance(1_000)
  await caller.post(`/subscriptions/${id}/cancel`, { when: 'now' })
  return id
}

test('the whole history as one line of time: what was done, paid, given back and told', async () => {
  const id = await live()
  // Somebody else's things are not in it.
  await subscribed()
  const { body } = await admin.get(`/admin/subscriptions/${id}/timeline`)
  const events: Event[] = body.data
  expect(events.map(({ at }) => at)).toEqual(
    events
      .map(({ at }) => at)
      .toSorted()
      .reverse(),
  )
  expect(new Set(events.map(said))).toEqual(
    new Set([
      'order ordered',
      'money CHARGE',
      'mail subscription-created',
      'ready first ready',
      'mail app-ready',
      'app instance.stop',
      'act subscription.refund',
      'money REFUND',
      'mail subscription-refunded',
      'act subscription.cancel',
      'mail subscription-cancelled',
    ]),
  )
  expect(body.meta).toEqual({ page: 1, limit: 20, total: 11, totalPages: 1 })
  expect(events.find((event) => said(event) === 'money REFUND')).toMatchObject({ amount: 1_000 })
  expect(events.find((event) => said(event) === 'act subscription.refund')).toMatchObject({ reason: 'was slow' })
})

test('its pages follow each other without a gap or a repeat', async () => {
  const id = await live()
  const paged: Event[] = []
  for (const page of [1, 2, 3, 4]) {
    paged.push(...(await admin.get(`/admin/subscriptions/${id}/timeline?limit=3&page=${page}`)).body.data)
  }
  // A mail may have been sent meanwhile.
  const plain = (events: Event[]) => events.map(({ at, kind, what, ref }) => [at, kind, what, ref])
  expect(plain(paged)).toEqual(plain((await admin.get(`/admin/subscriptions/${id}/timeline`)).body.data))
  expect(await admin.get(`/admin/subscriptions/${id}/timeline?limit=100&page=11`)).toFail(422, 'VALIDATION_ERROR')
})

test('one subscription: its customer, wallet, app, charges, how it ended, and the newest of its history', async () => {
  const id = await live()
  const { body } = await admin.get(`/admin/subscriptions/${id}`)
  expect(body.data).toMatchObject({
    id,
    status: 'CANCELLED',
    customer: { status: 'ACTIVE', balance: 171_000, owed: 0 },
    firstReadyAt: new Date(start.getTime() + 1_000).toISOString(),
    endReason: 'cancelled',
    appRemovedAt: null,
    charges: [{ kind: 'period', total: 30_000, refunded: 1_000, billingCycle: 'MONTHLY' }],
    moreEvents: 0,
  })
  expect(body.data.instance.subscriptionId).toBe(id)
  expect(body.data.timeline).toHaveLength(11)
  expect(await admin.get('/admin/subscriptions/sub_unknown')).toFail(404, 'NOT_FOUND')
  expect(await admin.get('/admin/subscriptions/sub_unknown/timeline')).toFail(404, 'NOT_FOUND')
})
