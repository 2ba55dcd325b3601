import { afterEach, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { openDatabase } from '../../src/db'
import { FileConnection } from '../../src/db/connection'
import { migrate } from '../../src/db/migrate'
import { migrations } from '../../src/db/migrations'
import { installBuiltIns } from '../../src/features/app-templates'
import { seedIfEmpty } from '../../src/features/catalog'
import { categories, plans, services } from '../../src/features/catalog/tables'
import { systemClock } from '../../src/lib/clock'
import { Workplace } from '../db/business'
import { type Caller, sharedSystem } from '../support/system'

const system = sharedSystem()
const workplace = new Workplace()
afterEach(() => workplace.end())

const indonesian = { 'accept-language': 'id' }
const any = { 'if-match': '*' }

async function created(admin: Caller, path: string, body: object) {
  const answer = await admin.post(path, body)
  expect([path, answer.status, answer.body.error]).toEqual([path, 201, undefined])
  return answer.body.data
}

test('an operator says things in both languages, and each visitor reads and finds theirs', async () => {
  const { admin: signIn, anybody } = await system()
  const admin = await signIn()
  const category = await created(admin, '/admin/categories', {
    slug: 'two-languages',
    name: 'Reading',
    description: 'For those who read',
    translations: { id: { name: 'Bacaan' } },
  })
  const service = await created(admin, '/admin/services', {
    slug: 'two-languages',
    categoryId: category.id,
    name: 'Shelf',
    description: 'Books of your own',
    translations: { id: { name: 'Rak', description: 'Pustaka pribadi' } },
    templateName: 'memos',
    status: 'ACTIVE',
  })
  const plan = await created(admin, `/admin/services/${service.id}/plans`, {
    name: 'Small',
    tier: 1,
    price: 40_000,
    cpuMillicores: 1_000,
    memoryMb: 2_048,
    storageGb: 20,
    features: ['A bookworm'],
    translations: { id: { name: 'Kecil', features: ['Seekor kutubuku'] } },
    totalQuota: 2,
  })
  const read = async (path: string, headers?: Record<string, string>) => (await anybody.get(path, headers)).body.data
  const shown = async (headers?: Record<string, string>) => {
    const found = await read('/catalog/services/two-languages', headers)
    return [found.name, found.description, found.category.name, found.plans[0].name, found.plans[0].features]
  }
  const english = ['Shelf', 'Books of your own', 'Reading', 'Small', ['A bookworm']]
  expect(await shown()).toEqual(english)
  expect(await shown(indonesian)).toEqual(['Rak', 'Pustaka pribadi', 'Bacaan', 'Kecil', ['Seekor kutubuku']])
  const inList = (list: { slug: string }[]) => list.find(({ slug }) => slug === 'two-languages')
  expect(inList(await read('/catalog/categories', indonesian))).toMatchObject({
    name: 'Bacaan',
    description: 'For those who read',
  })
  expect(inList(await read('/catalog/categories', indonesian))).not.toHaveProperty('translations')
  expect(inList(await read('/catalog/categories/two-languages/services', indonesian))).toMatchObject({ name: 'Rak' })
  for (const word of ['shelf', 'rak', 'pustaka', 'bookworm', 'kutubuku', 'kecil', 'bacaan']) {
    const found = await read(`/catalog/search?q=${word}`, indonesian)
    expect([word, inList(found)]).toMatchObject([word, { name: 'Rak', description: 'Pustaka pribadi' }])
  }

  // What a change leaves out stays; what it names takes the place of all that was said.
  const path = `/admin/services/${service.id}`
  expect((await admin.put(path, { position: 4 }, any)).body.data.translations).toEqual(service.translations)
  const again = { translations: { id: { description: 'Pustaka pribadi', name: 'Rak' } } }
  const { version } = (await admin.get(path)).body.data
  expect((await admin.put(path, again, any)).body.data.version).toBe(version)
  await admin.put(path, { translations: { id: { name: 'Rak buku' } } }, any)
  await admin.put(`${path}/plans/${plan.id}`, { translations: { id: {} } }, any)
  expect((await admin.get(`${path}/plans/${plan.id}`)).body.data.translations).toEqual({})
  expect(await shown(indonesian)).toEqual(['Rak buku', 'Books of your own', 'Bacaan', 'Small', ['A bookworm']])
  expect(await shown()).toEqual(english)
})

test('a language that is not there, and what is no text, are refused with their place', async () => {
  const admin = await (await system()).admin()
  const body = {
    slug: 'refused-words',
    name: 'Refused',
    description: 'Refused',
    translations: { fr: { name: 'Non' }, id: { name: '\u0000', description: '', title: 'x' } },
  }
  const { status, body: answered } = await admin.post('/admin/categories', body)
  expect(status).toBe(422)
  expect(answered.error.details.problems.map(({ path }: { path: string }) => path).sort()).toEqual([
    '/translations/fr',
    '/translations/id/description',
    '/translations/id/name',
    '/translations/id/title',
  ])
})

const before = migrations.findIndex(({ name }) => name.endsWith('texts_in_two_languages'))

test('a catalog of the seed that is older than its texts in two languages gets them, and what an operator wrote keeps to one', async () => {
  const fresh = workplace.url()
  await migrate({ url: fresh })
  const seeded = await openDatabase({ url: fresh })
  await seeded.write(async (tx) => {
    await installBuiltIns({ clock: systemClock }, tx)
    await seedIfEmpty({ clock: systemClock }, tx)
  })
  // What the seed sells since then was never there without.
  const all = await seeded.read.select().from(services).all()
  const olds = all.filter(({ description }) => migrations[before]!.sql.includes(description.replaceAll("'", "''")))
  expect(olds.length).toBe(19)
  const ids = new Set(olds.map(({ id }) => id))
  const wanted = {
    categories: await seeded.read.select().from(categories).all(),
    services: olds,
    plans: (await seeded.read.select().from(plans).all()).filter(({ serviceId }) => ids.has(serviceId)),
  }
  await seeded.close()
  // What the seed has got since then was never without its texts.
  const { sql } = migrations[before]!
  const seededThen = wanted.services.filter(({ description }) => sql.includes(`'${description.replaceAll("'", "''")}'`))
  expect(seededThen.length).toBeGreaterThan(15)

  const url = workplace.url()
  await migrate({ url }, { migrations: migrations.slice(0, before) })
  const old = new FileConnection(url.slice('file:'.length))
  const insert = (table: string, values: Record<string, string | number>) =>
    old.run(
      `insert into ${table} (${Object.keys(values).join(', ')}) values (${Object.keys(values).map(() => '?')})`,
      Object.values(values),
    )
  const at = { created_at: 1, updated_at: 1 }
  for (const { id, slug, name, description } of wanted.categories)
    insert('categories', { id, slug, name, description, ...at })
  for (const { id, slug, name, description, type, ...row } of wanted.services) {
    const own = row.templateName === 'memos' ? 'Our own words' : description
    const rest = { category_id: row.categoryId, template_name: row.templateName, ...at }
    insert('services', { id, slug, name, description: own, type, ...rest })
  }
  for (const { id, serviceId, name, tier, ...row } of wanted.plans) {
    const features = JSON.stringify(row.features)
    const size = { cpu_millicores: 1, memory_mb: 1, storage_gb: 1, price: 1, total_quota: 1 }
    insert('plans', { id, service_id: serviceId, name, tier, features, ...size, ...at })
  }
  old.run(`update plans set features = '["Ours alone"]' where tier = 2`, [])
  old.close()

  await migrate({ url })
  const db = await openDatabase({ url })
  try {
    for (const { id, translations } of wanted.categories)
      expect((await db.read.select().from(categories).where(eq(categories.id, id)).get())?.translations).toEqual(
        translations,
      )
    for (const { id, translations, templateName } of seededThen)
      expect((await db.read.select().from(services).where(eq(services.id, id)).get())?.translations).toEqual(
        templateName === 'memos' ? {} : translations,
      )
    const plansThen = wanted.plans.filter(({ serviceId }) => seededThen.some(({ id }) => id === serviceId))
    for (const { id, translations, tier } of plansThen)
      expect((await db.read.select().from(plans).where(eq(plans.id, id)).get())?.translations).toEqual(
        tier === 2 ? {} : translations,
      )
  } finally {
    await db.close()
  }
})
