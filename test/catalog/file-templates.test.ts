import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { auditEntries } from '../../src/features/audit/tables'
import type { TemplateInFile } from '../../src/features/catalog/file/form'
import { hello } from '../app-templates/hello'
import { bigCatalog } from './big-catalog'
import { type FreshShop, freshShop, mistakesOf } from './fresh-shop'

let shop: FreshShop
beforeAll(async () => {
  shop = await freshShop()
})
afterAll(() => shop.close())

/** A service of the operator's own template, beside one of the program's. */
function ownCatalog(...templates: TemplateInFile[]) {
  const file = bigCatalog(2, { categories: 1 })
  file.services[0]!.template = 'hello'
  return { ...file, templates }
}
const read = async () => JSON.parse(await shop.text())

describe('a template of the operator’s own', () => {
  test('comes in before the service that is made of it, goes out with it, and is the same elsewhere', async () => {
    const report = await shop.put(ownCatalog({ template: hello() }))
    expect(report.creates[0]).toEqual({ kind: 'template', slug: 'hello' })
    const text = await shop.text()
    expect(JSON.parse(text).templates).toEqual([{ template: hello() }])
    expect(await shop.put(text)).toMatchObject({ creates: [], updates: [], retires: [] })
    const elsewhere = await freshShop()
    try {
      await elsewhere.put(text)
      expect(await elsewhere.text()).toBe(text)
    } finally {
      await elsewhere.close()
    }
    const acts = await shop.db.read.select().from(auditEntries).orderBy(auditEntries.number).limit(2).all()
    expect(acts.map(({ action }) => action)).toEqual(['template.create', 'template.publish'])
  })

  test('becomes its next version by another content, which is in the state that an import names', async () => {
    const next = hello('hello', 'v1.11.0')
    const report = await shop.put(ownCatalog({ template: next }))
    expect(report.updates).toEqual([
      { kind: 'template', slug: 'hello', changes: { template: { before: hello(), after: next } } },
    ])
    expect((await read()).templates).toEqual([{ template: next }])
    const stale = shop.put(ownCatalog({ template: hello('hello', 'v1.12.0') }), { expected: ['"other"'] })
    expect(await mistakesOf(stale)).toEqual(['It was changed since you read it: read it again, then decide'])
  })

  test('is retired by its status, or where the file leaves it out and speaks of templates', async () => {
    const template = hello('hello', 'v1.11.0')
    await shop.put(ownCatalog({ template, status: 'RETIRED' }))
    expect((await read()).templates).toEqual([{ status: 'RETIRED', template }])
    expect((await shop.put(ownCatalog({ template }))).updates).toHaveLength(1)
    const { templates: _, ...silent } = ownCatalog()
    expect((await shop.put(silent, { retireMissing: true })).retires).toEqual([])
    expect((await shop.put(ownCatalog(), { retireMissing: true })).retires).toEqual([
      { kind: 'template', slug: 'hello' },
    ])
    await shop.put(ownCatalog({ template }))
  })
})

test('a template that is none, is another’s, or would break what runs is refused with its place, and changes nothing', async () => {
  const before = await shop.rows()
  const sold = hello('hello', 'v1.11.0')
  const cases: [TemplateInFile[], RegExp][] = [
    [[{ template: { ...sold, containers: [] } }], /^\/templates\/0\/template\/containers /],
    [[{ template: hello('memos') }], /^\/templates\/0\/template\/name The program itself has a template/],
    [[{ template: sold }, { template: sold }], /^\/templates\/1\/template\/name This slug is taken$/],
    [[{ template: hello() }], /^\/templates\/0\/template A version of this template says the same already$/],
    [
      [{ template: { ...sold, minimum: { ...sold.minimum, memoryMb: 2_048 } } }],
      /^\/templates\/0\/template\/minimum A plan is smaller than the template needs$/,
    ],
    [
      [{ template: { ...sold, licence: { ...sold.licence, resale: 'needs-agreement', spdx: 'LicenseRef-x' } } }],
      /^\/templates\/0\/template\/licence The licence asks for an agreement/,
    ],
  ]
  for (const [templates, mistake] of cases) {
    const told = await mistakesOf(shop.put(ownCatalog(...templates)))
    expect(told[0]).toMatch(mistake)
    expect(await shop.rows()).toEqual(before)
  }
  const unknown = { ...ownCatalog(), templates: [{ template: sold, statu: 'x' }] }
  expect(await mistakesOf(shop.put(unknown))).toEqual(['/templates/0/statu Not a known name'])
})
