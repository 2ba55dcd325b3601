import { beforeEach, describe, expect, test } from 'bun:test'
import { eq, sql } from 'drizzle-orm'
import { migrations } from '../../src/db/migrations'
import { verifyBooks } from '../../src/features/books'
import { subscriptions } from '../../src/features/subscriptions/tables'
import { day, ManualClock } from '../../src/lib/clock'
import { sharedShop } from '../support/shop'
import { see } from './observed'
import { type Bought, sizeOf, termsShop } from './terms-shop'
import { unschedulable } from './upgrade-shop'

// Months of 28, 31, 30 … days.
const start = '2027-02-01T03:00:00.000Z'
const clock = new ManualClock(start)
const shop = sharedShop({ clock })
const house = termsShop(shop, clock)
const { plan, change, subscribed, shown, row, app, balance, forecast, renew, upgrade, toTheEnd, announce, told } = house
const { cancel, restore } = house
const verify = async () => expect(await verifyBooks((await house.parts()).db)).toEqual([])

beforeEach(() => clock.set(start))

describe('a plan that gets dearer', () => {
  test('costs who has it the old price until the notice is over, and from the next renewal the new one', async () => {
    const dear = await plan()
    const bought = await subscribed(dear)
    clock.advance(10 * day)
    await change(dear, { price: 60_000 })
    // The renewal on 1 March is 18 days off: within the notice.
    expect(await shown(bought)).toMatchObject({
      price: 50_000,
      nextTerms: { effectiveAt: '2027-04-01T03:00:00.000Z', price: 60_000, priceWithTax: 60_000, ...sizeOf },
    })
    const { renewals } = await forecast(bought, 100)
    expect(renewals.map(({ amount }) => amount)).toEqual([50_000, 60_000, 60_000])
    const before = await balance(bought)
    await toTheEnd(bought)
    expect(await balance(bought)).toBe(before - 50_000)
    await toTheEnd(bought)
    expect(await balance(bought)).toBe(before - 110_000)
    expect(await shown(bought)).toMatchObject({ price: 60_000, nextTerms: null })
    expect(await row(bought)).toMatchObject({ termsNumber: 2 })
    await verify()
  })

  test('costs a new buyer the new price at once, and it stays theirs', async () => {
    const dear = await plan()
    await change(dear, { price: 60_000 })
    const bought = await subscribed(dear)
    expect(await shown(bought)).toMatchObject({ price: 60_000, nextTerms: null })
    const before = await balance(bought)
    await toTheEnd(bought)
    expect(await balance(bought)).toBe(before - 60_000)
    await verify()
  })

  test('costs who comes back after an end the new price, as any buyer', async () => {
    const dear = await plan()
    const bought = await subscribed(dear)
    await cancel(bought)
    await change(dear, { price: 60_000 })
    clock.advance(day)
    const before = await balance(bought)
    expect(await restore(bought)).toMatchObject({ status: 'ACTIVE', price: 60_000, nextTerms: null })
    expect(await balance(bought)).toBe(before - 60_000)
    await toTheEnd(bought)
    expect(await balance(bought)).toBe(before - 120_000)
    await verify()
  })

  test('is paid ahead at the price of the time that is paid for', async () => {
    const dear = await plan()
    const [within, beyond] = [await subscribed(dear), await subscribed(dear, { billingCycle: 'QUARTERLY' })]
    await change(dear, { price: 60_000 })
    expect(await renew(within)).toMatchObject({ price: 50_000, nextTerms: { price: 60_000 } })
    expect(await renew(beyond)).toMatchObject({ price: 180_000, nextTerms: null })
    await verify()
  })

  test('changes for a yearly subscriber at the end of their year', async () => {
    const dear = await plan({ yearlyDiscountPercent: 10 })
    const bought = await subscribed(dear, { billingCycle: 'YEARLY' })
    await change(dear, { price: 60_000, yearlyDiscountPercent: 20 })
    expect((await shown(bought)).nextTerms).toMatchObject({ effectiveAt: '2028-02-01T03:00:00.000Z', price: 576_000 })
    const before = await balance(bought)
    await toTheEnd(bought)
    expect(await balance(bought)).toBe(before - 576_000)
  })

  test('and then dearer still: the newest that is in force counts', async () => {
    const dear = await plan()
    const bought = await subscribed(dear)
    await change(dear, { price: 60_000 })
    clock.advance(5 * day)
    await change(dear, { price: 70_000 })
    // 3 March and 8 March: the renewal on 1 March is before both.
    const { renewals } = await forecast(bought, 70)
    expect(renewals.map(({ amount }) => amount)).toEqual([50_000, 70_000])
    await toTheEnd(bought)
    await toTheEnd(bought)
    expect(await row(bought)).toMatchObject({ termsNumber: 3, price: 70_000n })
    await verify()
  })

  test('is renewed as it was where the renewal is late but the period began before', async () => {
    const dear = await plan()
    const bought = await subscribed(dear, { balance: 50_000 })
    clock.advance(27 * day)
    await change(dear, { price: 60_000 })
    expect((await shown(bought)).nextTerms?.effectiveAt).toBe('2027-04-01T03:00:00.000Z')
    const { renewals } = await forecast(bought, 40)
    expect(renewals.map(({ amount }) => amount)).toEqual([50_000, 60_000])
  })
})

