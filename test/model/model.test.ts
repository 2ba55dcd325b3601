import { afterAll, beforeAll, expect } from 'bun:test'
import { verifyBooks } from '../../src/features/books'
import { fc, testProperty } from '../support/property'
import { history } from './commands'
import { live } from './history'
import { House } from './house'

const histories = 150
const longestHistory = 16

let house: House
beforeAll(async () => {
  house = await House.open()
})
afterAll(() => house.close())

testProperty(
  'whatever customers, administrators, time and the provider do at once, wallets, slots and orders are as the model has them',
  fc.asyncProperty(history(longestHistory), (steps) => live(house, steps)),
  histories,
  async () => expect(await verifyBooks(house.parts.db)).toEqual([]),
)
