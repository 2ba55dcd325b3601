import { describe, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { verifyBooks } from '../../src/features/books'
import { findTemplate } from '../../src/templates'
import { type Caller, sharedSystem } from '../support/system'

const system = sharedSystem()
let made = 0

const any = { 'if-match': '*' }
const newSlug = (): string => `byhand${++made}x`
const planOf = (more: object = {}) => ({
  name: 'Small',
  tier: 1,
  price: 40_000,
  quarterlyDiscountPercent: 5,
  cpuMillicores: 1_000,
  memoryMb: 2_048,
  storageGb: 20,
  features: ['1 vCPU'],
  totalQuota: 2,
  ...more,
})

async function created(admin: Caller, path: string, body: object) {
  const answer = await admin.post(path, body)
  expect([path, answer.status, answer.body.error]).toEqual([path, 201, undefined])
  return answer.body.data
}

async function shop(more: object = {}) {
  const { admin: signIn } = await system()
  const admin = await signIn()
  const category = await created(admin, '/admin/categories', {
    slug: newSlug(),
    name: 'By hand',
    description: 'What an operator makes',
  })
  const service = await created(admin, '/admin/services', {
    slug: newSlug(),
    categoryId: category.id,
    name: 'Our own',
    description: 'Sold by us alone',
    templateName: 'memos',
    status: 'ACTIVE',
    ...more,
  })
  const plan = await created(admin, `/admin/services/${service.id}/plans`, planOf())
  const planPath = `/admin/services/${service.id}/plans/${plan.id}`
  return { admin, category, service, plan, planPath, servicePath: `/admin/services/${service.id}` }
}

/** The last act on a thing, as the audit log has it. */
async function lastAct(admin: Caller, targetId: string) {
  const { body } = await admin.get(`/admin/audit?targetId=${targetId}&limit=1`)
  return body.data[0]
}

test('what an operator makes is sold to the very next visitor, and what they change is shown to the one after', async () => {
  const { admin, category, service, plan, planPath, servicePath } = await shop()
  const { anybody, customer } = await system()
  const page = async () => (await anybody.get(`/catalog/services/${service.slug}`)).body.data
  expect(await page()).toMatchObject({ name: 'Our own', category: { slug: category.slug }, type: 'hosting' })
  expect((await page()).plans).toMatchObject([{ id: plan.id, price: 40_000, availableQuota: 2, totalQuota: 2 }])
  expect((await anybody.get(`/catalog/search?q=${service.slug}`)).body.data).toHaveLength(1)
  const buyer = await customer({ balance: 100_000 })
  expect((await buyer.post('/subscriptions', { planId: plan.id })).status).toBe(201)
  expect((await admin.put(planPath, { price: 55_000, totalQuota: 9 }, any)).body.data).toMatchObject({
    price: 55_000,
    usedQuota: 1,
    availableQuota: 8,
    version: 2,
  })
  expect((await page()).plans).toMatchObject([{ price: 55_000, availableQuota: 8 }])
  expect((await admin.get(servicePath)).body.data).toMatchObject({
    sold: 1,
    availableQuota: 8,
    activePlans: 1,
    fromPrice: 55_000,
  })
  expect(await lastAct(admin, plan.id)).toMatchObject({
    action: 'plan.update',
    before: { price: 40_000, totalQuota: 2 },
    after: { price: 55_000, totalQuota: 9 },
  })
})

test('who has a plan keeps its price and its size, whatever becomes of the plan', async () => {
  const { admin, plan, planPath } = await shop()
  const { customer } = await system()
  const buyer = await customer({ balance: 200_000 })
  const { id } = (await buyer.post('/subscriptions', { planId: plan.id })).body.data
  const { parts } = await system()
  const changed = { price: 99_000, cpuMillicores: 4_000, memoryMb: 8_192, storageGb: 80, status: 'RETIRED' }
  expect((await admin.put(planPath, changed, any)).status).toBe(200)
  const size = sql`select cpu_millicores, memory_mb, storage_gb from instances where subscription_id = ${id}`
  expect(await parts.db.read.values<number[]>(size)).toEqual([[1_000, 2_048, 20]])
  await parts.db.write((tx) =>
    tx.run(sql`update subscriptions set first_ready_at = 1, status = 'ACTIVE' where id = ${id}`),
  )
  const renewed = await buyer.put(`/subscriptions/${id}/renew`, {})
  expect([renewed.status, renewed.body.data.price]).toEqual([200, 40_000])
  const other = await customer({ balance: 200_000 })
  const refused = await other.post('/subscriptions', { planId: plan.id })
  expect([refused.status, refused.body.error.code]).toEqual([422, 'INVALID_PLAN'])
})

describe('two administrators', () => {
  test('a write from an old version is refused, and says the present one', async () => {
    const { admin, planPath, servicePath, category } = await shop()
    for (const [path, body] of [
      [planPath, { name: 'Changed' }],
      [servicePath, { name: 'Changed' }],
      [`/admin/categories/${category.id}`, { name: 'Changed' }],
    ] as const) {
      const { headers } = await admin.get(path)
      const read = { 'if-match': headers.get('etag')! }
      const first = await admin.put(path, body, read)
      expect([first.status, first.headers.get('etag')]).toEqual([200, '"2"'])
      const second = await admin.put(path, { name: 'Again' }, read)
      expect([second.status, second.body.error.code, second.body.error.details]).toEqual([
        412,
        'PRECONDITION_FAILED',
        { version: 2 },
      ])
      expect((await admin.delete(path, undefined, read)).status).toBe(412)
      expect((await admin.get(path)).body.data.name).toBe('Changed')
    }
  })

  test('of many who change the same version at once, one does', async () => {
    const { admin, planPath } = await shop()
    const writes = Array.from({ length: 20 }, (_, index) =>
      admin.put(planPath, { price: 1_000 + index }, { 'if-match': '"1"' }),
    )
    const statuses = (await Promise.all(writes)).map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array(19).fill(412)])
    expect((await admin.get(planPath)).body.data.version).toBe(2)
  })

  test.each([undefined, 'x', '1', '"', '"1', '"-1"', '""', '"9999999999999999"'])(
    'If-Match %p is refused',
    async (tag) => {
      const { admin, planPath } = await shop()
      const { status } = await admin.put(planPath, { price: 1 }, tag === undefined ? {} : { 'if-match': tag })
      expect(status).toBe(tag === undefined ? 428 : 412)
      expect((await admin.get(planPath)).body.data.price).toBe(40_000)
    },
  )

  test('of several tags one has to be the present one', async () => {
    const { admin, planPath } = await shop()
    expect((await admin.put(planPath, { price: 1 }, { 'if-match': '"7", W/"1"' })).status).toBe(200)
    expect((await admin.put(planPath, { price: 2 }, { 'if-match': '"7", "1"' })).status).toBe(412)
  })

  test('a weakened tag names its version, and nothing to change is no new one', async () => {
    const { admin, planPath } = await shop()
    const { body, status } = await admin.put(planPath, { price: 40_000, features: ['1 vCPU'] }, { 'if-match': 'W/"1"' })
    expect([status, body.data.version]).toEqual([200, 1])
  })
})

