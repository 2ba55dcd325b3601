import { expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { instances } from '../../src/features/instances/tables'
import { mails } from '../../src/features/mails/tables'
import { see } from '../subscriptions/observed'
import { sharedRuntime } from '../support/runtime'
import { sharedSystem } from '../support/system'

const system = sharedSystem()
const runtime = sharedRuntime()
const indonesian = { 'accept-language': 'id-ID,id;q=0.9,en;q=0.5' }

test('an error speaks the language that the request asks for; its code and places stay', async () => {
  const { anybody } = await system()
  const bad = { email: 'x', password: 'short', name: 'Budi' }
  const [id, en] = [await anybody.post('/auth/register', bad, indonesian), await anybody.post('/auth/register', bad)]
  expect(id.status).toBe(422)
  expect(id.body.error.code).toBe('VALIDATION_ERROR')
  expect(id.body.error.details.problems).toContainEqual({ path: '/password', message: 'Paling sedikit 10 karakter' })
  expect(en.body.error.details.problems).toContainEqual({
    path: '/password',
    message: 'Expected at least 10 characters',
  })
  expect((await anybody.get('/nowhere', indonesian)).body.error).toEqual({
    code: 'NOT_FOUND',
    message: 'Alamat API ini tidak ada',
  })
  expect((await anybody.get('/auth/me', indonesian)).body.error.message).toBe('Silakan masuk dahulu')
})

test('the statement describes its transactions in the language that is asked for', async () => {
  const { customer, plan } = await system()
  const buyer = await customer({ balance: 50_000 })
  const { id } = await plan({ price: 50_000 })
  const bought = (await buyer.post('/subscriptions', { planId: id })).body.data
  await buyer.post(`/subscriptions/${bought.id}/cancel`, { when: 'now' })
  const [newest] = (await buyer.get('/wallet/transactions', indonesian)).body.data
  expect(newest.description).toEndWith(', tidak pernah siap')
  expect((await buyer.get(`/wallet/transactions/${newest.customId}`, indonesian)).body.data.description).toBe(
    newest.description,
  )
  const [english] = (await buyer.get('/wallet/transactions')).body.data
  expect(english.description).toEndWith(', never became ready')
  expect({ ...english, description: '' }).toEqual({ ...newest, description: '' })
})

test('the catalog is kept in both languages, and an operator’s own words stay as they are', async () => {
  const { anybody } = await system()
  const both = async (path: string) => [
    (await anybody.get(path, indonesian)).body.data,
    (await anybody.get(path)).body.data,
  ]
  const [kategori, categories] = await both('/catalog/categories')
  expect(kategori[0]).toMatchObject({ slug: 'automation', name: 'Otomasi' })
  expect(categories[0]).toMatchObject({ slug: 'automation', name: 'Automation' })
  expect(kategori.map(({ name }: { name: string }, index: number) => name === categories[index].name)).not.toContain(
    true,
  )
  for (let twice = 0; twice < 2; twice++) {
    const [layanan, service] = await both('/catalog/services/memos')
    expect(layanan.description).toBe('Catatan cepat milik sendiri, dengan tag dan API.')
    expect(service.description).toBe('Quick notes of your own, with tags and an API.')
    expect(layanan.category.name).toBe('Produktivitas')
    expect(layanan.plans[0].features).toContain('Dukungan komunitas')
    expect(service.plans[0].features).toContain('Community support')
  }
  expect((await anybody.get('/catalog/services/memos')).headers.get('vary')?.toLowerCase()).toContain('accept-language')
})

test('ways to pay are named in the language that is asked for', async () => {
  const { anybody } = await system()
  const namesIn = async (headers?: Record<string, string>) =>
    (await anybody.get('/wallet/payment-methods', headers)).body.data.map(({ name }: { name: string }) => name)
  expect(await namesIn(indonesian)).toEqual(expect.arrayContaining(['Halaman pembayaran', 'Kartu kredit', 'QRIS']))
  expect(await namesIn()).toEqual(expect.arrayContaining(['Payment page', 'Credit card', 'QRIS']))
})

/** An app of a cluster that is out of sight: what is seen of it is what a test says. */
async function unseenApp() {
  const { system, cluster } = await runtime()
  cluster.proxy.open = false
  cluster.proxy.drop()
  const buyer = await system.customer({ balance: 50_000 })
  const { id: planId } = await system.plan({ price: 50_000 })
  const { body } = await buyer.post('/subscriptions', { planId })
  return { system, buyer, bought: body.data }
}

test('why an app does not run is said in the language that is asked for, wherever it is shown; it is kept in English', async () => {
  const { system, buyer, bought } = await unseenApp()
  const { id, instance } = bought
  const said = 'No node has room for the app right now.'
  await see({ system }, id, { status: 'ERROR', reasonCode: 'Unschedulable', statusReason: said })
  const reasons = async (headers?: Record<string, string>) => [
    (await buyer.get(`/instances/${instance.id}`, headers)).body.data.statusReason,
    (await buyer.get('/instances', headers)).body.data[0].statusReason,
    (await buyer.get(`/instances/${instance.id}/health`, headers)).body.data.reason,
    (await buyer.get(`/subscriptions/${id}`, headers)).body.data.instance.statusReason,
    (await buyer.get('/subscriptions', headers)).body.data[0].instance.statusReason,
    (await buyer.put(`/subscriptions/${id}/auto-renew`, { autoRenew: false }, headers)).body.data.instance.statusReason,
  ]
  expect(new Set(await reasons(indonesian))).toEqual(
    new Set(['Saat ini tidak ada node yang memiliki tempat untuk aplikasi.']),
  )
  expect(new Set(await reasons())).toEqual(new Set([said]))
  const row = await system.parts.db.read.select().from(instances).where(eq(instances.id, instance.id)).get()
  expect(row?.statusReason).toBe(said)
})

test('why figures are missing, and why an app can’t be stopped again, follow the language too', async () => {
  const { buyer, bought } = await unseenApp()
  const { id } = bought
  await buyer.post(`/subscriptions/${id}/stop`)
  for (const [headers, reason] of [
    [indonesian, /^Aplikasi (berhenti|sedang dihentikan)$/],
    [{}, /^The app is stopp(ed|ing)$/],
  ] as const) {
    expect((await buyer.get(`/subscriptions/${id}/metrics`, headers)).body.data.reason).toMatch(reason)
  }
  expect((await buyer.post(`/subscriptions/${id}/stop`, undefined, indonesian)).body.error.message).toBe(
    'Aplikasi sudah berhenti',
  )
})

test('the licence’s note in a description is Indonesian as well', async () => {
  const { anybody } = await system()
  const { description } = (await anybody.get('/catalog/services/n8n', indonesian)).body.data
  expect(description).toContain('Lisensi: Sustainable Use License n8n mengizinkan')
  expect((await anybody.get('/catalog/services/n8n')).body.data.description).toContain("n8n's Sustainable Use License")
})

test('an export describes its transactions in the language that is asked for', async () => {
  const { customer, plan } = await system()
  const buyer = await customer({ balance: 50_000 })
  const { id } = await plan({ price: 50_000 })
  const bought = (await buyer.post('/subscriptions', { planId: id })).body.data
  await buyer.post(`/subscriptions/${bought.id}/cancel`, { when: 'now' })
  expect((await buyer.get('/wallet/transactions/export', indonesian)).body).toContain(', tidak pernah siap')
  expect((await buyer.get('/wallet/transactions/export')).body).toContain(', never became ready')
})

test('an app’s mails name what was bought with its number, and say in the person’s language why it failed', async () => {
  const { system, buyer, bought } = await unseenApp()
  const { id, billingId, service } = bought
  await see({ system }, id, {
    status: 'ERROR',
    reasonCode: 'OOMKilled',
    statusReason: 'The app needs more memory than its plan has.',
  })
  await see({ system }, id, { status: 'RUNNING', reasonCode: null, statusReason: null, podName: 'a-pod' })
  const rows = await system.parts.db.read.select().from(mails).where(eq(mails.userId, buyer.id)).all()
  const mailOf = async (name: string) => {
    const row = rows.find(({ template }) => template === name)!
    return (await system.admin()).get(`/admin/mails/${row.id}`)
  }
  const failed = (await mailOf('app-failed')).body.data
  expect(failed.text).toContain('Penyebab: Aplikasi memerlukan memori lebih besar daripada yang ada di paketnya.')
  const ready = (await mailOf('app-ready')).body.data
  expect(ready.subject).toBe(`${service.name} Anda siap dipakai`)
  expect(ready.text).toContain('Langkah pertama: ')
  for (const { text } of [failed, ready]) expect(text).toContain(`Nomor tagihan: ${billingId}`)
})
