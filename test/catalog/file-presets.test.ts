import { expect, test } from 'bun:test'
import { sharedSystem } from '../support/system'
import { bigCatalog } from './big-catalog'
import { freshShop, mistakesOf } from './fresh-shop'

const system = sharedSystem()
const any = { 'if-match': '*' }
const login = { server: 'registry.example.com', username: 'robot', password: 'pull-password-1' }

function fileOf(service: object) {
  const file = bigCatalog(1, { categories: 1 })
  return { ...file, services: [{ ...file.services[0]!, template: 'container', ...service }] }
}

test('what a service fixes goes out and in with it, but its secrets, which are named and missed elsewhere', async () => {
  const admin = await (await system()).admin()
  const open = { image: 'ghcr.io/acme/x:1', port: 3_000 }
  const put = async (service: object) => admin.put('/admin/catalog', fileOf(service), any)
  expect((await put({ presets: open })).status).toBe(200)
  const [service] = (await admin.get('/admin/services?templateName=container&sort=newest')).body.data
  await admin.put(`/admin/services/${service.id}`, { presets: { registry: login } }, any)
  const { body: file } = await admin.get('/admin/catalog')
  const own = file.services.find(({ slug }: { slug: string }) => slug === 'app-0')
  expect([own.presets, own.secretPresets]).toEqual([open, ['registry']])
  expect(JSON.stringify(file)).not.toContain(login.password)
  expect((await admin.put('/admin/catalog', file, any)).body.data).toMatchObject({ updates: [], missingSecrets: [] })

  // What the file no longer fixes is free again, and the secret stays.
  const { data: report } = (await put({ presets: { image: 'ghcr.io/acme/x:2' }, secretPresets: ['registry'] })).body
  expect(report.updates[0].changes.presets).toEqual({ before: open, after: { image: 'ghcr.io/acme/x:2' } })
  const { presets } = (await admin.get(`/admin/services/${service.id}`)).body.data
  expect(presets).toEqual({ image: 'ghcr.io/acme/x:2', registry: { ...login, password: '***' } })

  const elsewhere = await freshShop()
  try {
    const part = { ...file, services: [own] }
    expect(await elsewhere.put(part)).toMatchObject({ missingSecrets: [{ slug: 'app-0', presets: ['registry'] }] })
    const { secretPresets: _, ...rest } = own
    expect(JSON.parse(await elsewhere.text()).services).toEqual([rest])
  } finally {
    await elsewhere.close()
  }
})

test('a secret in the file, a value that is none, and a service that nobody could order are told under their places', async () => {
  const shop = await freshShop()
  const before = await shop.rows()
  const told = async (service: object, dryRun = false) => mistakesOf(shop.put(fileOf(service), { dryRun }))
  try {
    const image = 'ghcr.io/acme/x:1'
    expect(await told({ presets: { image, registry: login } })).toEqual([
      '/services/0/presets/registry A secret is not taken from a file: set it at the service',
    ])
    expect((await told({ presets: { image, port: 'x' } }, true))[0]).toStartWith('/services/0/presets/port ')
    expect((await told({ presets: { nothing: 1 } }))[0]).toStartWith('/services/0/presets/nothing ')
    expect(await told({ presets: { image }, customerInputs: ['image'] })).toEqual([
      '/services/0/customerInputs/0 is fixed by the service',
    ])
    expect((await told({ customerInputs: [] }, true))[0]).toStartWith('/services/0/presets The template needs values')
    expect(await shop.rows()).toEqual(before)
  } finally {
    await shop.close()
  }
})
