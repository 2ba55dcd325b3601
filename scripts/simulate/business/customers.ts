import { setAutoRenew } from '../../../src/features/subscriptions/auto-renew'
import { cancelSubscription } from '../../../src/features/subscriptions/cancel'
import { renewNow } from '../../../src/features/subscriptions/renew-now'
import { restoreSubscription } from '../../../src/features/subscriptions/restore'
import { scheduleChange, undoScheduledChange } from '../../../src/features/subscriptions/schedule-change'
import { subscribe } from '../../../src/features/subscriptions/subscribe'
import { upgradeSubscription } from '../../../src/features/subscriptions/upgrade'
import { readGroundFor } from '../../../src/features/subscriptions/upgrade-storage'
import { redeemVoucher } from '../../../src/features/vouchers/redeem'
import * as acts from '../model/acts'
import { type Cycle, day, hour } from '../model/calendar'
import { book, unbook } from '../model/changes'
import { duePrice } from '../model/lifecycle'
import { cyclePrice, presentTerms, withTax } from '../model/prices'
import { isLive, isUnpaid, type Plan, type Subscription } from '../model/state'
import { upgrade } from '../model/upgrades'
import type { Simulation } from '../simulation'
import { welcome } from './cast'
import { appOf, idOf } from './lookup'
import { someVoucher } from './vouchers'

/** Nobody looks at it more often. */
const leastVisitMs = 9 * hour
const meanVisitMs = 9 * day

/** Everybody comes some day, most of them early. */
export function planArrivals(simulation: Simulation): void {
  const { random, options } = simulation
  for (let customer = 0; customer < options.customers; customer++) {
    const at = random.chance(0.4) ? random.between(0, 2 * day) : random.between(0, Math.floor(options.days * 0.8) * day)
    simulation.onTheHour(at, () => arrive(simulation))
  }
}

async function arrive(simulation: Simulation): Promise<void> {
  if (!simulation.isUp) return simulation.after(6 * hour, () => arrive(simulation))
  const place = simulation.cast.customers.length
  const come = await simulation.inHouse((parts) => welcome(parts, simulation.cast, simulation.model))
  if (!come && simulation.cast.customers.length === place) {
    await simulation.recovery.after({})
    return simulation.after(hour, () => arrive(simulation))
  }
  simulation.report.count('event customers that came')
  await buySomething(simulation, place)
  planVisit(simulation, place)
}

/** Who has something to decide comes sooner. */
function planVisit(simulation: Simulation, customer: number): void {
  const { random, model, houseTime } = simulation
  const own = model.customers[customer]!.subscriptions
  let wait = random.exponential(meanVisitMs)
  for (const { state, end } of own) {
    if (state === 'ACTIVE' && random.chance(0.75))
      wait = Math.min(wait, Math.max(leastVisitMs, end - houseTime - random.between(-1, 4) * day))
    if (state === 'GRACE' || state === 'SUSPENDED/unpaid') wait = Math.min(wait, random.exponential(4 * day))
  }
  simulation.onTheHour(wait, () => visit(simulation, customer))
}

async function visit(simulation: Simulation, customer: number): Promise<void> {
  if (!simulation.isUp) return simulation.onTheHour(3 * hour, () => visit(simulation, customer))
  const own = simulation.model.customers[customer]!.subscriptions
  const live = own.filter(isLive)
  const lost = own.filter((known) => !isLive(known) && known.removedAt === undefined && known.readyAt !== undefined)
  if (live.length > 0) await lookAfter(simulation, simulation.random.pick(live))
  else if (lost.length > 0 && simulation.random.chance(0.6)) await bringBack(simulation, lost.at(-1)!)
  else if (simulation.random.chance(0.6)) await buySomething(simulation, customer)
  planVisit(simulation, customer)
}

async function lookAfter(simulation: Simulation, subscription: Subscription): Promise<void> {
  const { random } = simulation
  if (isUnpaid(subscription)) return payUp(simulation, subscription)
  const dice = random.fraction()
  if (subscription.state !== 'ACTIVE') {
    if (dice < 0.05) await cancel(simulation, subscription, 'now')
    return
  }
  if (dice < 0.55) return saveUp(simulation, subscription)
  if (dice < 0.65) return goUp(simulation, subscription)
  if (dice < 0.68) return cancel(simulation, subscription, 'period_end')
  if (dice < 0.69) return cancel(simulation, subscription, 'now')
  if (dice < 0.74) return turnRenewal(simulation, subscription, random.chance(0.7))
  if (dice < 0.79) return payAhead(simulation, subscription)
  if (dice < 0.84) return buySomething(simulation, subscription.customer)
  if (dice < 0.9) return goDown(simulation, subscription)
  if (dice < 0.92) return useCredit(simulation, subscription.customer)
}

