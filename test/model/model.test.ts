import { afterAll, beforeAll, expect, test } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { fc } from '../support/property'
import { history } from './commands'
import { live } from './history'
import { House } from './house'

const histories = 400
const longestHistory = 16
const enoughMs = 20_000
const longMs = 120_000

let house: House
beforeAll(async () => {
  house = await House.open()
})
afterAll(() => house.close())

test(
  'whatever customers, administrators, time and the provider do at once, wallets, slots and orders are as the model has them',
  async () => {
    const limits = { numRuns: histories, interruptAfterTimeLimit: enoughMs, markInterruptAsFailure: false }
    await fc.assert(
      fc.asyncProperty(history(longestHistory), (steps) => live(house, steps)),
      limits,
    )
    expect(await verifyBooks(house.parts.db)).toEqual([])
  },
  longMs,
)
