import { expect } from 'bun:test'
import type { PlanInFile, ServiceInFile } from '../../src/features/catalog/file/form'
import { findSvgProblem } from '../../src/features/catalog/icons/check-svg'
import { fc, testProperty } from '../support/property'
import { freshShop } from './fresh-shop'

const text = (maxLength: number) =>
  fc.string({ unit: 'grapheme', minLength: 1, maxLength }).map((words) => `x${words.replace(/\p{C}|\p{Z}/gu, ' ')}`)
const slug = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,12}$/)
const icon = fc.option(
  fc.nat(99).map((r) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="${r}"/></svg>`),
)
const words = fc.record({ name: text(20), description: text(60) }, { requiredKeys: [] })
const translations = fc.record({ id: words }, { requiredKeys: [] })
const position = fc.nat(20)

const category = fc.record(
  {
    slug,
    name: text(20),
    description: text(60),
    translations,
    icon,
    position,
    status: fc.constantFrom('ACTIVE', 'RETIRED'),
  },
  { requiredKeys: ['slug', 'name', 'description'] },
)
const plan: fc.Arbitrary<PlanInFile> = fc.record(
  {
    tier: fc.integer({ min: 1, max: 1_000 }),
    name: text(20),
    price: fc.nat(1_000_000_000),
    cpuMillicores: fc.integer({ min: 8_000, max: 9_000 }),
    memoryMb: fc.integer({ min: 16_000, max: 17_000 }),
    storageGb: fc.integer({ min: 500, max: 600 }),
    features: fc.array(text(20), { maxLength: 4 }),
    totalQuota: fc.option(fc.nat(1_000)),
    translations: fc.record(
      { id: fc.record({ name: text(20), features: fc.array(text(20), { maxLength: 3 }) }, { requiredKeys: [] }) },
      { requiredKeys: [] },
    ),
    quarterlyDiscountPercent: fc.nat(100),
    yearlyDiscountPercent: fc.nat(100),
  },
  {
    requiredKeys: [
      ...(['tier', 'name', 'price', 'cpuMillicores', 'memoryMb', 'storageGb', 'features', 'totalQuota'] as const),
    ],
  },
)
const service = fc.record(
  {
    slug,
    name: text(20),
    description: text(60),
    template: fc.constantFrom('memos', 'ghost', 'n8n', 'postgres'),
    plans: fc.uniqueArray(plan, { selector: ({ tier }) => tier, maxLength: 4 }),
    type: fc.constantFrom('hosting', 'database', 'cloud'),
    translations,
    icon,
    position,
    status: fc.constantFrom('ACTIVE', 'DRAFT', 'RETIRED'),
  },
  { requiredKeys: ['slug', 'name', 'description', 'template', 'plans'] },
)

const catalog = fc
  .record({
    categories: fc.uniqueArray(category, { selector: ({ slug }) => slug, minLength: 1, maxLength: 4 }),
    services: fc.uniqueArray(service, { selector: ({ slug }) => slug, maxLength: 5 }),
  })
  .map(({ categories, services }) => ({
    version: 1,
    categories,
    services: services.map((each, index) => {
      const { slug, status } = categories[index % categories.length]!
      // Nothing is for sale in a category that is not shown.
      const retired = status === 'RETIRED' ? { status: 'RETIRED' } : {}
      return { ...each, category: slug, ...retired } as ServiceInFile
    }),
  }))

testProperty(
  'any catalog comes out as it went in, changes nothing when it comes in again, and takes the place of any other',
  fc.asyncProperty(catalog, catalog, async (first, second) => {
    expect(first.categories.every(({ icon }) => !icon || findSvgProblem(icon) === undefined)).toBe(true)
    const [one, other] = [await freshShop(), await freshShop()]
    const whole = { confirmLicences: true, retireMissing: true }
    try {
      await one.put(first, whole)
      const text = await one.text()
      const made = await one.rows()
      const again = await one.put(text, whole)
      expect([again.creates, again.updates, again.retires]).toEqual([[], [], []])
      expect(await one.rows()).toEqual(made)
      await other.put(text, whole)
      expect(await other.text()).toBe(text)

      // What is retired stays retired in the file, so the second is found whole in what comes out.
      await one.put(second, whole)
      const settled = await one.text()
      expect((await one.put(second, whole)).updates).toEqual([])
      expect(await one.text()).toBe(settled)
      const slugs = JSON.parse(settled).services.map(({ slug }: { slug: string }) => slug)
      expect(slugs).toEqual(expect.arrayContaining(second.services.map(({ slug }) => slug)))
    } finally {
      await one.close()
      await other.close()
    }
  }),
  30,
  async () => {},
)