describe('slots', () => {
  test('never go below those that are held, which are told', async () => {
    const { admin, plan, planPath } = await shop()
    const { customer } = await system()
    const buyers = await Promise.all([customer({ balance: 50_000 }), customer({ balance: 50_000 })])
    for (const buyer of buyers) expect((await buyer.post('/subscriptions', { planId: plan.id })).status).toBe(201)
    const refused = await admin.put(planPath, { totalQuota: 1 }, any)
    expect([refused.status, refused.body.error.code, refused.body.error.details]).toEqual([
      409,
      'INVALID_STATE',
      { held: 2, asked: 1 },
    ])
    expect((await admin.put(planPath, { totalQuota: 2 }, any)).status).toBe(200)
  })

  test('lowered while they are sold, what is held fits what there is after each of both', async () => {
    const { admin, plan, planPath } = await shop()
    await admin.put(planPath, { totalQuota: 12 }, any)
    const { customer } = await system()
    const buyers = await Promise.all(Array.from({ length: 12 }, () => customer({ balance: 50_000 })))
    const [bought, lowered] = await Promise.all([
      Promise.all(buyers.map((buyer) => buyer.post('/subscriptions', { planId: plan.id }))),
      Promise.all([9, 7, 5, 3, 1].map((totalQuota) => admin.put(planPath, { totalQuota }, any))),
    ])
    const sold = bought.filter(({ status }) => status === 201).length
    const { usedQuota, totalQuota } = (await admin.get(planPath)).body.data
    expect(usedQuota).toBe(sold)
    expect(usedQuota).toBeLessThanOrEqual(totalQuota)
    for (const { status } of [...bought, ...lowered]) expect([200, 201, 409]).toContain(status)
  })
})

