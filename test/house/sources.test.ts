import { expect, test } from 'bun:test'
import { sources } from '../../src/features/ledger'
import { readSources } from './import-graph'

const home = 'features/ledger/sources.ts'
const starts = [...new Set(Object.values(sources).map(({ start }) => start))]
/** As a text, a template, or SQL in either. */
const made = new RegExp(`[\`'"](?:${starts.join('|')})`)

test('the source of an entry is made and known again in one place', () => {
  const files = [...readSources()].filter(([path]) => path !== home)
  expect(files.length).toBeGreaterThan(500)
  expect(files.filter(([, text]) => made.test(text)).map(([path]) => path)).toEqual([])
  expect(made.test('source: `top-up:…:odd`')).toBe(true)
})

test('every form is used by whoever moves that money, and none is like another', () => {
  const all = [...readSources()].filter(([path]) => path !== home && !path.includes('/books/')).map(([, text]) => text)
  const unused = Object.keys(sources).filter((name) => !all.some((text) => text.includes(`sources.${name}.build(`)))
  expect(unused).toEqual([])
  expect(new Set(Object.values(sources).map(({ glob }) => glob)).size).toBe(Object.keys(sources).length)
})
