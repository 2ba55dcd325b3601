import { expect, test } from 'bun:test'
import { sharedSystem } from '../support/system'

const system = sharedSystem()

test('a page never shows a slot that was sold before it was asked for', async () => {
  const { anybody, customer, plan } = await system()
  const slots = 60
  const sold = await plan({ price: 1_000, slots })
  const buyers = await Promise.all(Array.from({ length: slots }, () => customer({ balance: 1_000 })))
  const shownNow = async () => {
    const { body } = await anybody.get('/catalog/services/n8n')
    return body.data.plans.find(({ id }: { id: string }) => id === sold.id).availableQuota as number
  }
  let bought = 0
  let buying = true
  const watch = async () => {
    let last = slots
    let looks = 0
    while (buying) {
      const soldBefore = bought
      const shown = await shownNow()
      expect(shown).toBeLessThanOrEqual(slots - soldBefore)
      expect(shown).toBeLessThanOrEqual(last)
      last = shown
      looks++
    }
    return looks
  }
  const watchers = [watch(), watch(), watch()]
  await Promise.all(
    buyers.map(async (buyer) => {
      expect((await buyer.post('/subscriptions', { planId: sold.id })).status).toBe(201)
      bought++
      // Who has just bought sees at most what is left without the own slot.
      expect(await shownNow()).toBeLessThanOrEqual(slots - bought)
    }),
  )
  buying = false
  const looks = await Promise.all(watchers)
  expect(Math.min(...looks)).toBeGreaterThan(1)
  expect(await shownNow()).toBe(0)
})

test('a slot that comes back is shown with the next request', async () => {
  const { customer, plan } = await system()
  const sold = await plan({ price: 1_000, slots: 1, service: 'ghost' })
  const buyer = await customer({ balance: 5_000 })
  for (let round = 0; round < 5; round++) {
    const { body } = await buyer.post('/subscriptions', { planId: sold.id })
    expect(await sold.availableQuota()).toBe(0)
    expect((await buyer.post(`/subscriptions/${body.data.id}/cancel`, { when: 'now' })).status).toBe(200)
    expect(await sold.availableQuota()).toBe(1)
  }
})