describe('without a limit of slots', () => {
  const unlimited = { totalQuota: null, availableQuota: null }

  test('a plan is sold to whoever comes, is never sold out, and says so everywhere', async () => {
    const { admin, service, planPath, servicePath, category, plan } = await shop()
    const { anybody, customer } = await system()
    const { body } = await admin.put(planPath, { totalQuota: null }, any)
    expect(body.data).toMatchObject({ ...unlimited, usedQuota: 0 })
    expect(await lastAct(admin, plan.id)).toMatchObject({ before: { totalQuota: 2 }, after: { totalQuota: null } })
    const buyers = await Promise.all(Array.from({ length: 4 }, () => customer({ balance: 50_000 })))
    for (const buyer of buyers) expect((await buyer.post('/subscriptions', { planId: plan.id })).status).toBe(201)
    expect((await admin.get(planPath)).body.data).toMatchObject({ ...unlimited, usedQuota: 4 })
    expect((await anybody.get(`/catalog/services/${service.slug}`)).body.data.plans).toMatchObject([unlimited])
    const found = await anybody.get(`/catalog/search?category=${category.slug}&available=true`)
    expect(found.body.data).toMatchObject([{ id: service.id, plans: [unlimited] }])
    expect((await admin.get(servicePath)).body.data).toMatchObject({ availableQuota: null, sold: 4 })
    const ofCategory = `/admin/services?categoryId=${category.id}`
    expect((await admin.get(`${ofCategory}&soldOut=true`)).body.data).toEqual([])
    expect((await admin.get(`${ofCategory}&soldOut=false`)).body.data).toMatchObject([{ id: service.id }])
    expect((await admin.get(`/admin/services/${service.id}/plans?soldOut=true`)).body.data).toEqual([])
    expect(await verifyBooks((await system()).parts.db)).toEqual([])
  })

  test('it can get one again, not below what is held by then', async () => {
    const { admin, plan, planPath, service } = await shop()
    const { customer, anybody } = await system()
    await admin.put(planPath, { totalQuota: null }, any)
    const buyers = await Promise.all([1, 2, 3].map(() => customer({ balance: 50_000 })))
    for (const buyer of buyers) await buyer.post('/subscriptions', { planId: plan.id })
    const refused = await admin.put(planPath, { totalQuota: 2 }, any)
    expect([refused.status, refused.body.error.details]).toEqual([409, { held: 3, asked: 2 }])
    expect((await admin.put(planPath, { totalQuota: 3 }, any)).body.data).toMatchObject({ availableQuota: 0 })
    const late = await customer({ balance: 50_000 })
    const soldOut = await late.post('/subscriptions', { planId: plan.id })
    expect(soldOut.body.error).toMatchObject({ code: 'QUOTA_EXCEEDED', details: { availableQuota: 0, totalQuota: 3 } })
    expect((await anybody.get(`/catalog/services/${service.slug}`)).body.data.plans).toMatchObject([{ totalQuota: 3 }])
  })

  test('what is left of a service counts its limited plans, and is unlimited with one plan for sale that is', async () => {
    const { admin, service, servicePath } = await shop()
    const left = async () => (await admin.get(servicePath)).body.data.availableQuota
    const plans = `/admin/services/${service.id}/plans`
    const more = await created(admin, plans, planOf({ tier: 2, totalQuota: null }))
    expect(more).toMatchObject(unlimited)
    expect(await left()).toBeNull()
    await admin.put(`${plans}/${more.id}`, { status: 'RETIRED' }, any)
    expect(await left()).toBe(2)
  })

  test('an upgrade to it is offered and taken', async () => {
    const { admin, service, plan } = await shop()
    const more = await created(admin, `/admin/services/${service.id}/plans`, planOf({ tier: 2, totalQuota: null }))
    const buyer = await (await system()).customer({ balance: 500_000 })
    const { body } = await buyer.post('/subscriptions', { planId: plan.id })
    const options = await buyer.get(`/subscriptions/${body.data.id}/upgrade-options`)
    expect(options.body.data).toMatchObject([{ plan: { id: more.id, ...unlimited } }])
  })
})

