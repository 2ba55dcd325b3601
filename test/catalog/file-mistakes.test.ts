import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readCatalogFile } from '../../src/features/catalog/file/read-file'
import { fc, testProperty } from '../support/property'
import { bigCatalog, type WrittenCatalog } from './big-catalog'
import { bytesOf, type FreshShop, freshShop, mistakesOf } from './fresh-shop'

let shop: FreshShop
let before: unknown[]
const standing = bigCatalog(4, { categories: 2 })
beforeAll(async () => {
  shop = await freshShop()
  await shop.put(standing)
  before = await shop.rows()
})
afterAll(() => shop.close())

type Edit = (file: WrittenCatalog) => unknown
const edited = (edit: Edit): WrittenCatalog => {
  const file = structuredClone(standing)
  edit(file)
  return file
}

const between: Record<string, [Edit, ...string[]]> = {
  'a slug twice': [
    (file) => Object.assign(file.services[1]!, { slug: 'app-0' }),
    '/services/1/slug This slug is taken',
  ],
  'a category twice': [
    (file) => Object.assign(file.categories[1]!, { slug: 'big-0' }),
    '/categories/1/slug This slug is taken',
  ],
  'an unknown category': [
    (file) => Object.assign(file.services[1]!, { category: 'nowhere' }),
    '/services/1/category There is no such category',
  ],
  'an unknown template': [
    (file) => Object.assign(file.services[1]!, { template: 'nothing' }),
    '/services/1/template There is no template of this name',
  ],
  'a tier twice': [
    (file) => Object.assign(file.services[1]!.plans[2]!, { tier: 1 }),
    '/services/1/plans/2/tier Another plan of this service has this tier',
  ],
  'a plan that is too small': [
    (file) => Object.assign(file.services[1]!.plans[0]!, { memoryMb: 16, cpuMillicores: 10 }),
    '/services/1/plans/0/cpuMillicores The template memos needs at least 50',
    '/services/1/plans/0/memoryMb The template memos needs at least 128',
  ],
  'a licence that nobody has confirmed': [
    (file) => Object.assign(file.services[1]!, { template: 'n8n' }),
    '/services/1/confirmLicence The licence asks for an agreement with its maker: confirm that there is one (confirmLicence)',
  ],
  'a retired category with what is for sale': [
    (file) => Object.assign(file.categories[1]!, { status: 'RETIRED' }),
    '/services/1/category This category is retired: bring it back first',
    '/services/3/category This category is retired: bring it back first',
  ],
  'a retired category of what the file leaves out': [
    (file) => {
      file.categories[1]!.status = 'RETIRED'
      file.services = []
    },
    '/categories/1/status Services of this category are for sale: move or retire them first',
  ],
}

describe('nothing is changed by a file with', () => {
  for (const [what, [edit, ...mistakes]] of Object.entries(between)) {
    test(what, async () => {
      expect(await mistakesOf(shop.put(edited(edit)))).toEqual(mistakes)
      expect(await mistakesOf(shop.put(edited(edit), { dryRun: true }))).toEqual(mistakes)
      expect(await shop.rows()).toEqual(before)
    })
  }

  test('mistakes in many places, each of which is told, up to fifty', async () => {
    const file = edited(({ categories, services }) => {
      categories[0]!.name = ''
      Object.assign(services[0]!, { descriptin: 'x' })
      services[2]!.plans[1]!.price = -1
      services[3]!.icon = '<svg onload="x"/>'
      services[3]!.translations = { id: { name: '\u0000' } }
    })
    expect((await mistakesOf(shop.put(file))).map((mistake) => mistake.split(' ')[0])).toEqual([
      ...[
        '/categories/0/name',
        '/services/0/descriptin',
        '/services/2/plans/1/price',
        '/services/3/translations/id/name',
      ],
    ])
    const full = { ...standing, services: bigCatalog(100).services.map((service) => ({ ...service, name: '' })) }
    expect(await mistakesOf(shop.put(full))).toHaveLength(50)
    const icon = edited(({ services }) => Object.assign(services[3]!, { icon: '<svg onload="x"/>' }))
    expect(await mistakesOf(shop.put(icon, { dryRun: true }))).toEqual([
      '/services/3/icon Not a drawing that is taken, at character 6: onload is not taken, or not so',
    ])
    expect(await shop.rows()).toEqual(before)
  })
})

