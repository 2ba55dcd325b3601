import { beforeAll, describe, expect, test } from 'bun:test'
import { creditWallet, promo } from '../../src/features/ledger'
import { ManualClock, minute } from '../../src/lib/clock'
import { sharedShop, topUp } from '../support/shop'
import type { Caller, TestCustomer } from '../support/system'

const start = new Date('2026-03-01T10:00:00Z')
const clock = new ManualClock(start)
const shop = sharedShop({ clock })
const gifts = 1_203
let customer: TestCustomer
let admin: Caller
let subscriptionId: string

const at = (minutes: number) => new Date(start.getTime() + minutes * minute).toISOString()
const names = 'customId,createdAt,type,status,amount,balanceAfter,description,subscriptionId,id'

async function giveAll(userId: string, count: number, describe: (index: number) => string): Promise<void> {
  const { parts } = (await shop()).system
  await parts.db.write(async (tx) => {
    for (let index = 0; index < count; index++) {
      const source = `gift:${userId}:${describe(index)}:${index}`
      const gift = { userId, type: 'BONUS', counterAccount: promo, amount: 1_000n, source } as const
      await creditWallet(tx, { ...gift, description: describe(index), at: clock.now() })
    }
  })
}

const exported = async (query = '', caller: Caller = customer) =>
  caller.get(`/wallet/transactions/export${query && `?${query}`}`)

/** The cells of each line under the names; none of these has a line break or a quote in it. */
const linesOf = (text: string) =>
  text
    .split('\r\n')
    .slice(1, -1)
    .map((line) => line.split(','))

// Minute 0: many gifts, more than one page of the export; 1: a subscription; 2: a top-up that waits.
beforeAll(async () => {
  const { system } = await shop()
  admin = await system.admin()
  customer = await system.customer()
  await giveAll(customer.id, gifts, (index) => `Gift ${index}`)
  clock.advance(minute)
  const plan = await system.plan({ price: 30_000 })
  subscriptionId = (await customer.post('/subscriptions', { planId: plan.id })).body.data.id
  clock.advance(minute)
  await topUp(customer, 'qris', 20_000)
})

