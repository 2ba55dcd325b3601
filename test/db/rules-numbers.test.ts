import { afterAll, beforeAll, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { type Database, openDatabase } from '../../src/db'
import { recordAct } from '../../src/features/audit'
import { verifyBooks } from '../../src/features/books'
import { creditWallet, promo } from '../../src/features/ledger'
import { type Books, openBooks } from './books'

let books: Books
let handles: Database[]

beforeAll(async () => {
  books = await openBooks()
  // Two handles on one file, as a second process would have it.
  handles = await Promise.all([
    openDatabase({ url: `file:${books.path}` }),
    openDatabase({ url: `file:${books.path}` }),
  ])
})
afterAll(async () => {
  await Promise.all(handles.map((handle) => handle.close()))
  books.close()
})

const numbersOf = async (table: string, column = 'number'): Promise<number[]> =>
  (await handles[0]!.read.all<{ n: number }>(sql.raw(`SELECT ${column} AS n FROM ${table} ORDER BY 1`))).map(({ n }) =>
    Number(n),
  )
const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)

test('numbers have no gap after parallel writers of which every third one fails', async () => {
  const results = await Promise.allSettled(
    range(0, 120).map((index) =>
      handles[index % 2]!.write(async (tx) => {
        await creditWallet(tx, {
          userId: 'b',
          type: 'BONUS',
          counterAccount: promo,
          amount: 10n,
          source: `adjustment:gift-${index}`,
          description: 'Gift',
          at: new Date(),
        })
        await recordAct(tx, { action: 'test', target: { kind: 'user', id: 'b' }, at: new Date() })
        if (index % 3 === 0) throw new Error('changed its mind')
      }),
    ),
  )
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(80)
  const transactions = await numbersOf('transactions')
  expect(transactions).toEqual(range(101, transactions.length))
  expect(transactions).toHaveLength(3 + 80)
  expect(await numbersOf('ledger_entries')).toEqual(range(1, 2 + 80))
  expect(await numbersOf('audit_entries')).toEqual(range(1, 1 + 80))
  expect(await numbersOf(`ledger_accounts WHERE id = 'wallet:b'`, 'balance')).toEqual([800])
  expect(await verifyBooks(handles[0]!)).toEqual([])
})

test('a source that was booked before takes the whole transaction back, also what the customer would see of it', async () => {
  const before = await numbersOf('transactions')
  const again = handles[0]!.write((tx) =>
    creditWallet(tx, {
      userId: 'b',
      type: 'BONUS',
      counterAccount: promo,
      amount: 10n,
      source: 'adjustment:gift-1',
      description: 'Gift',
      at: new Date(),
    }),
  )
  await expect(again).rejects.toThrow()
  expect(await numbersOf('transactions')).toEqual(before)
})