describe('an end', () => {
  test('what was never used is deleted, from the plan upwards', async () => {
    const { admin, planPath, servicePath, category, service } = await shop()
    const categoryPath = `/admin/categories/${category.id}`
    expect((await admin.delete(categoryPath, undefined, any)).body.error.code).toBe('INVALID_STATE')
    expect((await admin.delete(servicePath, undefined, any)).body.error.code).toBe('INVALID_STATE')
    for (const path of [planPath, servicePath, categoryPath]) {
      expect((await admin.delete(path, undefined, any)).status).toBe(200)
      expect((await admin.get(path)).status).toBe(404)
    }
    expect(await lastAct(admin, service.id)).toMatchObject({ action: 'service.delete', before: { slug: service.slug } })
  })

  test('what was subscribed to once stays, though nobody has it any more', async () => {
    const { admin, plan, planPath } = await shop()
    const { customer } = await system()
    const buyer = await customer({ balance: 50_000 })
    const { id } = (await buyer.post('/subscriptions', { planId: plan.id })).body.data
    expect((await buyer.delete(`/subscriptions/${id}`)).status).toBe(200)
    const refused = await admin.delete(planPath, undefined, any)
    expect([refused.status, refused.body.error.code]).toEqual([409, 'INVALID_STATE'])
    expect((await admin.put(planPath, { status: 'RETIRED' }, any)).status).toBe(200)
  })

  test('a retired service is found by nobody, and is sold again when it comes back', async () => {
    const { admin, plan, service, servicePath, category } = await shop()
    const { anybody, customer } = await system()
    const buyer = await customer({ balance: 50_000 })
    await admin.put(servicePath, { status: 'RETIRED' }, any)
    expect((await anybody.get(`/catalog/services/${service.slug}`)).status).toBe(404)
    expect((await anybody.get(`/catalog/search?q=${service.slug}`)).body.data).toEqual([])
    expect((await buyer.post('/subscriptions', { planId: plan.id })).body.error.code).toBe('INVALID_PLAN')
    const categoryPath = `/admin/categories/${category.id}`
    expect((await admin.put(categoryPath, { status: 'RETIRED' }, any)).status).toBe(200)
    expect((await anybody.get(`/catalog/categories/${category.slug}/services`)).status).toBe(404)
    const early = await admin.put(servicePath, { status: 'ACTIVE' }, any)
    expect([early.status, early.body.error.code]).toEqual([409, 'INVALID_STATE'])
    expect((await admin.put(categoryPath, { status: 'ACTIVE' }, any)).status).toBe(200)
    await admin.put(servicePath, { status: 'ACTIVE' }, any)
    expect((await buyer.post('/subscriptions', { planId: plan.id })).status).toBe(201)
    const refused = await admin.put(categoryPath, { status: 'RETIRED' }, any)
    expect([refused.status, refused.body.error.details]).toEqual([409, { services: [service.slug] }])
  })
})

