import { updatePlan } from '../../../src/features/catalog/admin/plans'
import { refundSubscription } from '../../../src/features/subscriptions/admin-refund'
import { resumeByAdmin, suspendByAdmin } from '../../../src/features/subscriptions/admin-suspension'
import { findSubscription } from '../../../src/features/subscriptions/read'
import * as acts from '../model/acts'
import { day, hour } from '../model/calendar'
import { isLive, type Model } from '../model/state'
import type { Simulation } from '../simulation'
import { giveCredit } from './cast'
import { idOf } from './lookup'
import { makeVoucher } from './vouchers'

const noticeMs = 30 * day
const reason = 'decided by the owner'

/** What whoever runs the house does on a day. */
export function planOwnersDay(simulation: Simulation): void {
  const { random } = simulation
  const some = (share: number, run: () => Promise<void>) => {
    if (random.chance(share))
      simulation.after(random.between(1, 23) * hour, async () => (simulation.isUp ? run() : undefined))
  }
  some(0.2, () => refundSomebody(simulation))
  some(0.15, () => suspendSomebody(simulation))
  some(0.2, () => giveSomething(simulation))
  some(0.04, () => changePrice(simulation))
  some(0.06, () => makeVoucher(simulation))
}

async function refundSomebody(simulation: Simulation): Promise<void> {
  const { random, model, cast } = simulation
  if (model.subscriptions.length === 0) return
  const { place, customer } = random.pick(model.subscriptions)
  const order = random.pick([
    { kind: 'full' as const },
    { kind: 'prorated' as const },
    { kind: 'amount' as const, amount: random.between(1, 60) * 1_000 },
  ])
  const id = await idOf(simulation, place)
  await simulation.act(
    'refunded by the owner',
    customer,
    (parts, tx) => refundSubscription(parts, tx, cast.admin, id, { ...order, reason }),
    (model, now) => {
      const wanted = order.kind === 'amount' ? { kind: order.kind, amount: BigInt(order.amount) } : { kind: order.kind }
      return acts.refund(model, model.subscriptions[place]!, wanted, now)
    },
  )
}

async function suspendSomebody(simulation: Simulation): Promise<void> {
  const { random, model, cast } = simulation
  const live = model.subscriptions.filter(isLive)
  if (live.length === 0) return
  const { place, customer } = random.pick(live)
  const id = await idOf(simulation, place)
  const answer = await simulation.act(
    'suspended by the owner',
    customer,
    async (parts, tx) => suspendByAdmin(parts, tx, cast.admin, (await findSubscription(tx, id))!, reason),
    (model, now) => acts.suspendByAdmin(model, model.subscriptions[place]!, now),
  )
  if (answer === 'ok') simulation.after(random.between(2, 240) * hour, () => resume(simulation, place))
}

async function resume(simulation: Simulation, place: number): Promise<void> {
  if (!simulation.isUp) return simulation.after(5 * hour, () => resume(simulation, place))
  const { cast, model } = simulation
  const id = await idOf(simulation, place)
  await simulation.act(
    'resumed by the owner',
    model.subscriptions[place]!.customer,
    async (parts, tx) => resumeByAdmin(parts, tx, cast.admin, (await findSubscription(tx, id))!, reason),
    (model, now) => acts.resumeByAdmin(model, model.subscriptions[place]!, now),
  )
}

async function giveSomething(simulation: Simulation): Promise<void> {
  const { random, cast } = simulation
  if (cast.customers.length === 0) return
  const customer = random.between(0, cast.customers.length - 1)
  const amount = random.between(5, 50) * 1_000
  await simulation.act(
    'given by the owner',
    customer,
    (parts, tx) => giveCredit(parts, tx, cast, customer, amount),
    (model) => {
      acts.credit(model, customer, BigInt(amount))
      return 'ok'
    },
  )
}

/** Who has the plan keeps its price for the time of notice, unless the new one is lower. One change of a plan at a time. */
async function changePrice(simulation: Simulation): Promise<void> {
  const { random, model, cast } = simulation
  const at = simulation.houseTime
  if (cast.customers.length === 0) return
  const settled = model.plans.filter(({ terms }) => terms.at(-1)!.effectiveAt + day < at)
  if (settled.length === 0) return
  const { place, terms } = random.pick(settled)
  const price = Math.round((Number(terms.at(-1)!.monthly) * random.between(85, 125)) / 100 / 1_000) * 1_000
  const { id: planId, serviceId } = cast.plans[place]!
  await simulation.act(
    'prices changed',
    0,
    (parts, tx) => updatePlan(parts, tx, cast.admin, { serviceId, planId }, { expected: undefined, input: { price } }),
    (model, now) => changeTerms(model, place, BigInt(price), now),
  )
}

function changeTerms(model: Model, place: number, monthly: bigint, now: number): string {
  const { terms } = model.plans[place]!
  const last = terms.at(-1)!
  if (monthly !== last.monthly)
    terms.push({ number: last.number + 1, monthly, effectiveAt: monthly < last.monthly ? now : now + noticeMs })
  return 'ok'
}