describe('a change that is no worse in any way', () => {
  test.each([
    ['cheaper', { price: 40_000 }, 40_000],
    ['larger', { memoryMb: 2048 }, 50_000],
    ['with a discount', { quarterlyDiscountPercent: 5 }, 50_000],
  ])('counts at the next renewal: %s', async (_, better, price) => {
    const cheap = await plan()
    const bought = await subscribed(cheap)
    clock.advance(20 * day)
    const { changes } = await change(cheap, better)
    expect(changes).toMatchObject([{ number: 2, effectiveAt: clock.now().toISOString() }])
    await toTheEnd(bought)
    expect(await row(bought)).toMatchObject({ termsNumber: 2, price: BigInt(price) })
    await verify()
  })

  test.each([
    ['cheaper by the month and not by the year', { price: 49_000, yearlyDiscountPercent: 0 }],
    ['cheaper and smaller', { price: 1_000, memoryMb: 512 }],
    ['larger and dearer', { price: 50_001, memoryMb: 4096 }],
  ])('is none: %s', async (_, worse) => {
    const dear = await plan({ yearlyDiscountPercent: 10 })
    const { changes } = await change(dear, worse)
    expect(changes).toMatchObject([{ effectiveAt: new Date(clock.now().getTime() + 30 * day).toISOString() }])
  })

  test('takes back what was announced by mistake, at once', async () => {
    const dear = await plan()
    const bought = await subscribed(dear)
    await change(dear, { price: 500_000 })
    clock.advance(day)
    await change(dear, { price: 50_000 })
    const { renewals } = await forecast(bought, 100)
    expect(renewals.map(({ amount }) => amount)).toEqual([50_000, 50_000, 50_000])
  })

  test('than what was announced counts from when that would have', async () => {
    const dear = await plan()
    const bought = await subscribed(dear)
    await change(dear, { price: 80_000 })
    clock.advance(20 * day)
    const { changes } = await change(dear, { price: 70_000 })
    expect(changes.map(({ effectiveAt }) => effectiveAt)).toEqual(Array(2).fill('2027-03-03T03:00:00.000Z'))
    const { renewals } = await forecast(bought, 60)
    expect(renewals.map(({ amount }) => amount)).toEqual([50_000, 70_000])
  })
})

describe('what was agreed before terms were written down', () => {
  const agreedBefore = async (bought: Bought, price: bigint) => {
    const { db } = await house.parts()
    await db.write(async (tx) => {
      await tx.run(sql`drop trigger subscriptions_change_terms`)
      const it = eq(subscriptions.id, bought.id)
      await tx.update(subscriptions).set({ termsNumber: 0, price }).where(it).run()
      for (const trigger of triggers) await tx.run(sql.raw(trigger))
    })
  }
  const triggers = migrations
    .find(({ name }) => name.endsWith('_plan_terms_rules'))!
    .sql.split('--> statement-breakpoint')
    .filter((text) => text.includes('CREATE TRIGGER subscriptions_change_terms'))

  test('stays until the plan is changed, and even a better offer waits for the notice', async () => {
    const old = await plan()
    const bought = await subscribed(old)
    await agreedBefore(bought, 30_000n)
    expect((await shown(bought)).nextTerms).toBeNull()
    await toTheEnd(bought)
    expect(await row(bought)).toMatchObject({ termsNumber: 0, price: 30_000n })
    clock.advance(20 * day)
    await change(old, { price: 40_000 })
    expect((await forecast(bought, 50)).renewals.map(({ amount }) => amount)).toEqual([30_000, 40_000])
    await toTheEnd(bought)
    expect(await row(bought)).toMatchObject({ termsNumber: 0, price: 30_000n })
    await toTheEnd(bought)
    expect(await row(bought)).toMatchObject({ termsNumber: 2, price: 40_000n })
  })
})

describe('the size of an app', () => {
  test('follows at the renewal, in both directions, and its storage stays', async () => {
    const sized = await plan()
    const bought = await subscribed(sized)
    await change(sized, { cpuMillicores: 250, memoryMb: 2048, storageGb: 20 })
    const coming = { cpuMillicores: 250, memoryMb: 2048, storageGb: 5 }
    expect((await shown(bought)).nextTerms).toMatchObject(coming)
    await toTheEnd(bought)
    expect(await app(bought)).toMatchObject(sizeOf)
    await toTheEnd(bought)
    expect(await app(bought)).toMatchObject(coming)
    await verify()
  })

  test('gets no smaller before its time where the period is paid ahead, and does at the renewal after', async () => {
    const sized = await plan()
    const bought = await subscribed(sized, { billingCycle: 'QUARTERLY' })
    await change(sized, { cpuMillicores: 1000, memoryMb: 512 })
    await renew(bought)
    expect(await app(bought)).toMatchObject({ cpuMillicores: 1000, memoryMb: 1024 })
    await toTheEnd(bought)
    expect(await app(bought)).toMatchObject({ cpuMillicores: 1000, memoryMb: 512 })
  })
})