describe('slugs', () => {
  test('a renamed thing is found by its old slug, through any number of names, and back again', async () => {
    const { admin, service, servicePath, category } = await shop()
    const { url } = await system()
    const where = async (path: string) => {
      const { status, headers } = await fetch(`${url}/api/catalog/${path}`, { redirect: 'manual' })
      const location = headers.get('location')
      return [status, location && new URL(location, `${url}/api/catalog/${path}`).pathname]
    }
    const [second, third] = [newSlug(), newSlug()]
    await admin.put(servicePath, { slug: second }, any)
    await admin.put(servicePath, { slug: third }, any)
    for (const old of [service.slug, second]) {
      expect(await where(`services/${old}`)).toEqual([301, `/api/catalog/services/${third}`])
    }
    expect((await fetch(`${url}/api/v1/catalog/services/${second}`)).status).toBe(200)
    expect((await admin.put(servicePath, { slug: service.slug }, any)).status).toBe(200)
    expect(await where(`services/${third}`)).toEqual([301, `/api/catalog/services/${service.slug}`])
    expect(await where(`services/${service.slug}`)).toEqual([200, null])
    const newCategory = newSlug()
    await admin.put(`/admin/categories/${category.id}`, { slug: newCategory }, any)
    expect(await where(`categories/${category.slug}/services`)).toEqual([
      301,
      `/api/catalog/categories/${newCategory}/services`,
    ])
    await admin.put(servicePath, { status: 'RETIRED' }, any)
    expect(await where(`services/${third}`)).toEqual([404, null])
  })

  test('one that is taken is refused; one that only led elsewhere is free, so that two can change places', async () => {
    const one = await shop()
    const two = await shop()
    const { url } = await system()
    const taken = await one.admin.put(one.servicePath, { slug: two.service.slug }, any)
    expect([taken.status, taken.body.error.details]).toEqual([409, { slug: two.service.slug, by: two.service.id }])
    await two.admin.put(two.servicePath, { slug: newSlug() }, any)
    expect((await one.admin.put(one.servicePath, { slug: two.service.slug }, any)).status).toBe(200)
    expect((await two.admin.put(two.servicePath, { slug: one.service.slug }, any)).status).toBe(200)
    const shown = async (slug: string) => (await (await fetch(`${url}/api/catalog/services/${slug}`)).json()).data.id
    expect([await shown(two.service.slug), await shown(one.service.slug)]).toEqual([one.service.id, two.service.id])
    const { slug, categoryId, name, description, templateName } = { ...one.service, categoryId: one.category.id }
    const again = await one.admin.post('/admin/services', { slug, categoryId, name, description, templateName })
    expect([again.status, again.body.error.code]).toEqual([409, 'CONFLICT'])
  })

  test('a search by the old slug of a category finds what is in it', async () => {
    const { admin, category, service } = await shop()
    const { anybody } = await system()
    await admin.put(`/admin/categories/${category.id}`, { slug: newSlug() }, any)
    const { body } = await anybody.get(`/catalog/search?category=${category.slug}`)
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([service.id])
  })
})

