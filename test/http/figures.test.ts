import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Random } from '../../scripts/bench/random'
import { advanceSubscriptions } from '../../src/features/subscriptions'
import { pollPendingTopUps } from '../../src/features/top-ups'
import { day, ManualClock, minute } from '../../src/lib/clock'
import { makeReady, openShop, rowOfTopUp, type Shop, topUp } from '../support/shop'
import type { Caller, TestCustomer, TestPlan } from '../support/system'
import { parseExposition, type Sample } from './exposition'

/** Always this one: that its acts reach what is counted is known of it alone. */
const seed = 20_260_131

const acts = 120
const clock = new ManualClock('2026-03-01T00:00:00Z')
let shop: Shop
beforeAll(async () => {
  shop = await openShop({ clock })
  // What was paid is asked for: nothing comes in while figures and rows are compared.
  shop.gateway.notifications.failNext({ kind: 'drop' }, 1_000)
})
afterAll(() => shop.close())

async function samples(): Promise<Sample[]> {
  const text = await (await fetch(`${shop.system.url}/metrics`)).text()
  return parseExposition(text).flatMap((family) => family.samples)
}

/** As the rows themselves have it. */
async function truth(query: string): Promise<Record<string, number>> {
  const rows = await shop.system.parts.db.read.values<[string, number]>(query)
  return Object.fromEntries(rows.map(([label, total]) => [label, Number(total)]))
}

/** As the figures have it; what is zero is as good as not there. */
const shown = (seen: Sample[], metric: string, label: string): Record<string, number> =>
  Object.fromEntries(
    seen
      .filter((sample) => sample.metric === metric && sample.value !== 0)
      .map(({ labels, value }) => [labels[label]!, value]),
  )

interface Player {
  customer: TestCustomer
  subscriptions: string[]
  apps: string[]
  topUps: string[]
}

async function actAtRandom(random: Random, player: Player, plans: TestPlan[]): Promise<void> {
  const { customer, subscriptions, apps, topUps } = player
  const anyOf = <T>(list: T[]): T | undefined => list[random.below(list.length)]
  switch (random.below(7)) {
    case 0: {
      const { status, body } = await customer.post('/subscriptions', { planId: anyOf(plans)!.id })
      if (status !== 201) return
      subscriptions.push(body.data.id)
      apps.push(body.data.instance.id)
      return
    }
    case 1:
      return void (await customer.post(`/subscriptions/${anyOf(subscriptions)}/cancel`, { when: 'now' }))
    case 2:
      return void (await customer.post(`/subscriptions/${anyOf(subscriptions)}/${anyOf(['stop', 'start', 'restart'])}`))
    case 3:
      return void (await customer.delete(`/instances/${anyOf(apps)}`, { confirm: 'n8n' }))
    case 4:
      if (topUps.length < 8) topUps.push((await topUp(customer)).id)
      return
    case 5:
      return void (await customer.post(`/wallet/top-ups/${anyOf(topUps)}/cancel`))
    default: {
      const id = anyOf(topUps)
      // One that was withdrawn or paid before can't be.
      if (id) await shop.gateway.events.pay((await rowOfTopUp(shop, id)).orderId).catch(() => {})
    }
  }
}

async function refundSomething(admin: Caller, { topUps }: Player): Promise<void> {
  for (const id of topUps) {
    const order = { amount: 10_000, way: 'manual', reason: 'asked for' }
    const { status, body } = await admin.post(`/admin/top-ups/${id}/refunds`, order)
    if (status === 201) return void (await admin.post(`/admin/refunds/${body.data.id}/withdraw`, { reason: 'changed' }))
  }
}

test('after whatever was done, the counts of /metrics are those of the rows, and balances those of the books', async () => {
  const random = new Random(seed)
  const { system } = shop
  const plans = [
    await system.plan({ service: 'n8n' }),
    await system.plan({ service: 'ghost' }),
    await system.plan({ service: 'gotify' }),
  ]
  const players: Player[] = []
  for (let index = 0; index < 4; index++) {
    players.push({ customer: await system.customer({ balance: 150_000 }), subscriptions: [], apps: [], topUps: [] })
  }
  for (let step = 0; step < acts; step++) await actAtRandom(random, players[random.below(players.length)]!, plans)
  clock.advance(minute)
  await pollPendingTopUps(system.parts)
  const admin = await system.admin()
  for (const player of players) await refundSomething(admin, player)
  // Whatever chance did: one can pay, one can't, and one has cancelled.
  for (const [balance, cancels] of [
    [100_000, false],
    [50_000, false],
    [50_000, true],
  ] as const) {
    const customer = await system.customer({ balance })
    const { body } = await customer.post('/subscriptions', { planId: plans[0]!.id })
    await makeReady(shop, body.data.id)
    if (cancels) await customer.post(`/subscriptions/${body.data.id}/cancel`, { when: 'now' })
  }
  // Periods end, and not everybody can pay the next; what never became ready is given back.
  clock.advance(33 * day)
  await advanceSubscriptions(system.parts)
  await system.parts.queue.stop(10_000)
  await system.parts.reconciler.stop()

  const seen = await samples()
  const tables = ['instances', 'subscriptions', 'top_ups', 'refunds', 'payment_cases']
  for (const table of tables) {
    const counted = await truth(`select status, count(*) from ${table} group by status`)
    expect([seed, table, shown(seen, `minispod_${table}`, 'status')]).toEqual([seed, table, counted])
  }
  const jobs = await truth(`select lower(status) || ' ' || kind, count(*) from jobs group by status, kind`)
  const shownJobs = seen.filter(({ metric, value }) => metric === 'minispod_jobs' && value !== 0)
  expect(Object.fromEntries(shownJobs.map(({ labels, value }) => [`${labels.status} ${labels.kind}`, value]))).toEqual(
    jobs,
  )
  const single = (metric: string) => seen.find((sample) => sample.metric === metric)!.value
  const { wallets, transactions } = await truth(`select 'wallets', count(*) from ledger_accounts where kind = 'wallet'
    union all select 'transactions', count(*) from transactions`)
  expect([single('minispod_wallets'), single('minispod_transactions')]).toEqual([wallets!, transactions!])
  const accounts = await truth(`select id, balance from ledger_accounts where user_id is null and balance <> 0
    union all select 'customers', sum(balance) from ledger_accounts where user_id is not null`)
  expect(shown(seen, 'minispod_ledger_balance_rupiah', 'account')).toEqual(accounts)
  // The acts did reach what is counted.
  expect(Object.keys(await truth('select status, count(*) from refunds group by status'))).toContain('VOIDED')
  expect(Object.keys(await truth('select status, count(*) from subscriptions group by status')).length).toBeGreaterThan(
    2,
  )
  expect(Object.keys(await truth('select status, count(*) from top_ups group by status')).length).toBeGreaterThan(2)
}, 60_000)