async function payUp(simulation: Simulation, subscription: Subscription): Promise<void> {
  const { random, model, houseTime } = simulation
  const dice = random.fraction()
  if (dice < 0.08) return cancel(simulation, subscription, random.chance(0.5) ? 'now' : 'period_end')
  if (dice < 0.14) return goDown(simulation, subscription)
  if (dice < 0.2) return payAhead(simulation, subscription)
  if (!subscription.autoRenew) await turnRenewal(simulation, subscription, true)
  const due = duePrice(subscription, houseTime)
  const { balance } = model.customers[subscription.customer]!
  if (dice < 0.85 && balance < due) await topUpTo(simulation, subscription.customer, due - balance)
}

/** Before a period ends there should be money for the next. */
async function saveUp(simulation: Simulation, subscription: Subscription): Promise<void> {
  const { random, model, houseTime } = simulation
  const due = duePrice(subscription, houseTime)
  const { balance, openOrders } = model.customers[subscription.customer]!
  const isSoon = subscription.end - houseTime < 9 * day
  if (isSoon && balance < due && openOrders === 0 && random.chance(0.85))
    await topUpTo(simulation, subscription.customer, due - balance)
}

/** Mostly just what is missing, rounded up; sometimes more. */
async function topUpTo(simulation: Simulation, customer: number, missing: bigint): Promise<void> {
  const { random } = simulation
  const wanted = Math.max(10_000, Math.ceil(Number(missing) / 1_000) * 1_000)
  await simulation.money.topUp(customer, random.chance(0.3) ? wanted * random.between(2, 4) : wanted)
}

async function buySomething(simulation: Simulation, customer: number): Promise<void> {
  const { random, model } = simulation
  const owned = new Set(model.customers[customer]!.subscriptions.filter(isLive).map(({ plan }) => plan.service))
  const tier = random.pick([1, 1, 1, 2, 2, 3])
  const choice = model.plans.filter((plan) => plan.tier === tier && (!owned.has(plan.service) || random.chance(0.05)))
  if (choice.length === 0) return
  const plan = random.pick(choice)
  await buy(
    simulation,
    customer,
    plan.place,
    random.pick<Cycle>(['MONTHLY', 'MONTHLY', 'MONTHLY', 'MONTHLY', 'MONTHLY', 'QUARTERLY', 'YEARLY']),
  )
}

/** With the money that is there, or once it is. */
async function buy(
  simulation: Simulation,
  customer: number,
  planPlace: number,
  billingCycle: Cycle,
  tries = 0,
): Promise<void> {
  const { model, random, cast } = simulation
  const plan: Plan = model.plans[planPlace]!
  const price = withTax(cyclePrice(presentTerms(plan).monthly, billingCycle))
  const { balance } = model.customers[customer]!
  if (balance < price && tries < 2 && random.chance(0.97)) {
    await topUpTo(simulation, customer, price - balance)
    return simulation.onTheHour(random.between(1, 4) * hour, () =>
      buy(simulation, customer, planPlace, billingCycle, tries + 1),
    )
  }
  const actor = cast.customers[customer]!
  const voucher = someVoucher(simulation, 'first_period', 0.25)
  const code = voucher === undefined ? {} : { voucher: cast.vouchers[voucher]! }
  const order = { planId: cast.plans[planPlace]!.id, billingCycle, ...code }
  const regrets = random.chance(0.05)
  const answer = await simulation.act(
    'bought',
    customer,
    (parts, tx) => subscribe(parts, tx, actor, order),
    (model, now) =>
      acts.subscribe(model, customer, { plan: model.plans[planPlace]!, cycle: billingCycle, voucher }, now),
    { settles: !regrets },
  )
  // Before the app is there.
  if (answer === 'ok' && regrets) await cancel(simulation, simulation.model.subscriptions.at(-1)!, 'now')
}

async function bringBack(simulation: Simulation, { place, customer }: Subscription): Promise<void> {
  const { model, houseTime } = simulation
  const due = duePrice(model.subscriptions[place]!, houseTime)
  const { balance } = model.customers[customer]!
  if (balance < due) {
    await topUpTo(simulation, customer, due - balance)
    return simulation.after(3 * hour, () => bringBackNow(simulation, place))
  }
  await bringBackNow(simulation, place)
}

