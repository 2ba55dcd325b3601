import { describe, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { makeReady, sharedShop } from '../support/shop'
import type { Caller } from '../support/system'

const shop = sharedShop()

async function bought({ ready = false } = {}) {
  const { customer, plan } = (await shop()).system
  const sold = await plan({ price: 50_000 })
  const buyer = await customer({ balance: 80_000 })
  const { id } = (await buyer.post('/subscriptions', { planId: sold.id })).body.data as { id: string }
  if (ready) await makeReady(await shop(), id)
  return { buyer, id, sold }
}
const cancel = (buyer: Caller, id: string, when?: string) =>
  buyer.post(`/subscriptions/${id}/cancel`, when ? { when } : {})
const refunds = async (buyer: Caller) => (await buyer.get('/wallet/transactions?type=REFUND')).body.data

describe('an app that was never ready', () => {
  test.each([['now'], ['period_end'], [undefined]])(
    'is refunded in full and frees its slot, cancelled %p',
    async (when) => {
      const { buyer, id, sold } = await bought()
      const { status, body } = await cancel(buyer, id, when)
      expect([status, body.data.status]).toEqual([200, 'CANCELLED'])
      expect(await buyer.balance()).toBe(80_000)
      expect(await sold.availableQuota()).toBe(10)
      expect(await refunds(buyer)).toMatchObject([
        { amount: 50_000, balanceAfter: 80_000, subscriptionId: id, status: 'SUCCESS' },
      ])
      expect((await buyer.get('/wallet')).body.data.totalSpent).toBe(0)
    },
  )

  test('is refunded once, however many cancel at once', async () => {
    const { buyer, id, sold } = await bought()
    const answers = await Promise.all([
      ...Array.from({ length: 15 }, () => cancel(buyer, id, 'now')),
      ...Array.from({ length: 15 }, () => buyer.delete(`/subscriptions/${id}`)),
    ])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const { status, body } of answers) if (status !== 200) expect({ status, body }).toFail(409, 'INVALID_STATE')
    expect(await refunds(buyer)).toHaveLength(1)
    expect(await buyer.balance()).toBe(80_000)
    expect(await sold.availableQuota()).toBe(10)
  })

  test('that becomes ready at the moment of the cancel is either refunded or kept, and never both', async () => {
    const { buyer, id, sold } = await bought()
    const [{ body }] = await Promise.all([cancel(buyer, id), makeReady(await shop(), id)])
    const isKept = body.data.status !== 'CANCELLED'
    expect(await buyer.balance()).toBe(isKept ? 30_000 : 80_000)
    expect(await sold.availableQuota()).toBe(isKept ? 9 : 10)
  })
})

describe('an app that was ready', () => {
  test('runs to the end of what was paid, and holds its slot until then', async () => {
    const { buyer, id, sold } = await bought({ ready: true })
    const { status, body } = await buyer.delete(`/subscriptions/${id}`)
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ status: 'ACTIVE', cancelAtPeriodEnd: true, autoRenew: false, nextBilling: null })
    expect(body.data.instance.status).not.toBe('STOPPING')
    expect(await buyer.balance()).toBe(30_000)
    expect(await sold.availableQuota()).toBe(9)
  })

  test('ends at once without a refund where that was asked for, also after a cancel for later', async () => {
    const { buyer, id, sold } = await bought({ ready: true })
    await cancel(buyer, id, 'period_end')
    const { body } = await cancel(buyer, id, 'now')
    expect(body.data).toMatchObject({ status: 'CANCELLED', instance: { status: 'STOPPING' } })
    expect(await buyer.balance()).toBe(30_000)
    expect(await refunds(buyer)).toEqual([])
    expect(await sold.availableQuota()).toBe(10)
    for (const when of ['now', 'period_end']) expect((await cancel(buyer, id, when)).status).toBe(409)
  })

  test('that has ended does not start again by any door', async () => {
    const { buyer, id } = await bought({ ready: true })
    const { body } = await cancel(buyer, id, 'now')
    for (const verb of ['start', 'restart', 'retry-provisioning']) {
      expect((await buyer.post(`/subscriptions/${id}/${verb}`)).status).toBe(409)
    }
    for (const verb of ['start', 'restart', 'retry']) {
      expect((await buyer.put(`/instances/${body.data.instance.id}/${verb}`)).status).toBe(409)
    }
  })
})

test('a cancel under an Idempotency-Key is done once and answered with the same bytes', async () => {
  const { buyer, id } = await bought()
  const send = () => buyer.post(`/subscriptions/${id}/cancel`, { when: 'now' }, { 'idempotency-key': 'c' })
  const answers = await Promise.all(Array.from({ length: 10 }, send))
  expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1)
  expect(await refunds(buyer)).toHaveLength(1)
  const other = await buyer.post(`/subscriptions/${id}/cancel`, { when: 'period_end' }, { 'idempotency-key': 'c' })
  expect(other.body.error.code).toBe('IDEMPOTENCY_CONFLICT')
})

test.each([[{ when: 'later' }], [{ when: 1 }], ['x'], [[[]]], ['null']])(
  'a cancel that asks for %p is refused',
  async (body) => {
    const { buyer, id } = await bought()
    expect((await buyer.post(`/subscriptions/${id}/cancel`, body)).status).toBeOneOf([400, 422])
    expect((await buyer.get(`/subscriptions/${id}`)).body.data.status).toBe('PENDING')
  },
)

test('fifty customers who buy and cancel the same few slots at once leave every slot free and every rupiah in place', async () => {
  const { customer, plan } = (await shop()).system
  const sold = await plan({ price: 50_000, slots: 3 })
  const buyers = await Promise.all(Array.from({ length: 50 }, () => customer({ balance: 50_000 })))
  await Promise.all(
    buyers.map(async (buyer) => {
      for (let round = 0; round < 3; round++) {
        const { status, body } = await buyer.post('/subscriptions', { planId: sold.id })
        if (status === 201) await Promise.all([cancel(buyer, body.data.id, 'now'), cancel(buyer, body.data.id, 'now')])
      }
    }),
  )
  expect(await sold.availableQuota()).toBe(3)
  expect(new Set(await Promise.all(buyers.map((buyer) => buyer.balance())))).toEqual(new Set([50_000]))
})

test('all of it leaves the books in order', async () => {
  expect(await verifyBooks((await shop()).system.parts.db)).toEqual([])
})
