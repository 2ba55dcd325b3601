import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { FileConnection } from '../../src/db/connection'
import { verifyBooks } from '../../src/features/books'
import { sharedSystem } from '../support/system'

const system = sharedSystem()
const times = process.env.FUZZ ? 10_000 : 1_000

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
      // Who has just bought sees at most what is left without the own slot, and all that were bought before.
      const left = slots - bought
      expect(await shownNow()).toBeLessThanOrEqual(left)
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

test('a tag is never held up for what was sold before it was asked about, by whatever connection it was sold', async () => {
  const { url, parts, dataDir, customer, plan } = await system()
  const sold = await plan({ price: 1_000, slots: 500, service: 'umami' })
  const other = new FileConnection(join(dataDir, 'minispod.db'))
  const buyer = await customer({ balance: 1_000_000 })
  const page = `${url}/api/catalog/services/umami`
  const codings = ['identity', 'br', 'gzip', 'zstd']
  let etag = ''
  const look = async (time: number) => {
    const headers = { 'if-none-match': etag, 'accept-encoding': codings[time % codings.length]! }
    const answer = await fetch(page, { headers })
    if (answer.status === 304) return undefined
    etag = answer.headers.get('etag')!
    const { data } = (await answer.json()) as { data: { plans: { id: string; availableQuota: number }[] } }
    return data.plans.find(({ id }) => id === sold.id)!.availableQuota
  }
  try {
    let left = 500
    for (let time = 0; time < times; time++) {
      if (time % 50 === 0) {
        // Over HTTP, by the server itself.
        const { body } = await buyer.post('/subscriptions', { planId: sold.id })
        expect(await look(time)).toBe(left - 1)
        await buyer.post(`/subscriptions/${body.data.id}/cancel`, { when: 'now' })
      } else {
        left = time % 2 === 0 ? 500 : 501 + time
        other.run(`UPDATE plans SET total_quota = ${left} WHERE id = '${sold.id}'`, [])
      }
      expect([time, await look(time)]).toEqual([time, left])
      expect([time, await look(time)]).toEqual([time, undefined])
    }
  } finally {
    other.close()
  }
  expect(await verifyBooks(parts.db)).toEqual([])
})
