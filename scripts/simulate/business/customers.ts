import { day, hour } from '../model/calendar'
import { duePrice } from '../model/lifecycle'
import { isLive, isUnpaid, type Subscription } from '../model/state'
import type { Simulation } from '../simulation'
import { bringBack, buySomething, topUpTo } from './buying'
import { welcome } from './cast'
import { cancel, goDown, goUp, payAhead, turnRenewal, useCredit } from './orders'

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
  // Who only looks changes nothing.
  simulation.needsRest = false
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
