import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { Glob } from 'bun'
import { monthsLater } from '../../scripts/simulate/model/calendar'
import { cyclePrice, withTax } from '../../scripts/simulate/model/prices'

const folder = join(import.meta.dir, '../../scripts/simulate/model')

test('the model of a year imports nothing but itself', async () => {
  const files = [...new Glob('*.ts').scanSync(folder)]
  expect(files.length).toBeGreaterThan(5)
  for (const file of files) {
    const text = await Bun.file(join(folder, file)).text()
    const imported = [...text.matchAll(/from '([^']+)'/g)].map(([, from]) => from!)
    expect(imported.filter((from) => !/^\.\/[\w-]+$/.test(from))).toEqual([])
  }
})

test('it counts months on Jakarta’s calendar, and the last day of one that is too short', () => {
  const later = (at: string, months: number) => new Date(monthsLater(Date.parse(at), months)).toISOString()
  expect(later('2026-01-31T03:00:00.000Z', 1)).toBe('2026-02-28T03:00:00.000Z')
  expect(later('2026-01-31T03:00:00.000Z', 2)).toBe('2026-03-31T03:00:00.000Z')
  // The evening of the 30th in London is the 31st in Jakarta.
  expect(later('2026-01-30T20:00:00.000Z', 1)).toBe('2026-02-27T20:00:00.000Z')
  expect(later('2027-12-31T16:59:59.999Z', 2)).toBe('2028-02-29T16:59:59.999Z')
})

test('it rounds a price once, and its tax once', () => {
  expect(cyclePrice(49_999n, 'QUARTERLY')).toBe(142_497n)
  expect(cyclePrice(79_000n, 'YEARLY')).toBe(805_800n)
  expect(withTax(49_999n)).toBe(55_499n)
})