describe('what is refused', () => {
  const wrongPlans: [string, object, number, string][] = [
    ['a negative price', { price: -1 }, 422, '/price'],
    ['a huge price', { price: 1e13 }, 422, '/price'],
    ['half a rupiah', { price: 0.5 }, 422, '/price'],
    ['a price as text', { price: '5' }, 422, '/price'],
    ['a size below the template', { memoryMb: 16 }, 422, '/memoryMb'],
    ['no processor', { cpuMillicores: 0 }, 422, '/cpuMillicores'],
    ['a discount over all', { yearlyDiscountPercent: 101 }, 422, '/yearlyDiscountPercent'],
    ['fewer slots than none', { totalQuota: -1 }, 422, '/totalQuota'],
    ['slots that it has taken', { usedQuota: 1 }, 422, '/usedQuota'],
    ['a name of nothing', { name: '\u200b' }, 422, '/name'],
    ['features without end', { features: Array(21).fill('x') }, 422, '/features'],
    ['a tier of nobody', { tier: 0 }, 422, '/tier'],
  ]
  test.each(wrongPlans)('a plan with %s', async (_, wrong, status, path) => {
    const { admin, planPath, service } = await shop()
    for (const answer of [
      await admin.put(planPath, wrong, any),
      await admin.post(`/admin/services/${service.id}/plans`, planOf({ tier: 5, ...wrong })),
    ]) {
      expect([answer.status, answer.body.error.details.problems[0].path]).toEqual([status, path])
    }
    expect((await admin.get(planPath)).body.data.version).toBe(1)
  })

  test('a plan that is too small in more than one way, with each of them and in both languages', async () => {
    const { admin, planPath, service } = await shop({ templateName: 'wordpress', status: 'DRAFT' })
    const problemsIn = async (language: string) => {
      const small = { cpuMillicores: 100, memoryMb: 100 }
      const headers = { ...any, 'accept-language': language }
      const changed = (await admin.put(planPath, small, headers)).body.error
      const made = await admin.post(`/admin/services/${service.id}/plans`, planOf({ tier: 5, ...small }), headers)
      expect(made.body.error.details).toEqual(changed.details)
      return changed.details.problems
    }
    const { cpuMillicores, memoryMb } = findTemplate('wordpress')!.minimum
    expect(await problemsIn('en')).toEqual([
      { path: '/cpuMillicores', message: `The template wordpress needs at least ${cpuMillicores}` },
      { path: '/memoryMb', message: `The template wordpress needs at least ${memoryMb}` },
    ])
    expect(await problemsIn('id')).toEqual([
      { path: '/cpuMillicores', message: `Templat wordpress membutuhkan paling sedikit ${cpuMillicores}` },
      { path: '/memoryMb', message: `Templat wordpress membutuhkan paling sedikit ${memoryMb}` },
    ])
  })

  test('a plan that a newer version of its template has made too small, brought back or resized: it is retired, renamed and repriced', async () => {
    const { admin, plan, planPath } = await shop()
    const { parts } = await system()
    // As a newer MinisPod finds it, whose own template needs more.
    await parts.db.write((tx) => tx.run(sql`update plans set memory_mb = 16 where id = ${plan.id}`))
    for (const fine of [{ name: 'Old' }, { price: 30_000 }, { status: 'RETIRED' }, { price: 35_000, memoryMb: 16 }])
      expect((await admin.put(planPath, fine, any)).status).toBe(200)
    for (const small of [{ status: 'ACTIVE' }, { memoryMb: 64 }, { storageGb: 30 }]) {
      const { status, body } = await admin.put(planPath, small, any)
      expect([status, body.error.details.problems[0].path]).toEqual([422, '/memoryMb'])
    }
    expect((await admin.put(planPath, { status: 'ACTIVE', memoryMb: 2_048 }, any)).status).toBe(200)
  })

  test('a tier twice among plans for sale', async () => {
    const { admin, planPath, service } = await shop()
    const path = `/admin/services/${service.id}/plans`
    expect((await admin.post(path, planOf())).body.error.code).toBe('CONFLICT')
    await admin.put(planPath, { status: 'RETIRED' }, any)
    expect((await admin.post(path, planOf())).status).toBe(201)
    const back = await admin.put(planPath, { status: 'ACTIVE' }, any)
    expect([back.status, back.body.error.code]).toEqual([409, 'CONFLICT'])
    expect((await admin.put(planPath, { status: 'ACTIVE', tier: 2 }, any)).status).toBe(200)
  })

  test('a template or category that is not there, and another template for who has subscribed', async () => {
    const { admin, servicePath, plan } = await shop()
    const problem = async (body: object) => {
      const { status, body: said } = await admin.put(servicePath, body, any)
      return [status, said.error.details?.problems?.[0].path ?? said.error.code]
    }
    expect(await problem({ templateName: 'nothing' })).toEqual([422, '/templateName'])
    expect(await problem({ categoryId: 'cat_x' })).toEqual([422, '/categoryId'])
    expect((await admin.put(servicePath, { templateName: 'gotify' }, any)).status).toBe(200)
    const { customer } = await system()
    expect((await (await customer({ balance: 50_000 })).post('/subscriptions', { planId: plan.id })).status).toBe(201)
    expect(await problem({ templateName: 'memos' })).toEqual([409, 'INVALID_STATE'])
  })

  test('a template whose licence asks for an agreement, until somebody says that there is one', async () => {
    const { admin, servicePath, service } = await shop({ status: 'DRAFT', templateName: 'n8n' })
    const refused = await admin.put(servicePath, { status: 'ACTIVE' }, any)
    expect([refused.status, refused.body.error.code]).toEqual([409, 'INVALID_STATE'])
    expect((await admin.put(servicePath, { status: 'ACTIVE', confirmLicence: true }, any)).status).toBe(200)
    const other = await shop()
    for (const body of [{ templateName: 'n8n' }, { templateName: 'n8n', confirmLicence: false }]) {
      const changed = await admin.put(other.servicePath, body, any)
      expect([changed.status, changed.body.error.code]).toEqual([409, 'INVALID_STATE'])
    }
    expect((await admin.put(other.servicePath, { templateName: 'n8n', confirmLicence: true }, any)).status).toBe(200)
    expect(await lastAct(admin, service.id)).toMatchObject({ after: { status: 'ACTIVE', confirmLicence: true } })
  })

  test('such a template for a service that is for sale already, likewise', async () => {
    const { admin, servicePath } = await shop()
    expect(await admin.put(servicePath, { templateName: 'n8n' }, any)).toFail(409, 'INVALID_STATE')
    expect((await admin.put(servicePath, { templateName: 'n8n', confirmLicence: true }, any)).status).toBe(200)
    expect((await admin.put(servicePath, { name: 'Another name' }, any)).status).toBe(200)
  })
})

