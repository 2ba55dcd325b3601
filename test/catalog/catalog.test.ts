import { expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { categories, plans, services } from '../../src/features/catalog/tables'
import { sharedSystem, type TestSystem } from '../support/system'

const system = sharedSystem()

const setService = ({ parts }: TestSystem, slug: string, status: 'DRAFT' | 'ACTIVE' | 'RETIRED') =>
  parts.db.write((tx) => tx.update(services).set({ status }).where(eq(services.slug, slug)).run())

interface Shown {
  slug: string
  services: number
}

test('a new house sells three categories or more, each with services, each with three plans', async () => {
  const { anybody } = await system()
  const { data } = (await anybody.get('/catalog/categories')).body
  expect(data.length).toBeGreaterThanOrEqual(3)
  for (const { slug, services } of data as Shown[]) {
    const list = (await anybody.get(`/catalog/categories/${slug}/services`)).body.data
    expect(list).toHaveLength(services)
    expect(services).toBeGreaterThan(0)
    for (const service of list) {
      expect([service.slug, service.plans.length]).toEqual([service.slug, 3])
      expect(service.category.slug).toBe(slug)
      expect((await anybody.get(`/catalog/services/${service.slug}`)).body.data).toEqual(service)
    }
  }
})

test('a plan shows its size, its prices for each cycle and its slots', async () => {
  const { anybody } = await system()
  const { plans: offered } = (await anybody.get('/catalog/services/wordpress')).body.data
  const tiers = offered.map(({ tier }: { tier: number }) => tier)
  expect(tiers).toEqual(tiers.toSorted((a: number, b: number) => a - b))
  for (const plan of offered) {
    expect(plan).toMatchObject({ currency: 'IDR', availableQuota: plan.totalQuota })
    expect(plan.cycles.map(({ billingCycle }: { billingCycle: string }) => billingCycle)).toEqual([
      'MONTHLY',
      'QUARTERLY',
      'YEARLY',
    ])
    const [monthly, quarterly, yearly] = plan.cycles.map(({ price }: { price: number }) => price)
    expect(monthly).toBe(plan.price)
    expect(quarterly).toBeLessThanOrEqual(3 * monthly)
    expect(yearly).toBeLessThanOrEqual(12 * monthly)
    for (const field of ['cpuMillicores', 'memoryMb', 'storageGb', 'price', 'availableQuota']) {
      expect(Number.isInteger(plan[field])).toBe(true)
    }
  }
})

test.each(['/catalog/categories/nowhere/services', '/catalog/services/nothing'])('%s is 404', async (path) => {
  const { anybody } = await system()
  const { status, body, headers } = await anybody.get(path)
  expect([status, body.error.code, headers.get('etag')]).toEqual([404, 'NOT_FOUND', null])
})

test.each(['A', 'a b', '-a', 'a_b', 'x'.repeat(65), "'; drop table services; --"])('slug %p is 422', async (slug) => {
  const { anybody } = await system()
  const { status, body } = await anybody.get(`/catalog/services/${encodeURIComponent(slug)}`)
  expect([status, body.error.details.in]).toEqual([422, 'path'])
})

test('a page that did not change is answered with 304 and no bytes', async () => {
  const { anybody } = await system()
  for (const path of ['/catalog/categories', '/catalog/services/n8n']) {
    const first = await anybody.get(path)
    const etag = first.headers.get('etag')!
    expect(etag).toMatch(/^"[\w-]+"$/)
    expect(first.headers.get('cache-control')).toBe('public, no-cache')
    // A proxy that compresses weakens the tag, and a browser may name several.
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await anybody.get(path, { 'if-none-match': tags })
      expect([tags, again.status, again.body]).toEqual([tags, 304, ''])
      expect(again.headers.get('etag')).toBe(etag)
    }
    for (const tags of ['"other"', etag.slice(1, -1), '']) {
      expect((await anybody.get(path, { 'if-none-match': tags })).status).toBe(200)
    }
  }
})

