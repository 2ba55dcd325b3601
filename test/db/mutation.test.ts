import { afterAll, describe, expect, test } from 'bun:test'
import { openBooks } from './books'
import { type Mutation, mutate } from './mutation'

const books = await openBooks()
const { verdicts, unproven, strangers } = mutate(books)
afterAll(() => books.close())

test('every trigger, CHECK and unique index, and every NOT NULL and reference of money, has a case', () => {
  expect(unproven).toEqual([])
  expect(strangers).toEqual([])
})

test('every case holds with its rule, and no longer when the rule is taken away', () => {
  expect(verdicts.filter(({ proven }) => !proven)).toEqual([])
  expect(verdicts.length).toBeGreaterThan(200)
})

const prove = (fits: (verdict: Mutation['verdicts'][number]) => boolean) => {
  for (const verdict of verdicts.filter(fits)) {
    test(verdict.test, () => expect(verdict).toMatchObject({ proven: true }))
  }
}

// Of triggers that refuse, CHECKs and unique indexes the tests stand in rules.test.ts.
describe('a column of a table about money', () => prove(({ kind }) => kind === 'not null' || kind === 'foreign key'))
describe('a trigger does its part', () => prove(({ isEffect }) => isEffect))
