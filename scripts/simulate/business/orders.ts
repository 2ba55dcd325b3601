import { setAutoRenew } from '../../../src/features/subscriptions/auto-renew'
import { cancelSubscription } from '../../../src/features/subscriptions/cancel'
import { renewNow } from '../../../src/features/subscriptions/renew-now'
import { scheduleChange, undoScheduledChange } from '../../../src/features/subscriptions/schedule-change'
import { upgradeSubscription } from '../../../src/features/subscriptions/upgrade'
import { readGroundFor } from '../../../src/features/subscriptions/upgrade-storage'
import { redeemVoucher } from '../../../src/features/vouchers/redeem'
import * as acts from '../model/acts'
import type { Cycle } from '../model/calendar'
import { book, unbook } from '../model/changes'
import type { Subscription } from '../model/state'
import { upgrade } from '../model/upgrades'
import type { Simulation } from '../simulation'
import { appOf, idOf } from './lookup'
import { someVoucher } from './vouchers'

export async function cancel(
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

export async function turnRenewal(
  simulation: Simulation,
  { place, customer }: Subscription,
  on: boolean,
): Promise<void> {
  const id = await idOf(simulation, place)
  await simulation.act(
    on ? 'auto-renew turned on' : 'auto-renew turned off',
    customer,
    (parts, tx) => setAutoRenew(parts, tx, simulation.cast.customers[customer]!, id, on),
    (model, now) => acts.setAutoRenew(model.subscriptions[place]!, on, now),
  )
}

export async function payAhead(simulation: Simulation, { place, customer }: Subscription): Promise<void> {
  const id = await idOf(simulation, place)
  await simulation.act(
    'renewed by hand',
    customer,
    (parts, tx) => renewNow(parts, tx, simulation.cast.customers[customer]!, id),
    (model, now) => acts.renewNow(model, model.subscriptions[place]!, now),
  )
}

/** A lower plan or another cycle from the next period on, or what was booked taken back. */
export async function goDown(simulation: Simulation, { place, customer, plan, booked }: Subscription): Promise<void> {
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

export async function useCredit(simulation: Simulation, customer: number): Promise<void> {
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
export async function goUp(
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
