import { expect, test } from 'bun:test'
import { declaredOrder } from './declared-order'
import { readersOfTheEnvironment } from './environment-reads'
import { arrowsOf, readSources, takenFromOutside } from './import-graph'
import { findBreaches, findCircles } from './import-rules'

const maxLooseFiles = 5

const sources = readSources()
const arrows = arrowsOf(sources)
const order = declaredOrder()

test('imports run one way, and between features through their doors', () => {
  expect(arrows.length).toBeGreaterThan(1_000)
  expect(findBreaches(arrows, order)).toEqual([])
})

test.each(['src/embedded/cluster', 'src/embedded/gateway'])(
  '%s stands alone: nothing of ours but lib, and no package',
  (home) => {
    expect(readSources(home).size).toBeGreaterThan(5)
    expect(takenFromOutside(home).filter((path) => !path.startsWith('src/lib/'))).toEqual([])
  },
)

test('the suite of the embedded cluster runs without the product', () => {
  const known = ['src/embedded/cluster', 'src/lib/', 'test/support/until']
  const taken = takenFromOutside('test/embedded/cluster')
  expect(taken).toContain('src/embedded/cluster')
  expect(taken.filter((path) => !known.some((start) => path.startsWith(start)))).toEqual([])
})

test('no file reaches itself by its imports', () => {
  expect(findCircles(arrows)).toEqual([])
})

test('every folder has its place in the declared order, and every place its folder unless it is to come', () => {
  const standing = (depth: number) =>
    new Set([...sources.keys()].map((path) => path.replace(/\.ts$/, '').split('/')[depth]!))
  expect(order.levels.flat().sort()).toEqual([...standing(0)].sort())
  const features = new Set(
    [...sources.keys()].filter((path) => path.startsWith('features/')).map((path) => path.split('/')[1]!),
  )
  expect(order.features.filter((name) => !order.planned.has(name)).sort()).toEqual([...features].sort())
})

test('few files lie about in src', () => {
  expect([...sources.keys()].filter((path) => !path.includes('/')).length).toBeLessThanOrEqual(maxLooseFiles)
})

test('the environment is read in config/ alone', () => {
  expect(readersOfTheEnvironment(sources)).toEqual(['config/environment.ts'])
})

test('the check sees an arrow against the order, past a door, and a circle', () => {
  const seen = (files: Record<string, string>) => {
    const known = new Map(Object.entries(files))
    return { breaches: findBreaches(arrowsOf(known), order), circles: findCircles(arrowsOf(known)) }
  }
  const [upper, lower] = [order.features[0]!, order.features.at(-1)!]
  const sound = {
    'lib/money.ts': '',
    'db/index.ts': `import { sum } from '../lib/money'`,
    [`features/${lower}/index.ts`]: `export { charge } from './charge'`,
    [`features/${lower}/charge.ts`]: `import { open } from '../../db'`,
    [`features/${lower}/tables.ts`]: '',
    [`features/${upper}/index.ts`]: `export * from '../${lower}'\nimport { rows } from '../${lower}/tables'`,
  }
  expect(seen(sound)).toEqual({ breaches: [], circles: [] })
  expect(seen({ ...sound, 'lib/money.ts': `import '../db'` })).toEqual({
    breaches: ['lib/money.ts imports db/index.ts: db does not stand below lib'],
    circles: [['db/index.ts', 'lib/money.ts']],
  })
  expect(seen({ ...sound, 'lib/money.ts': `import type { Db } from '../db'` })).toMatchObject({
    breaches: ['lib/money.ts imports db/index.ts: db does not stand below lib'],
    circles: [],
  })
  expect(seen({ ...sound, [`features/${lower}/charge.ts`]: `await import('../${upper}')` }).breaches).toEqual([
    `features/${lower}/charge.ts imports features/${upper}/index.ts: ${upper} does not stand below ${lower}`,
  ])
  expect(seen({ ...sound, [`features/${upper}/a.ts`]: `export { x } from '../${lower}/charge'` }).breaches).toEqual([
    `features/${upper}/a.ts imports features/${lower}/charge.ts: ${lower} has a door, its index.ts`,
  ])
  expect(
    seen({ 'embedded/a.ts': '', 'cli/a.ts': `import '../embedded/a'`, 'odd/a.ts': `import '../cli/a'` }).breaches,
  ).toEqual([
    'cli/a.ts imports embedded/a.ts: only boot knows that there is a stand-in',
    'odd/a.ts imports cli/a.ts: odd has no place in the order',
  ])
})

test('the check sees what a folder takes from outside of it', () => {
  const leaning = new Map([
    ['a.ts', `import '../../lib/clock'\nimport type { E } from '../../http/errors'\nimport './b'`],
    ['deep/b.ts', `import 'node:net'\nimport { test } from 'bun:test'\nimport '../a'\nawait import('yaml')`],
  ])
  expect(takenFromOutside('src/embedded/cluster', leaning)).toEqual(['src/lib/clock', 'src/http/errors', 'yaml'])
})

test('the check tells code that reads the environment from a text that speaks of it', () => {
  const files = new Map([
    ['a.ts', 'const port = process.env.PORT'],
    ['b.ts', 'const script = `process.env.PORT` // process.env'],
    ['c.ts', `Bun.env['PORT']`],
  ])
  expect(readersOfTheEnvironment(files)).toEqual(['a.ts', 'c.ts'])
})
