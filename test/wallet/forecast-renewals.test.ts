import { describe, expect, test } from 'bun:test'
import { foresee, type Renewing } from '../../src/features/wallet/forecast-renewals'
import { type BillingCycle, periodBoundary } from '../../src/lib/calendar'

const timeZone = 'Asia/Jakarta'
let made = 0

function renewing(anchor: string, amount: bigint, more: Partial<Renewing> = {}): Renewing {
  const number = ++made
  const anchorAt = new Date(anchor)
  const billingCycle: BillingCycle = more.billingCycle ?? 'MONTHLY'
  const periodIndex = more.periodIndex ?? 0
  const currentPeriodEnd = periodBoundary(anchorAt, billingCycle, periodIndex + 1, timeZone)
  const anchored = { anchorAt, anchorPeriod: 0, anchorMonths: 0 }
  const plain = { id: `sub_${number}`, number, name: `App ${number}`, ...anchored, amount }
  return { ...plain, billingCycle, periodIndex, currentPeriodEnd, ...more }
}

const look = (balance: bigint, subscriptions: Renewing[], from: string, until: string) =>
  foresee(balance, subscriptions, { from: new Date(from), until: new Date(until), timeZone })

const days = (outlook: ReturnType<typeof look>) =>
  outlook.renewals.map(({ dueAt }) => dueAt.toLocaleDateString('en-CA', { timeZone }))

test('without a renewal nothing is ever short', () => {
  expect(look(0n, [], '2026-01-01', '2027-01-01')).toEqual({ renewals: [], total: 0n, shortfall: undefined })
})

test('renews at the month’s end where the month is too short, counted from the anchor', () => {
  const app = renewing('2026-01-31T03:00:00Z', 10n)
  expect(days(look(0n, [app], '2026-02-01', '2026-07-01'))).toEqual([
    '2026-02-28',
    '2026-03-31',
    '2026-04-30',
    '2026-05-31',
    '2026-06-30',
  ])
})

test('a day is a day of the billing time zone', () => {
  // 18:00 UTC on the 30th is the 31st in Jakarta.
  const app = renewing('2026-01-30T18:00:00Z', 10n)
  const { renewals } = look(0n, [app], '2026-02-01', '2026-04-01')
  expect(renewals.map(({ dueAt }) => dueAt.toISOString())).toEqual([
    '2026-02-27T18:00:00.000Z',
    '2026-03-30T18:00:00.000Z',
  ])
})

test('counts on from the present period, each cycle by its own months', () => {
  const quarterly = renewing('2025-11-15T00:00:00Z', 30n, { billingCycle: 'QUARTERLY', periodIndex: 1 })
  const yearly = renewing('2025-03-01T00:00:00Z', 100n, { billingCycle: 'YEARLY' })
  const outlook = look(500n, [yearly, quarterly], '2026-02-20', '2027-02-20')
  expect(days(outlook)).toEqual(['2026-03-01', '2026-05-15', '2026-08-15', '2026-11-15', '2027-02-15'])
  expect(outlook.renewals.map(({ balanceAfter }) => balanceAfter)).toEqual([400n, 370n, 340n, 310n, 280n])
  expect(outlook.total).toBe(220n)
})

describe('the shortfall', () => {
  const anchor = '2026-01-10T00:00:00Z'

  test('is the first renewal that is not covered, and lacks exactly what is missing', () => {
    const app = renewing(anchor, 40n)
    const { shortfall } = look(100n, [app], '2026-01-20', '2026-06-01')
    expect(shortfall?.renewal.dueAt.toISOString()).toBe('2026-04-10T00:00:00.000Z')
    expect(shortfall?.missing).toBe(20n)
    // With what was missing it lasts to the next.
    expect(look(120n, [app], '2026-01-20', '2026-06-01').shortfall?.renewal.dueAt.toISOString()).toBe(
      '2026-05-10T00:00:00.000Z',
    )
  })

  test('a balance that is used up to the last rupiah is enough', () => {
    expect(look(40n, [renewing(anchor, 40n)], '2026-01-20', '2026-02-11').shortfall).toBeUndefined()
    expect(look(39n, [renewing(anchor, 40n)], '2026-01-20', '2026-02-11').shortfall?.missing).toBe(1n)
  })

  test('what is due when the horizon ends is beyond it', () => {
    expect(look(0n, [renewing(anchor, 40n)], '2026-01-20', '2026-02-10T00:00:00Z').renewals).toEqual([])
    expect(look(0n, [renewing(anchor, 40n)], '2026-01-20', '2026-02-10T00:00:00.001Z').renewals).toHaveLength(1)
  })

  test('is never something that costs nothing', () => {
    const [dear, free] = [renewing(anchor, 40n), renewing(anchor, 0n)]
    expect(look(40n, [free, dear], '2026-01-20', '2026-02-20').shortfall).toBeUndefined()
    expect(look(30n, [dear, free], '2026-01-20', '2026-02-20').shortfall?.renewal.subscriptionId).toBe(dear.id)
  })
})

test('of two that are due at once the older is charged first', () => {
  const [first, second] = [renewing('2026-01-10T00:00:00Z', 40n), renewing('2026-01-10T00:00:00Z', 40n)]
  const { renewals, shortfall } = look(50n, [second, first], '2026-01-20', '2026-02-20')
  expect(renewals.map(({ subscriptionId }) => subscriptionId)).toEqual([first.id, second.id])
  expect(shortfall?.renewal.subscriptionId).toBe(second.id)
})

test('what is overdue is due now, every period of it', () => {
  const app = renewing('2026-01-10T00:00:00Z', 40n)
  const { renewals } = look(1_000n, [app], '2026-03-20T05:00:00Z', '2026-05-01')
  expect(renewals.map(({ dueAt }) => dueAt.toISOString())).toEqual([
    '2026-03-20T05:00:00.000Z',
    '2026-03-20T05:00:00.000Z',
    '2026-04-10T00:00:00.000Z',
  ])
})

test('two hundred subscriptions over a year are in order, and add up', () => {
  const many = Array.from({ length: 200 }, (_, index) =>
    renewing(new Date(Date.UTC(2026, 0, 1 + (index % 31), index % 24)).toISOString(), BigInt(index), {
      billingCycle: (['MONTHLY', 'QUARTERLY', 'YEARLY'] as const)[index % 3]!,
    }),
  )
  const { renewals, total } = look(10_000n, many, '2026-02-01T00:00:00Z', '2027-02-02T00:00:00Z')
  const times = renewals.map(({ dueAt }) => dueAt.getTime())
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(total).toBe(renewals.reduce((sum, { amount }) => sum + amount, 0n))
  expect(renewals.at(-1)?.balanceAfter).toBe(10_000n - total)
  const perSubscription = new Map<string, number>()
  for (const { subscriptionId } of renewals)
    perSubscription.set(subscriptionId, (perSubscription.get(subscriptionId) ?? 0) + 1)
  expect(perSubscription.size).toBe(200)
  expect(Math.max(...perSubscription.values())).toBeLessThanOrEqual(13)
})
