import { test } from 'bun:test'
import fc from 'fast-check'
import { seed } from './seed'

fc.configureGlobal({ seed })

/** fast-check, by the seed of the run. */
export { fc }

/** A busy machine has time for so many in one test, each of many acts against a whole system. */
const runsOfTest = 30

/** A property with so many runs, in as many tests as they need. */
export function testProperty<T>(
  name: string,
  property: fc.IAsyncProperty<T>,
  runs: number,
  after: () => Promise<void>,
) {
  const parts = Math.ceil(runs / runsOfTest)
  for (let part = 1; part <= parts; part++) {
    test(`${name}, ${part} of ${parts}`, async () => {
      const numRuns = Math.min(runsOfTest, runs - (part - 1) * runsOfTest)
      await fc.assert(property, { numRuns, seed: seed + part })
      await after()
    })
  }
}
