import { afterAll, expect, test } from 'bun:test'
import { FileConnection } from '../../src/db/connection'
import { runCommand, temporaryFolder } from '../support/command'
import { startSystem } from '../support/system'

const { path: dataDir, remove } = temporaryFolder()
afterAll(remove)

const tables = ['categories', 'services', 'plans', 'old_slugs', 'catalog_version', 'audit_entries']
const any = { 'if-match': '*' }

function wholeCatalog() {
  const file = new FileConnection(`${dataDir}/minispod.db`)
  try {
    return tables.map((table) => file.all(`select * from ${table} order by 1, 2`))
  } finally {
    file.close()
  }
}

test('the seed leaves alone whatever an operator has made of it', async () => {
  expect((await runCommand(['seed'], { dataDir })).code).toBe(0)
  const seeded = wholeCatalog()
  expect(await runCommand(['seed'], { dataDir })).toMatchObject({ code: 0, out: expect.stringContaining('nothing') })
  expect(wholeCatalog()).toEqual(seeded)

  const system = await startSystem({ dataDir })
  try {
    const admin = await system.admin()
    const idOf = async (slug: string) => (await system.anybody.get(`/catalog/services/${slug}`)).body.data
    const [memos, ghost, valkey] = [await idOf('memos'), await idOf('ghost'), await idOf('valkey')]
    const words = { name: 'Notes', description: 'Ours', translations: {} }
    const acts = [
      admin.put(`/admin/services/${memos.id}`, words, any),
      admin.put(`/admin/services/${memos.id}/plans/${memos.plans[0].id}`, { price: 1_000, features: [] }, any),
      admin.put(`/admin/services/${ghost.id}`, { status: 'RETIRED', slug: 'spirit' }, any),
      admin.put(`/admin/categories/${memos.category.id}`, { name: 'Ours' }, any),
      ...valkey.plans.map(({ id }: { id: string }) =>
        admin.delete(`/admin/services/${valkey.id}/plans/${id}`, undefined, any),
      ),
    ]
    for (const { status } of await Promise.all(acts)) expect(status).toBe(200)
    expect((await admin.delete(`/admin/services/${valkey.id}`, undefined, any)).status).toBe(200)
    const changed = wholeCatalog()
    expect((await runCommand(['seed'], { dataDir })).code).toBe(0)
    expect(wholeCatalog()).toEqual(changed)
    expect((await system.anybody.get('/catalog/services/memos')).body.data).toMatchObject({ name: 'Notes' })
  } finally {
    await system.close()
  }
  const restarted = wholeCatalog()
  expect((await runCommand(['seed'], { dataDir })).code).toBe(0)
  expect(wholeCatalog()).toEqual(restarted)
})