test('lists show all there is by what they are asked for', async () => {
  const { admin, category, service, plan, planPath } = await shop()
  const ids = async (path: string) => (await admin.get(path)).body.data.map(({ id }: { id: string }) => id)
  expect(await ids(`/admin/services?categoryId=${category.id}&status=ACTIVE&templateName=memos&soldOut=false`)).toEqual(
    [service.id],
  )
  expect(await ids(`/admin/services?categoryId=${category.id}&soldOut=true`)).toEqual([])
  await admin.put(planPath, { totalQuota: 0 }, any)
  expect(await ids(`/admin/services?categoryId=${category.id}&soldOut=true`)).toEqual([service.id])
  expect(await ids(`/admin/services/${service.id}/plans?soldOut=true&status=ACTIVE&sort=price`)).toEqual([plan.id])
  expect(await ids('/admin/categories?status=RETIRED')).not.toContain(category.id)
  expect(await ids('/admin/categories?status=ACTIVE&sort=name&limit=100')).toContain(category.id)
  expect((await admin.get('/admin/services/svc_x/plans')).status).toBe(404)
  await admin.put(`/admin/services/${service.id}`, { position: 3 }, any)
  expect((await ids(`/admin/services?sort=position&limit=100`)).at(-1)).toBe(service.id)
})

test('a repeated creation under one key makes one', async () => {
  const { admin } = await shop()
  const body = { slug: newSlug(), name: 'Once', description: 'Once and no more' }
  const key = { 'idempotency-key': `once-${body.slug}` }
  const answers = await Promise.all(Array.from({ length: 5 }, () => admin.post('/admin/categories', body, key)))
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(201))
  expect(new Set(answers.map(({ body: { data } }) => data.id)).size).toBe(1)
})