describe('an upgrade', () => {
  test('goes to what the higher plan costs now, and the way back is to the terms from before', async () => {
    const [small, large] = [await plan(), await plan({ price: 90_000 })]
    const bought = await subscribed(small)
    await change(large, { price: 100_000 })
    await change(small, { price: 60_000 })
    clock.advance(7 * day)
    const before = await balance(bought)
    expect(await upgrade(bought, large)).toMatchObject({ price: 100_000, nextTerms: null })
    // (100,000 − 50,000) · 21/28.
    expect(await balance(bought)).toBe(before - 37_500)
    expect(await row(bought)).toMatchObject({ termsNumber: 2, planId: large.id })
    await verify()
    await see(await shop(), bought.id, unschedulable)
    expect(await row(bought)).toMatchObject({ termsNumber: 1, planId: small.id, price: 50_000n })
    expect(await balance(bought)).toBe(before)
    expect((await shown(bought)).nextTerms).toMatchObject({ price: 60_000 })
    await verify()
  })

  test('counts the running period at its own price where the next one is paid ahead at another', async () => {
    const [small, large] = [await plan(), await plan({ price: 100_000 })]
    const bought = await subscribed(small)
    clock.advance(7 * day)
    await change(small, { price: 40_000 })
    await renew(bought)
    const before = await balance(bought)
    await upgrade(bought, large)
    // 50,000 · 21/28 of February, and 60,000 of March.
    expect(await balance(bought)).toBe(before - 37_500 - 60_000)
    await verify()
  })

  test('that is taken back tells of what the plan was changed to meanwhile', async () => {
    const [small, large] = [await plan(), await plan({ price: 90_000 })]
    const bought = await subscribed(small)
    await upgrade(bought, large)
    await change(small, { price: 60_000 })
    await announce(small, 2)
    expect(await told(bought)).toEqual([])
    await see(await shop(), bought.id, unschedulable)
    expect(await told(bought)).toMatchObject([{ price: 50_000, nextPrice: 60_000 }])
  })
})

describe('everybody who has the plan is written to', () => {
  test('with what they pay and have, what they will, and from which renewal on', async () => {
    const dear = await plan()
    const [monthly, yearly] = [await subscribed(dear), await subscribed(dear, { billingCycle: 'YEARLY' })]
    const other = await subscribed(await plan())
    await change(dear, { price: 60_000, memoryMb: 2048 })
    const late = await subscribed(dear)
    await announce(dear, 2)
    expect(await told(monthly)).toMatchObject([
      {
        billingCycle: 'MONTHLY',
        price: 50_000,
        nextPrice: 60_000,
        size: sizeOf,
        nextSize: { ...sizeOf, memoryMb: 2048 },
        from: '2027-04-01T03:00:00.000Z',
      },
    ])
    expect(await told(yearly)).toMatchObject([
      { billingCycle: 'YEARLY', price: 600_000, nextPrice: 720_000, from: '2028-02-01T03:00:00.000Z' },
    ])
    expect([await told(other), await told(late)]).toEqual([[], []])
  })

  test('once, though the job is cut off and begins again, also by the queue itself', async () => {
    const dear = await plan()
    const buyers = []
    for (let made = 0; made < 8; made++) buyers.push(await subscribed(dear))
    await change(dear, { price: 60_000 })
    await expect(announce(dear, 2, AbortSignal.abort())).rejects.toThrow()
    await Promise.all([announce(dear, 2), announce(dear, 2)])
    await announce(dear, 2)
    expect(await Promise.all(buyers.map(async (buyer) => (await told(buyer)).length))).toEqual(Array(8).fill(1))
  })

  test('of each of several changes that they will come to', async () => {
    const dear = await plan()
    const bought = await subscribed(dear)
    await change(dear, { price: 60_000 })
    await announce(dear, 2)
    clock.advance(20 * day)
    await change(dear, { price: 80_000 })
    await announce(dear, 3)
    expect((await told(bought)).map(({ nextPrice, from }) => [nextPrice, from])).toEqual([
      [60_000, '2027-04-01T03:00:00.000Z'],
      [80_000, '2027-04-01T03:00:00.000Z'],
    ])
  })

  test('and nobody of what a newer change has overtaken', async () => {
    const dear = await plan()
    const bought = await subscribed(dear)
    await change(dear, { price: 500_000 })
    await change(dear, { price: 50_000 })
    await announce(dear, 2)
    await announce(dear, 3)
    for (const { nextPrice } of await told(bought)) expect(nextPrice).toBe(50_000)
  })
})
