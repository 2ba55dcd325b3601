import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { auditEntries } from '../../src/features/audit/tables'
import { plans } from '../../src/features/catalog/tables'
import { sharedSystem } from '../support/system'
import { bigCatalog, planOf } from './big-catalog'
import { type FreshShop, freshShop, mistakesOf } from './fresh-shop'

const system = sharedSystem()
let shop: FreshShop
beforeAll(async () => {
  shop = await freshShop()
})
afterAll(() => shop.close())

const any = { 'if-match': '*' }

test('the whole catalog goes out as one file, comes in again and changes nothing, and makes the same one elsewhere', async () => {
  const { admin: signIn, anybody, url } = await system()
  const admin = await signIn()
  const { body: file, headers } = await admin.get('/admin/catalog')
  const etag = headers.get('etag')!
  expect(file.services.map(({ slug }: { slug: string }) => slug)).toContain('n8n')
  expect((await admin.get('/admin/catalog', { 'if-none-match': etag })).status).toBe(304)
  const { body: same } = await admin.put('/admin/catalog', file, { 'if-match': etag })
  const things = file.categories.length + file.services.length * 4
  expect(same.data).toEqual({
    dryRun: false,
    creates: [],
    updates: [],
    retires: [],
    unchanged: things,
    missingSecrets: [],
  })
  expect((await admin.get('/admin/catalog')).headers.get('etag')).toBe(etag)

  const elsewhere = await freshShop()
  try {
    const report = await elsewhere.put(file, { confirmLicences: true })
    expect([report.creates.length, report.updates, report.retires, report.unchanged]).toEqual([things, [], [], 0])
    const text = await elsewhere.text()
    expect(JSON.parse(text)).toEqual(file)
    expect(await elsewhere.put(text)).toMatchObject({ creates: [], updates: [], unchanged: things })
    expect(await elsewhere.text()).toBe(text)
  } finally {
    await elsewhere.close()
  }
  const schema = await (await fetch(`${url}/api/catalog/file-schema`)).json()
  expect(schema).toMatchObject({ type: 'object', properties: { version: { const: 1 } } })
  expect((await anybody.get('/admin/catalog')).status).toBe(401)
})

test('a price of the file is sold at once; a dry run says the same before and changes nothing', async () => {
  const { admin: signIn, anybody } = await system()
  const admin = await signIn()
  const { body: file, headers } = await admin.get('/admin/catalog')
  const memos = file.services.find(({ slug }: { slug: string }) => slug === 'memos')
  const before = memos.plans[0].price
  memos.plans[0].price = before + 1_000
  memos.name = 'Notes'
  const tag = { 'if-match': headers.get('etag')! }
  const changes = [
    { kind: 'service', slug: 'memos', changes: { name: { before: 'Memos', after: 'Notes' } } },
    { kind: 'plan', slug: 'memos', tier: 1, changes: { price: { before, after: before + 1_000 } } },
  ]
  const { data: dry } = (await admin.put('/admin/catalog?dryRun=true', file, tag)).body
  expect(dry).toMatchObject({ dryRun: true, creates: [], updates: changes, retires: [] })
  expect((await admin.get('/admin/catalog')).headers.get('etag')).toBe(headers.get('etag'))
  const { data: done } = (await admin.put('/admin/catalog', file, tag)).body
  expect(done).toEqual({ ...dry, dryRun: false })
  const shown = (await anybody.get('/catalog/services/memos')).body.data
  expect([shown.name, shown.plans[0].price]).toEqual(['Notes', before + 1_000])
  const acts = (await admin.get('/admin/audit?limit=3')).body.data
  expect(acts.map(({ action }: { action: string }) => action)).toEqual([
    'catalog.import',
    'plan.update',
    'service.update',
  ])
  expect(acts[0].after).toEqual({ creates: 0, updates: 2, retires: 0, unchanged: dry.unchanged })
  expect(acts[1].before).toEqual({ price: before })

  // Of two who start from the same file one is told.
  expect((await admin.put('/admin/catalog', file, tag)).body.error.code).toBe('PRECONDITION_FAILED')
  expect((await admin.put('/admin/catalog', file)).body.error.code).toBe('PRECONDITION_REQUIRED')
  expect((await admin.put('/admin/catalog', file, any)).status).toBe(200)
})

test('a slot that is sold is no change; a file made before it still holds', async () => {
  const { admin: signIn, customer, plan } = await system()
  const admin = await signIn()
  const { id } = await plan({ price: 10_000, slots: 2 })
  const { body: file, headers } = await admin.get('/admin/catalog')
  const buyer = await customer({ balance: 50_000 })
  expect((await buyer.post('/subscriptions', { planId: id })).status).toBe(201)
  const tag = { 'if-match': headers.get('etag')! }
  expect((await admin.put('/admin/catalog', file, tag)).body.data.updates).toEqual([])
  const at = file.services.findIndex(({ slug }: { slug: string }) => slug === 'n8n')
  const own = file.services[at].plans.findIndex(({ name }: { name: string }) => name.startsWith('Test'))
  file.services[at].plans[own].totalQuota = 0
  const refused = await admin.put('/admin/catalog', file, tag)
  expect([refused.status, refused.body.error.details.problems]).toEqual([
    422,
    [{ path: `/services/${at}/plans/${own}/totalQuota`, message: 'More slots than that are held by subscriptions' }],
  ])
  file.services[at].template = 'memos'
  const { problems } = (await admin.put('/admin/catalog', file, tag)).body.error.details
  expect(problems.map(({ path }: { path: string }) => path)).toContain(`/services/${at}/template`)
})

