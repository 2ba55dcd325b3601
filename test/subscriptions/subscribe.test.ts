import { expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { sharedSystem } from '../support/system'

const system = sharedSystem()

test('a customer who is one rupiah short pays nothing and takes no slot', async () => {
  const { customer, plan } = await system()
  const sold = await plan({ price: 50_000, slots: 1 })
  const buyer = await customer({ balance: 49_999 })
  const { status, body } = await buyer.post('/subscriptions', { planId: sold.id })
  expect(status).toBe(402)
  expect(body.error).toMatchObject({
    code: 'INSUFFICIENT_BALANCE',
    details: { balance: 49_999, required: 50_000, missing: 1 },
  })
  expect(await buyer.balance()).toBe(49_999)
  expect(await sold.availableQuota()).toBe(1)
})

test('of a hundred who buy the last slot at once one gets it, and the others pay nothing', async () => {
  const { customer, plan, parts } = await system()
  const sold = await plan({ price: 50_000, slots: 1 })
  const buyers = await Promise.all(Array.from({ length: 100 }, () => customer({ balance: 60_000 })))
  const answers = await Promise.all(buyers.map((buyer) => buyer.post('/subscriptions', { planId: sold.id })))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  const refused = answers.filter(({ status }) => status === 409)
  expect(refused).toHaveLength(99)
  for (const { body } of refused) {
    expect(body.error.code).toBe('QUOTA_EXCEEDED')
    expect(body.error.details).toMatchObject({ availableQuota: 0, totalQuota: 1 })
  }
  const balances = await Promise.all(buyers.map((buyer) => buyer.balance()))
  expect(balances.toSorted((a, b) => a - b)).toEqual([10_000, ...Array<number>(99).fill(60_000)])
  expect(await sold.availableQuota()).toBe(0)
  expect(await verifyBooks(parts.db)).toEqual([])
})
