import { expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { plans, services } from '../../src/features/catalog/tables'
import { newId } from '../../src/lib/ids'
import { sharedSystem } from '../support/system'

const system = sharedSystem()

interface Found {
  slug: string
  name: string
  type: string
  category: { slug: string; name: string }
  plans: { id: string; price: number; availableQuota: number; totalQuota: number }[]
}

async function search(query: Record<string, string>, headers: Record<string, string> = {}) {
  const { anybody } = await system()
  const { status, body, headers: got } = await anybody.get(`/catalog/search?${new URLSearchParams(query)}`, headers)
  return { status, body, headers: got, found: (body?.data ?? []) as Found[] }
}

const slugs = async (query: Record<string, string>) => (await search(query)).found.map(({ slug }) => slug)

/** Everything that is for sale, as the pages of the categories show it. */
async function shop(): Promise<Found[]> {
  const { anybody } = await system()
  const { data } = (await anybody.get('/catalog/categories')).body
  const lists = await Promise.all(
    data.map(({ slug }: { slug: string }) => anybody.get(`/catalog/categories/${slug}/services`)),
  )
  return lists.flatMap(({ body }) => body.data)
}

const priceOf = ({ plans: offered }: Found) => Math.min(...offered.map(({ price }) => price))

test('without words it shows all that is for sale, as its own pages do, by name', async () => {
  const all = await shop()
  const { found, body } = await search({ limit: '100' })
  expect(found.map(({ slug }) => slug).sort()).toEqual(all.map(({ slug }) => slug).sort())
  expect(body.meta.total).toBe(all.length)
  for (const service of found) expect(service).toEqual(all.find(({ slug }) => slug === service.slug)!)
  const names = found.map(({ name }) => name)
  expect(names).toEqual(names.toSorted(new Intl.Collator('id', { numeric: true }).compare))
  expect(await slugs({ q: '  ', limit: '100' })).toEqual(found.map(({ slug }) => slug))
})

test.each([
  ['a name', 'wordpress', 'wordpress'],
  ['the beginning of one', 'wordp', 'wordpress'],
  ['one letter', 'w', 'wordpress'],
  ['another case', 'WordPRESS', 'wordpress'],
  ['accents that it has not', 'wördpréss', 'wordpress'],
  ['a slug in two words', 'uptime-kuma', 'uptime-kuma'],
  ['signs around it', '"(ghost)"*', 'ghost'],
])('%s finds it first', async (_, q, slug) => {
  expect((await slugs({ q }))[0]).toBe(slug)
})

test('words of a description find it in either language, whatever the caller speaks', async () => {
  const [inEnglish] = (await search({ q: 'ghost' }, { 'accept-language': 'en' })).found
  const [inIndonesian] = (await search({ q: 'ghost' }, { 'accept-language': 'id' })).found
  const { description: en } = inEnglish as unknown as { description: string }
  const { description: id } = inIndonesian as unknown as { description: string }
  expect(en).not.toBe(id)
  for (const text of [en, id]) {
    const words = text.split(/\P{L}+/u).filter((word) => word.length > 4)
    expect(await slugs({ q: words.slice(0, 5).join(' '), limit: '100' })).toContain('ghost')
  }
})

test('what has all the words stands alone; where nothing has them, what has any does', async () => {
  expect(await slugs({ q: 'wordpress zzzz' })).toEqual(await slugs({ q: 'wordpress' }))
  expect(await slugs({ q: 'zzzz' })).toEqual([])
  const both = await slugs({ q: 'ghost wordpress', limit: '100' })
  expect(both).toEqual(expect.arrayContaining(['ghost', 'wordpress']))
})

test.each([
  ["'", 0],
  ['"', 0],
  ['*', 0],
  ['NEAR(', 0],
  ['AND OR NOT', 0],
  ['n8n, ghost', 1],
  ['[ghost]', 1],
  ['{"ghost":1}', 1],
  ['[1]', 0],
  [',', 0],
  ['name:ghost', 1],
  ['ghost^2', 1],
  ['{name}: ghost', 1],
  ['🎉🎉', 0],
  ['ghost 🎉', 1],
  ['مرحبا', 0],
  ['; drop table services; --', 0],
  ['%', 0],
  ['__proto__', 0],
  ['-', 0],
  ['ghost '.repeat(200), 1],
  [Array.from({ length: 200 }, (_, index) => `word${index}`).join(' '), 0],
  ['مرحبا '.repeat(200), 0],
  ['数据库 '.repeat(200), 0],
  ['x'.repeat(2_000), 0],
])('question %# is text', async (q, least) => {
  const { status, body, found } = await search({ q })
  expect(status).toBe(200)
  expect(found.length).toBeGreaterThanOrEqual(least)
  expect(body.meta.total).toBeGreaterThanOrEqual(found.length)
  if (least > 0) expect(found.map(({ slug }) => slug)).toContain('ghost')
})

test.each([
  { q: 'x'.repeat(2_001) },
  { q: 'a\0b' },
  { category: 'No Such' },
  { type: 'app' },
  { minPrice: '-1' },
  { maxPrice: '1.5' },
  { maxPrice: '1e400' },
  { available: 'perhaps' },
  { sort: 'rank' },
  { limit: '101' },
  { page: '0' },
  { colour: 'red' },
])('wrong query %# is refused', async (query) => {
  const { status, body } = await search(query as unknown as Record<string, string>)
  expect([status, body.error.code]).toEqual([422, 'VALIDATION_ERROR'])
})

test('filters hold each by itself and together, and each count is what its choice then finds', async () => {
  const all = await shop()
  const prices = all.flatMap(({ plans: offered }) => offered.map(({ price }) => price)).toSorted((a, b) => a - b)
  const middle = prices[Math.floor(prices.length / 2)]!
  const fits = ({ plans: offered }: Found) => offered.some(({ price }) => price >= 20_000 && price <= middle)
  const query = { minPrice: '20000', maxPrice: String(middle), limit: '100' }
  const { found, body } = await search(query)
  expect(found.map(({ slug }) => slug).sort()).toEqual(
    all
      .filter(fits)
      .map(({ slug }) => slug)
      .sort(),
  )
  expect(body.facets.categories.length).toBeGreaterThan(1)
  for (const { slug, name, count } of body.facets.categories) {
    const chosen = await search({ ...query, category: slug })
    expect([chosen.body.meta.total, chosen.found[0]!.category.name]).toEqual([count, name])
    expect(chosen.body.facets.categories).toEqual(body.facets.categories)
    for (const { type, count: ofType } of chosen.body.facets.types) {
      const both = await search({ ...query, category: slug, type })
      expect(both.body.meta.total).toBe(ofType)
      expect(both.found.every((service) => service.type === type && service.category.slug === slug)).toBe(true)
    }
  }
  expect(body.facets.price).toEqual({ min: prices[0], max: prices.at(-1) })
  expect((await search({ category: 'nowhere' })).body).toMatchObject({
    data: [],
    meta: { total: 0 },
    facets: { price: null, types: [] },
  })
})

test('by price the cheapest plan that fits counts; the newest come first', async () => {
  const byPrice = (await search({ sort: 'price', limit: '100' })).found.map(priceOf)
  expect(byPrice).toEqual(byPrice.toSorted((a, b) => a - b))
  const { parts } = await system()
  await parts.db.write((tx) =>
    tx
      .update(services)
      .set({ createdAt: new Date(parts.clock.now().getTime() + 1_000) })
      .where(eq(services.slug, 'memos'))
      .run(),
  )
  expect((await slugs({ sort: 'newest' }))[0]).toBe('memos')
})

test('pages follow each other without a gap', async () => {
  const whole = await slugs({ limit: '100', sort: 'price' })
  const pages: string[] = []
  for (let page = 1; pages.length < whole.length; page++) {
    const part = await slugs({ limit: '7', sort: 'price', page: String(page) })
    expect(part.length).toBeGreaterThan(0)
    pages.push(...part)
  }
  expect(pages).toEqual(whole)
  expect(await slugs({ limit: '7', page: '50' })).toEqual([])
})

test('a slot that is sold or given back is in the very next answer, and only-available follows it', async () => {
  const { customer, plan } = await system()
  const sold = await plan({ price: 7, slots: 1, service: 'gotify' })
  const asked = { maxPrice: '7', limit: '100' }
  const slotsLeft = async () => {
    const [service] = (await search(asked)).found
    return service!.plans.find(({ id }) => id === sold.id)!.availableQuota
  }
  const buyer = await customer({ balance: 1_000 })
  for (let round = 0; round < 3; round++) {
    expect([await slotsLeft(), await slugs({ ...asked, available: 'true' })]).toEqual([1, ['gotify']])
    const { body } = await buyer.post('/subscriptions', { planId: sold.id })
    expect([await slotsLeft(), await slugs({ ...asked, available: 'true' })]).toEqual([0, []])
    expect((await buyer.delete(`/subscriptions/${body.data.id}`)).status).toBe(200)
  }
})

test('a new word, a new price and an end of sale are in the very next answer', async () => {
  const { parts } = await system()
  const change = (values: Partial<typeof services.$inferInsert>) =>
    parts.db.write((tx) => tx.update(services).set(values).where(eq(services.slug, 'umami')).run())
  expect(await slugs({ q: 'kilimanjaro' })).toEqual([])
  await change({ name: 'Kilimanjaro' })
  expect(await slugs({ q: 'kilim' })).toEqual(['umami'])
  await change({ status: 'RETIRED' })
  expect(await slugs({ q: 'kilim' })).toEqual([])
  await change({ status: 'ACTIVE', name: 'Umami' })
  expect(await slugs({ q: 'kilim' })).toEqual([])
  expect(await slugs({ q: 'umami' })).toContain('umami')
})

test('a service without a plan for sale is not found, yet stands on the page of its category', async () => {
  const { admin: signIn, anybody } = await system()
  const admin = await signIn()
  const { body } = await anybody.get('/catalog/services/miniflux')
  const { id, category, plans: offered } = body.data
  const setStatus = async (status: string) => {
    for (const plan of offered) {
      const changed = await admin.put(`/admin/services/${id}/plans/${plan.id}`, { status }, { 'if-match': '*' })
      expect(changed.status).toBe(200)
    }
  }
  const inCategory = async () => {
    const { data } = (await anybody.get('/catalog/categories')).body
    const list = (await anybody.get(`/catalog/categories/${category.slug}/services`)).body.data as Found[]
    const { services: count } = data.find(({ slug }: { slug: string }) => slug === category.slug)
    return { count, slugs: list.map(({ slug }) => slug) }
  }
  const countInFacets = async () =>
    (await search({})).body.facets.categories.find(({ slug }: { slug: string }) => slug === category.slug)?.count
  const before = { page: await inCategory(), facet: await countInFacets() }
  expect(before.page.slugs).toContain('miniflux')
  await setStatus('RETIRED')
  expect(await slugs({ q: 'miniflux' })).not.toContain('miniflux')
  expect(await slugs({ limit: '100' })).not.toContain('miniflux')
  // What it says is not looked through either: words that only it has all of find what has any of them.
  expect(await slugs({ q: `miniflux ${category.name}` })).not.toEqual([])
  expect({ page: await inCategory(), facet: await countInFacets() }).toEqual({ ...before, facet: before.facet - 1 })
  await setStatus('ACTIVE')
  expect(await slugs({ q: 'miniflux' })).toContain('miniflux')
})

test('the tag of an answer holds until anything in it changes', async () => {
  const { plan, customer } = await system()
  const sold = await plan({ price: 9, slots: 5, service: 'wiki-js' })
  const query = { q: 'wiki' }
  const first = await search(query)
  const etag = first.headers.get('etag')!
  const again = await search(query, { 'if-none-match': etag })
  expect([again.status, again.headers.get('etag'), again.headers.get('cache-control')]).toEqual([
    304,
    etag,
    'public, no-cache',
  ])
  const inIndonesian = await search(query, { 'if-none-match': etag, 'accept-language': 'id' })
  expect([inIndonesian.status, inIndonesian.headers.get('vary')]).toEqual([200, 'accept-language, accept-encoding'])
  await (await customer({ balance: 100 })).post('/subscriptions', { planId: sold.id })
  expect((await search(query, { 'if-none-match': etag })).status).toBe(200)
})

test('more services than are read in one go are all found, each once', async () => {
  const { parts } = await system()
  const now = parts.clock.now()
  const [pattern] = await parts.db.read.select().from(services).where(eq(services.slug, 'n8n')).all()
  const ids = Array.from({ length: 130 }, () => newId('service', now.getTime()))
  await parts.db.write(async (tx) => {
    for (const [index, id] of ids.entries()) {
      await tx
        .insert(services)
        .values({ ...pattern!, id, slug: `copy-${index}`, name: `Duplicate ${index}` })
        .run()
      await tx
        .insert(plans)
        .values({
          id: newId('plan'),
          serviceId: id,
          name: 'Only',
          tier: 1,
          price: 5n as never,
          cpuMillicores: 1_000,
          memoryMb: 1_024,
          storageGb: 10,
          features: index === 129 ? ['zanzibar'] : [],
          totalQuota: 1,
          createdAt: now,
          updatedAt: now,
        })
        .run()
    }
  })
  const { body } = await search({ q: 'duplicate', limit: '1' })
  expect(body.meta.total).toBe(130)
  expect(await slugs({ q: 'duplicate', sort: 'name', limit: '3' })).toEqual(['copy-0', 'copy-1', 'copy-2'])
  expect(await slugs({ q: 'zanzibar' })).toEqual(['copy-129'])
  await parts.db.write(async (tx) => {
    for (const id of ids) await tx.update(services).set({ status: 'RETIRED' }).where(eq(services.id, id)).run()
  })
  expect(await slugs({ q: 'duplicate' })).toEqual([])
})