async function bringBackNow(simulation: Simulation, place: number): Promise<void> {
  if (!simulation.isUp) return
  const { customer } = simulation.model.subscriptions[place]!
  const id = await idOf(simulation, place)
  await simulation.act(
    'restored',
    customer,
    (parts, tx) => restoreSubscription(parts, tx, simulation.cast.customers[customer]!, id),
    (model, now) => acts.restore(model, model.subscriptions[place]!, now),
  )
}

async function cancel(
  simulation: Simulation,
  { place, customer }: Subscription,
  when: 'now' | 'period_end',
): Promise<void> {
  const id = await idOf(simulation, place)
  await simulation.act(
    when === 'now' ? 'cancelled at once' : 'cancelled for the end of the period',
    customer,
    (parts, tx) => cancelSubscription(parts, tx, simulation.cast.customers[customer]!, id, when),
    (model, now) => acts.cancel(model, model.subscriptions[place]!, when, now),
  )
}

async function turnRenewal(simulation: Simulation, { place, customer }: Subscription, on: boolean): Promise<void> {
  const id = await idOf(simulation, place)
  await simulation.act(
    on ? 'auto-renew turned on' : 'auto-renew turned off',
    customer,
    (parts, tx) => setAutoRenew(parts, tx, simulation.cast.customers[customer]!, id, on),
    (model, now) => acts.setAutoRenew(model.subscriptions[place]!, on, now),
  )
}

async function payAhead(simulation: Simulation, { place, customer }: Subscription): Promise<void> {
  const id = await idOf(simulation, place)
  await simulation.act(
    'renewed by hand',
    customer,
    (parts, tx) => renewNow(parts, tx, simulation.cast.customers[customer]!, id),
    (model, now) => acts.renewNow(model, model.subscriptions[place]!, now),
  )
}

/** A lower plan or another cycle from the next period on, or what was booked taken back. */
async function goDown(simulation: Simulation, { place, customer, plan, booked }: Subscription): Promise<void> {
  const { model, random, cast } = simulation
  const id = await idOf(simulation, place)
  const actor = cast.customers[customer]!
  if (booked && random.chance(0.7)) {
    await simulation.act(
      'bookings taken back',
      customer,
      (parts, tx) => undoScheduledChange(parts, tx, actor, id),
      (model, now) => unbook(model.subscriptions[place]!, now),
    )
    return
  }
  const lower = model.plans.filter(({ service, tier }) => service === plan.service && tier <= plan.tier)
  const to = random.pick(lower).place
  const cycle = random.pick<Cycle>(['MONTHLY', 'MONTHLY', 'QUARTERLY'])
  const order = { planId: cast.plans[to]!.id, billingCycle: cycle }
  await simulation.act(
    'changes booked',
    customer,
    (parts, tx) => scheduleChange(parts, tx, actor, id, order),
    (model, now) => book(model.subscriptions[place]!, model.plans[to]!, cycle, now),
  )
}

async function useCredit(simulation: Simulation, customer: number): Promise<void> {
  const voucher = someVoucher(simulation, 'credit', 1)
  if (voucher === undefined) return
  const { cast } = simulation
  await simulation.act(
    'vouchers redeemed',
    customer,
    (parts, tx) => redeemVoucher(parts, tx, cast.customers[customer]!, cast.vouchers[voucher]!),
    (model) => acts.redeem(model, customer, voucher),
  )
}

/** Only while the cluster can say whether it will stand it, and the period that runs is the last one paid. */
async function goUp(
  simulation: Simulation,
  { place, customer, plan, start, upgrade: pending }: Subscription,
): Promise<void> {
  const { model, random, world, cast, houseTime } = simulation
  const higher = model.plans.filter(({ service, tier }) => service === plan.service && tier > plan.tier)
  const app = await appOf(simulation, place)
  if (
    higher.length === 0 ||
    world.network.isDown('cluster') ||
    app?.status !== 'RUNNING' ||
    start > houseTime ||
    pending
  )
    return
  const to = random.pick(higher).place
  const { id: planId } = cast.plans[to]!
  const id = await idOf(simulation, place)
  const actor = cast.customers[customer]!
  const ground = await simulation.inHouse((parts) => readGroundFor(parts, parts.db.read, actor, id, planId))
  if (!ground || 'refused' in ground) return
  await simulation.act(
    'upgraded',
    customer,
    (parts, tx) => upgradeSubscription(parts, tx, actor, id, planId, ground.value),
    (model, now) => upgrade(model, model.subscriptions[place]!, model.plans[to]!, now),
  )
}
