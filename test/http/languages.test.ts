import { expect, test } from 'bun:test'
import { sharedSystem } from '../support/system'

const system = sharedSystem()
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
