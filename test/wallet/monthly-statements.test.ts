import { afterEach, expect, test } from 'bun:test'
import { like } from 'drizzle-orm'
import { chargeWallet, creditWallet, getBalance, promo, revenue } from '../../src/features/ledger'
import { mails } from '../../src/features/mails/tables'
import { sendMonthlyStatements } from '../../src/features/wallet'
import { monthOfWallet } from '../../src/features/wallet/month-of-wallet'
import { monthBefore } from '../../src/lib/calendar'
import { day, hour, ManualClock } from '../../src/lib/clock'
import { rupiah } from '../../src/lib/money'
import { actOnPage, openShop, type Shop, topUp } from '../support/shop'
import { until } from '../support/system'

let shop: Shop
afterEach(() => shop.close())

const jakarta = 'Asia/Jakarta'
/** Noon of 20 January in Jakarta. */
const start = '2030-01-20T05:00:00Z'

async function open(clock: ManualClock) {
  shop = await openShop({ clock })
  return shop.system
}

let sources = 0
const credit = (userId: string, amount: number) =>
  shop.system.parts.db.write((tx) =>
    creditWallet(tx, {
      ...{ userId, type: 'BONUS', counterAccount: promo, amount: rupiah(amount), description: 'Bonus' },
      ...{ source: `adjustment:test-${++sources}`, at: shop.system.parts.clock.now() },
    }),
  )
const charge = (userId: string, amount: number) =>
  shop.system.parts.db.write((tx) =>
    chargeWallet(tx, {
      ...{ userId, type: 'ADJUSTMENT', counterAccount: revenue, amount: rupiah(amount), description: 'Charge' },
      ...{ source: `adjustment:test-${++sources}`, at: shop.system.parts.clock.now() },
    }),
  )

const statements = async () => {
  const rows = await shop.system.parts.db.read.select().from(mails).where(like(mails.key, 'monthly-statement:%')).all()
  return rows.sort((a, b) => (a.key < b.key ? -1 : 1))
}

test('who wants it gets the month that is over, once, and nobody else does', async () => {
  const clock = new ManualClock(start)
  const { parts, customer } = await open(clock)
  const [siti, budi, idle] = [await customer(), await customer(), await customer()]
  for (const person of [siti, idle])
    expect((await person.patch('/auth/me', { monthlyStatement: true })).body.data.monthlyStatement).toBe(true)
  for (const { id } of [siti, budi]) await credit(id, 100_000)
  await charge(siti.id, 30_000)
  clock.set(new Date('2030-02-01T00:00:00+07:00'))
  await credit(siti.id, 5_000)
  clock.set(new Date('2030-02-01T06:07:00+07:00'))
  await Promise.all([sendMonthlyStatements(parts), sendMonthlyStatements(parts)])
  await sendMonthlyStatements(parts)
  const sent = await statements()
  expect(sent.map(({ key }) => key)).toEqual([`monthly-statement:${siti.id}:2030-01`])
  expect(sent[0]?.data).toMatchObject({
    from: '2029-12-31T17:00:00.000Z',
    opening: 0,
    closing: 70_000,
    transactions: 2,
    sums: [
      { type: 'ADJUSTMENT', count: 1, amount: -30_000 },
      { type: 'BONUS', count: 1, amount: 100_000 },
    ],
  })
  clock.set(new Date('2030-03-01T06:07:00+07:00'))
  await sendMonthlyStatements(parts)
  const next = (await statements()).at(-1)
  expect(next?.data).toMatchObject({ opening: 70_000, closing: 75_000, transactions: 1 })
})

test('a top-up that is paid in the next month counts there, and the months join to the rupiah', async () => {
  const clock = new ManualClock('2030-01-31T15:00:00Z')
  const { parts, customer } = await open(clock)
  const siti = await customer({ balance: 10_000 })
  const order = await topUp(siti)
  clock.advance(3 * hour)
  await charge(siti.id, 4_000)
  await actOnPage(order.redirectUrl, { action: 'pay' })
  await until(
    'the money',
    () => getBalance(parts.db.read, siti.id),
    (balance) => balance === rupiah(56_000),
  )
  clock.advance(40 * day)
  const months = [new Date('2030-02-01T06:00:00+07:00'), new Date('2030-03-01T06:00:00+07:00')]
  const [january, february] = await Promise.all(
    months.map((at) => monthOfWallet(parts.db.read, siti.id, monthBefore(jakarta, at))),
  )
  expect(january).toMatchObject({ opening: 0, closing: 10_000, transactions: 1 })
  expect(february).toMatchObject({ opening: 10_000, closing: 56_000, transactions: 2 })
})

test('one person who can’t be written to holds up nobody, and the job says so', async () => {
  const clock = new ManualClock(start)
  const { parts, customer } = await open(clock)
  const people = [await customer(), await customer(), await customer()]
  for (const person of people) {
    await person.patch('/auth/me', { monthlyStatement: true })
    await credit(person.id, 1_000)
  }
  const broken = [...people].sort((a, b) => (a.id < b.id ? -1 : 1))[1]!
  clock.set(new Date('2030-02-01T06:07:00+07:00'))
  let calls = 0
  const write: typeof parts.db.write = (work) => {
    if (++calls === 2) throw new Error('no')
    return parts.db.write(work)
  }
  const db = new Proxy(parts.db, { get: (found, name) => (name === 'write' ? write : Reflect.get(found, name)) })
  await expect(sendMonthlyStatements({ ...parts, db })).rejects.toThrow(
    `1 statements could not be written, ${broken.id} first`,
  )
  expect(await statements()).toHaveLength(2)
  await sendMonthlyStatements(parts)
  expect(await statements()).toHaveLength(3)
})

test('the month before is the whole one in the billing time zone, over a year’s end too', () => {
  expect(monthBefore(jakarta, new Date('2030-01-01T00:00:00+07:00'))).toEqual({
    name: '2029-12',
    from: new Date('2029-12-01T00:00:00+07:00'),
    to: new Date('2030-01-01T00:00:00+07:00'),
  })
  expect(monthBefore(jakarta, new Date('2029-12-31T23:59:59+07:00')).name).toBe('2029-11')
})
