import { afterAll, beforeAll, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { fc } from '../support/property'
import { seed } from '../support/seed'
import { history } from './commands'
import { live } from './history'
import { House } from './house'

/** In turns: a machine that is busy needs a minute for one of them. */
const turns = 4
const historiesOfTurn = 40
const longestHistory = 16

let house: House
beforeAll(async () => {
  house = await House.open()
})
afterAll(() => house.close())

for (const turn of Array.from({ length: turns }, (_, before) => before + 1)) {
  test(`whatever customers, administrators, time and the provider do at once, wallets, slots and orders are as the model has them, ${turn} of ${turns}`, async () => {
    await fc.assert(
      fc.asyncProperty(history(longestHistory), (steps) => live(house, steps)),
      { numRuns: historiesOfTurn, seed: seed + turn },
    )
    expect(await verifyBooks(house.parts.db)).toEqual([])
  })
}