test('a page changes its tag with its content, and only then', async () => {
  const { anybody, customer, plan } = await system()
  const sold = await plan({ service: 'gotify', price: 1_000 })
  const tagOf = async (slug: string) => (await anybody.get(`/catalog/services/${slug}`)).headers.get('etag')
  const [before, elsewhere] = [await tagOf('gotify'), await tagOf('ghost')]
  const buyer = await customer({ balance: 1_000 })
  // Written, but nothing of the catalog: registering does not move a tag either.
  expect(await tagOf('gotify')).toBe(before)
  expect((await buyer.post('/subscriptions', { planId: sold.id })).status).toBe(201)
  expect(await tagOf('gotify')).not.toBe(before)
  expect(await tagOf('ghost')).toBe(elsewhere)
})

test('a service that is a draft is nowhere to be seen, and can’t be bought', async () => {
  const running = await system()
  const { anybody, customer } = running
  const shown = (await anybody.get('/catalog/services/memos')).body.data
  const buyer = await customer({ balance: 1_000_000 })
  await setService(running, 'memos', 'DRAFT')
  expect((await anybody.get('/catalog/services/memos')).status).toBe(404)
  const list = await anybody.get(`/catalog/categories/${shown.category.slug}/services`)
  expect(list.body.data.map(({ slug }: Shown) => slug)).not.toContain('memos')
  const bought = await buyer.post('/subscriptions', { planId: shown.plans[0].id })
  expect(bought).toFail(404, 'NOT_FOUND')
  expect(await buyer.balance()).toBe(1_000_000)
  await setService(running, 'memos', 'ACTIVE')
  expect((await anybody.get('/catalog/services/memos')).body.data).toEqual(shown)
})

test('a retired plan is not shown any more, and is INVALID_PLAN to who knows its id', async () => {
  const { anybody, customer, parts, plan } = await system()
  const sold = await plan({ service: 'forgejo', price: 1_000 })
  const idsOf = async () =>
    (await anybody.get('/catalog/services/forgejo')).body.data.plans.map(({ id }: { id: string }) => id)
  expect(await idsOf()).toContain(sold.id)
  await parts.db.write((tx) => tx.update(plans).set({ status: 'RETIRED' }).where(eq(plans.id, sold.id)).run())
  expect(await idsOf()).not.toContain(sold.id)
  const buyer = await customer({ balance: 1_000 })
  const { status, body } = await buyer.post('/subscriptions', { planId: sold.id })
  expect({ status, body }).toFail(422, 'INVALID_PLAN')
})

test('an empty category is shown, with nothing in it', async () => {
  const { anybody, parts } = await system()
  const now = new Date()
  const row = {
    id: 'cat_empty',
    slug: 'empty',
    name: 'Empty',
    description: '',
    position: 99,
    createdAt: now,
    updatedAt: now,
  }
  await parts.db.write((tx) => tx.insert(categories).values(row).run())
  const { data } = (await anybody.get('/catalog/categories')).body
  expect(data.at(-1)).toMatchObject({ slug: 'empty', services: 0 })
  expect((await anybody.get('/catalog/categories/empty/services')).body.data).toEqual([])
})

test('what another process changes is seen with the next request', async () => {
  const { anybody, dataDir } = await system()
  const priceNow = async () => (await anybody.get('/catalog/services/metabase')).body.data.plans[0]
  const before = await priceNow()
  const other = Bun.spawn([process.execPath, `${import.meta.dir}/children/set-prices.ts`, dataDir, before.id], {
    stdin: 'pipe',
    stdout: 'pipe',
  })
  const done = other.stdout.getReader()
  for (let round = 1; round <= 20; round++) {
    other.stdin.write(`${before.price + round}\n`)
    await other.stdin.flush()
    await done.read()
    expect((await priceNow()).price).toBe(before.price + round)
  }
  other.stdin.end()
  expect(await other.exited).toBe(0)
})

test('HEAD answers like GET, without the bytes', async () => {
  const { url } = await system()
  const path = `${url}/api/catalog/services/n8n`
  const [head, get] = await Promise.all([fetch(path, { method: 'HEAD' }), fetch(path)])
  expect([head.status, await head.text()]).toEqual([200, ''])
  expect(head.headers.get('etag')).toBe(get.headers.get('etag'))
})