test('is a file that a spreadsheet opens: UTF-8 with its mark, lines that end in CR and LF, a name, kept nowhere', async () => {
  const { status, headers, body } = await exported()
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/csv;charset=utf-8;header=present')
  expect(headers.get('content-disposition')).toBe('attachment; filename="transactions-2026-03-01.csv"')
  expect(headers.get('cache-control')).toBe('no-store')
  const response = await fetch(`${(await shop()).system.url}/api/v1/wallet/transactions/export`, {
    headers: { authorization: `Bearer ${customer.accessToken}` },
  })
  expect([...new Uint8Array(await response.arrayBuffer()).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  expect(body).toStartWith(`${names}\r\n`)
  expect(body).toEndWith('\r\n')
  expect(body.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
})

test('holds every transaction once, as the statement shows it, in either order', async () => {
  for (const sort of ['newest', 'oldest']) {
    const lines = linesOf((await exported(`sort=${sort}`)).body)
    expect(lines).toHaveLength(gifts + 2)
    const numbers = lines.map(([customId]) => Number(customId!.slice(5)))
    expect(new Set(numbers).size).toBe(gifts + 2)
    expect(numbers).toEqual(numbers.toSorted((a, b) => (sort === 'oldest' ? a - b : b - a)))
    const shown = (await customer.get(`/wallet/transactions?sort=${sort}&limit=100`)).body.data
    const asCells = shown.map((row: Record<string, string | number | null>) =>
      names.split(',').map((name) => String(row[name] ?? '')),
    )
    expect(lines.slice(0, 100)).toEqual(asCells)
  }
})

test('the amount of what left the wallet is a number, the balance of what is pending is empty', async () => {
  const [charge] = linesOf((await exported('type=CHARGE')).body)
  expect(charge?.slice(2, 6)).toEqual(['CHARGE', 'SUCCESS', '-30000', String(gifts * 1_000 - 30_000)])
  const [pending] = linesOf((await exported('status=PENDING')).body)
  expect(pending?.slice(1, 6)).toEqual([at(2), 'TOP_UP', 'PENDING', '20000', ''])
})

test('takes the filters of the statement, and all of them together', async () => {
  const queries = [
    `subscriptionId=${subscriptionId}`,
    `from=${at(1)}`,
    `to=${at(1)}&type=BONUS`,
    `type=BONUS&from=${at(1)}`,
    `type=CHARGE&status=SUCCESS&subscriptionId=${subscriptionId}&from=${at(1)}&to=${at(2)}&sort=oldest`,
  ]
  const counts: number[] = []
  for (const query of queries) counts.push(linesOf((await exported(query)).body).length)
  expect(counts).toEqual([1, 2, gifts, 0, 1])
})

test('an export of nothing is the names alone', async () => {
  expect((await exported('type=REFUND')).body).toBe(`${names}\r\n`)
})

test('may be separated by semicolons, for spreadsheets that write decimals with a comma', async () => {
  const { body } = await exported('type=CHARGE&separator=semicolon')
  expect(body.split('\r\n')[0]).toBe(names.replaceAll(',', ';'))
})

describe('a bad value is refused before anything is sent', () => {
  const bad = ['type=GIFT', 'status=', 'sort=amount', 'separator=tab', 'page=1', 'limit=10', 'subscriptionId=']
  for (const query of [...bad, 'from=yesterday', 'to=2026-02-30T00:00:00Z', `from=${at(2)}&to=${at(1)}`, 'x=1']) {
    test(query, async () => {
      const { status, body } = await exported(query)
      expect({ status, body }).toFail(422, 'VALIDATION_ERROR')
    })
  }
})

test('nobody’s rows but the caller’s own are in it', async () => {
  const { system } = await shop()
  const stranger = await system.customer()
  expect((await exported('', stranger)).body).toBe(`${names}\r\n`)
  expect((await exported(`subscriptionId=${subscriptionId}`, stranger)).body).toBe(`${names}\r\n`)
  expect((await exported('', system.anybody)).status).toBe(401)
})

test('a description that is a formula is text, and quotes and line breaks survive', async () => {
  const { system } = await shop()
  const hostile = await system.customer()
  const texts = ['=HYPERLINK("http://example.com")', '@SUM(1;2)', 'two\r\nlines', 'say "hi", Budi']
  await giveAll(hostile.id, texts.length, (index) => texts[index]!)
  const { body } = await exported('sort=oldest', hostile)
  const cells = ['"\'=HYPERLINK(""http://example.com"")"', '"\'@SUM(1;2)"', '"two\r\nlines"', '"say ""hi"", Budi"']
  for (const cell of cells) expect(body).toContain(`,${cell},`)
})

test('what comes while it is sent is not in it, and nothing that was there is left out', async () => {
  const { system } = await shop()
  const reader = await system.customer()
  await giveAll(reader.id, 600, () => 'Before')
  const response = await fetch(`${system.url}/api/wallet/transactions/export?sort=oldest`, {
    headers: { authorization: `Bearer ${reader.accessToken}` },
  })
  const body = response.body!.getReader()
  const chunks = [await body.read()]
  await giveAll(reader.id, 5, () => 'After')
  for (let last = chunks[0]!; !last.done; chunks.push(last)) last = await body.read()
  const text = new TextDecoder().decode(Buffer.concat(chunks.map(({ value }) => value ?? new Uint8Array())))
  const lines = linesOf(text)
  expect(lines.filter((cells) => cells.includes('Before'))).toHaveLength(600)
  expect(lines.filter((cells) => cells.includes('After'))).toHaveLength(0)
})

test('is limited like a download, and written down', async () => {
  const { headers } = await exported('type=CHARGE')
  expect(headers.get('ratelimit-policy')).toStartWith('"download"')
  const { data } = (await admin.get(`/admin/audit?action=wallet.export&actor=${customer.id}&limit=1`)).body
  expect(data).toMatchObject([{ action: 'wallet.export', target: { kind: 'user', id: customer.id } }])
  expect(data[0].after).toEqual({ type: 'CHARGE' })
})