describe('what a file leaves out', () => {
  test('stays, or is retired where that is asked for, and comes back', async () => {
    const whole = bigCatalog(3, { categories: 2 })
    await shop.put(whole)
    const text = await shop.text()
    const part = { ...whole, categories: whole.categories.slice(0, 1), services: whole.services.slice(0, 1) }
    const [service] = part.services
    part.services = [{ ...service!, plans: service!.plans.slice(0, 2) }]
    expect(await shop.put(part)).toMatchObject({ creates: [], updates: [], retires: [], unchanged: 4 })
    expect(await shop.text()).toBe(text)
    const retires = [
      { kind: 'service', slug: 'app-1' },
      { kind: 'service', slug: 'app-2' },
      { kind: 'plan', slug: 'app-0', tier: 3 },
      { kind: 'category', slug: 'big-1' },
    ]
    const report = await shop.put(part, { retireMissing: true, dryRun: true })
    expect(report.retires).toEqual(expect.arrayContaining(retires))
    expect(await shop.text()).toBe(text)
    expect((await shop.put(part, { retireMissing: true })).retires).toEqual(report.retires)
    expect(await shop.put(part, { retireMissing: true })).toMatchObject({ retires: [], unchanged: 4 })
    const retired = JSON.parse(await shop.text())
    expect(retired.services.map(({ status }: { status?: string }) => status)).toEqual([undefined, 'RETIRED', 'RETIRED'])
    expect(retired.categories.map(({ status }: { status?: string }) => status)).toEqual([undefined, 'RETIRED'])
    // Its history stays: the plan of that tier is a new one.
    expect((await shop.put(whole)).creates).toEqual([{ kind: 'plan', slug: 'app-0', tier: 3 }])
    expect(await shop.text()).toBe(text)
    expect((await shop.db.read.select().from(plans).where(eq(plans.status, 'RETIRED')).all()).length).toBe(1)
  })

  test('of a thing is its default', async () => {
    const whole = bigCatalog(1, { categories: 1 })
    await shop.put(whole)
    const { translations: _, ...bare } = whole.categories[0]!
    const report = await shop.put({ ...whole, categories: [bare] })
    expect(report.updates).toEqual([
      {
        ...{ kind: 'category', slug: 'big-0' },
        changes: { translations: { before: { id: { name: 'Besar 0' } }, after: {} } },
      },
    ])
    await shop.put(whole)
  })
})

test('a service gets another template with the plans that carry it, whichever of both is larger', async () => {
  const whole = bigCatalog(1, { categories: 1 })
  whole.services[0]!.slug = 'changing'
  await shop.put(whole)
  const withPlans = (template: string, memoryMb: number) => ({
    ...whole,
    services: [{ ...whole.services[0]!, template, plans: [{ ...planOf(1, 1_000), memoryMb, storageGb: 60 }] }],
  })
  await shop.put(withPlans('memos', 256), { retireMissing: true })
  expect((await shop.put(withPlans('nextcloud', 4_096))).updates).toHaveLength(2)
  expect((await shop.put(withPlans('memos', 256))).updates).toHaveLength(2)
  expect(await mistakesOf(shop.put(withPlans('nextcloud', 256)))).toEqual([
    expect.stringMatching(/^\/services\/0\/plans\/0\/memoryMb The template nextcloud needs at least/),
  ])
})

test('an import on the command line says so in the audit log, once, beside one entry for each thing', async () => {
  const own = await freshShop()
  try {
    await own.put(bigCatalog(2, { categories: 1 }))
    const acts = await own.db.read.select().from(auditEntries).orderBy(auditEntries.number).all()
    expect(acts.map(({ action }) => action)).toEqual([
      'category.create',
      ...['service.create', 'plan.create', 'plan.create', 'plan.create'],
      ...['service.create', 'plan.create', 'plan.create', 'plan.create'],
      'catalog.import',
    ])
    expect(acts.at(-1)).toMatchObject({ actorKind: 'system', reason: 'on the command line' })
  } finally {
    await own.close()
  }
})

test('a file that takes longer than a write may is refused whole, in words', async () => {
  const slow = await freshShop({ writeDeadlineMs: 150 })
  try {
    const before = await slow.rows()
    expect(await mistakesOf(slow.put(bigCatalog(900)))).toEqual([
      'The file is too much for one go just now: try again, or import it in parts',
    ])
    expect(await slow.rows()).toEqual(before)
  } finally {
    await slow.close()
  }
})
