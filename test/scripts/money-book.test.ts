import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeMoneyBook } from '../../scripts/bench/money-book'
import { FileConnection } from '../../src/db/connection'
import { findingsIn } from '../books/business'

const folder = mkdtempSync(join(tmpdir(), 'minispod-money-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the book that money is measured in is sound, and leaves a server on it nothing to renew and nothing to run', async () => {
  const dataDir = join(folder, 'data')
  const { payers, buyers, readers } = await writeMoneyBook(dataDir, { transactions: 3_000, payers: 20, buyers: 10 })
  const path = join(dataDir, 'minispod.db')
  expect(await findingsIn(path, 'quick')).toEqual(new Map())
  const file = new FileConnection(path)
  const numberOf = (sql: string, args: (string | bigint)[] = []) =>
    Number(file.first(`SELECT count(*) ${sql}`, args)![0])
  const now = BigInt(Date.now())
  expect(numberOf("FROM subscriptions WHERE status = 'ACTIVE' AND current_period_end > ?", [now])).toBe(20)
  expect(numberOf('FROM subscriptions WHERE ended_at IS NULL AND current_period_end <= ?', [now])).toBe(0)
  expect(numberOf('FROM subscriptions WHERE ended_at IS NULL AND current_period_start > ?', [now])).toBe(0)
  expect(numberOf("FROM instances WHERE status <> 'TERMINATED'")).toBe(0)
  expect(numberOf('FROM sessions')).toBe(payers.length + buyers.length + readers.length + 1)
  file.close()
})
