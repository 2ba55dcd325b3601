import { restoreSubscription } from '../../../src/features/subscriptions/restore'
import { subscribe } from '../../../src/features/subscriptions/subscribe'
import * as acts from '../model/acts'
import { type Cycle, hour } from '../model/calendar'
import { duePrice } from '../model/lifecycle'
import { cyclePrice, presentTerms, withTax } from '../model/prices'
import { isLive, type Plan, type Subscription } from '../model/state'
import type { Simulation } from '../simulation'
import { idOf } from './lookup'
import { cancel } from './orders'
import { someVoucher } from './vouchers'

/** No method takes more. */
const mostAtOnce = 9_000_000

/** Mostly just what is missing, rounded up; sometimes more. */
export async function topUpTo(simulation: Simulation, customer: number, missing: bigint): Promise<void> {
  const { random } = simulation
  const wanted = Math.max(10_000, Math.ceil(Number(missing) / 1_000) * 1_000)
  const amount = random.chance(0.3) ? wanted * random.between(2, 4) : wanted
  await simulation.money.topUp(customer, Math.min(amount, mostAtOnce))
}

export async function buySomething(simulation: Simulation, customer: number): Promise<void> {
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

export async function bringBack(simulation: Simulation, { place, customer }: Subscription): Promise<void> {
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