const bads: [string, Edit][] = [
  ['a price', (file) => Object.assign(file.services[0]!.plans[0]!, { price: 1.5 })],
  ['an icon', (file) => Object.assign(file.services[0]!, { icon: '<svg/>' })],
  ['a slug', (file) => Object.assign(file.services[0]!, { slug: 'No Slug' })],
  ['slots', (file) => Object.assign(file.services[0]!.plans[0]!, { totalQuota: -1 })],
  ['a size', (file) => Object.assign(file.services[0]!.plans[0]!, { memoryMb: 16 })],
]
const anywhere = fc.record({
  bad: fc.constantFrom(...bads),
  at: fc.nat({ max: 11 }),
  price: fc.integer({ min: 1, max: 100_000 }),
})
testProperty(
  'one bad line anywhere changes nothing, however much else the file changes',
  fc.asyncProperty(anywhere, async ({ bad: [, spoil], at, price }) => {
    const file = bigCatalog(12, { categories: 3, price })
    const one = { ...file, services: [file.services[at]!] }
    spoil(one)
    expect(await mistakesOf(shop.put(file))).toEqual([expect.stringMatching(new RegExp(`^/services/${at}/`))])
    expect(await shop.rows()).toEqual(before)
  }),
  30,
  async () => {},
)

describe('what is no file', () => {
  const text = JSON.stringify({ version: 1, categories: [], services: [{ a: '\\"}', b: [1, { c: null }] }] })
  const fault = (bytes: Uint8Array): Promise<string> =>
    readCatalogFile(bytes).then(
      () => 'none',
      (refusal) => refusal.code ?? String(refusal),
    )

  test('cut anywhere, or with any sign exchanged, is refused as such', async () => {
    for (let at = 0; at < text.length; at++) {
      expect(await fault(bytesOf(text.slice(0, at)))).toMatch(/^(MALFORMED_REQUEST|VALIDATION_ERROR)$/)
      for (const sign of ['"', '{', '}', '[', ']', ',', ':', ' ', '\\', '0', '\u0000']) {
        const spoilt = text.slice(0, at) + sign + text.slice(at + 1)
        expect(await fault(bytesOf(spoilt))).toMatch(/^(MALFORMED_REQUEST|VALIDATION_ERROR)$/)
      }
    }
    expect(await fault(new Uint8Array([...bytesOf('{"version":1,"a":"'), 0xff, 0x22, 0x7d]))).toBe('MALFORMED_REQUEST')
  })

  test('of another form, or with anything twice or more than there may be', async () => {
    const empty = { version: 1, categories: [], services: [] }
    const told = async (file: unknown) => mistakesOf(readCatalogFile(bytesOf(file)))
    expect(await told([])).toEqual(['/ Expected object'])
    expect(await told({})).toHaveLength(3)
    expect(await told({ ...empty, version: 2 })).toEqual(['/version Expected 1'])
    expect(await told({ ...empty, plans: [] })).toEqual(['/plans Not a known name'])
    expect(await told({ ...empty, services: {} })).toEqual(['/services Expected array'])
    expect(await told('{"version":1,"version":1,"categories":[],"services":[]}')).toEqual(['/version Expected once'])
    expect(await told({ ...empty, services: Array(1_001).fill(standing.services[0]) })).toEqual([
      '/services Expected at most 1000 items',
    ])
    expect(await told({ ...empty, templates: [{ template: {} }] })).not.toEqual([undefined])
    expect(await told({ ...empty, services: ['['.repeat(40)] })).toHaveLength(1)
    expect(await told(`{"services":[${'['.repeat(40)}`)).toEqual(['/ Expected at most 32 levels'])
    expect(await told({ ...empty, services: [{ ...standing.services[0], description: 'x'.repeat(300_000) }] })).toEqual(
      ['/ Expected at most 262144 bytes in one thing'],
    )
    expect(await readCatalogFile(bytesOf({ $schema: 'x', ...empty }))).toEqual({ categories: [], services: [] })
    expect(await readCatalogFile(bytesOf(JSON.stringify({ ...standing, services: [] }, null, '\t')))).toMatchObject({
      categories: standing.categories,
    })
  })
})
