import { type Cycle, minute, monthsLater, monthsOf } from './calendar'
import { end, enter, markUnpaid, renew } from './lifecycle'
import { charge, giveBack, restOf, tell } from './money'
import { cyclePrice, presentTerms, unusedOf } from './prices'
import { type Charge, isLive, type Model, type Plan, type Subscription } from './state'
import { fit } from './vouchers'

/** What people ask for. Each answers `ok` or the code of the refusal; a refusal changes nothing. */

export function subscribe(
  model: Model,
  customer: number,
  { plan, cycle, voucher }: { plan: Plan; cycle: Cycle; voucher?: number },
  now: number,
): string {
  const own = model.customers[customer]!.subscriptions.find(
    (known) => isLive(known) && known.plan.service === plan.service,
  )
  if (own) return plan.tier > own.plan.tier ? 'UPGRADE_REQUIRED' : 'DUPLICATE_SUBSCRIPTION'
  if (plan.used >= plan.slots) return 'QUOTA_EXCEEDED'
  const terms = presentTerms(plan)
  const price = cyclePrice(terms.monthly, cycle)
  const discount = voucher === undefined ? 0n : fit(model, voucher, customer, price)
  if (discount === undefined) return 'VOUCHER_INVALID'
  const subscription: Subscription = {
    place: model.subscriptions.length,
    customer,
    plan,
    cycle,
    price,
    termsNumber: terms.number,
    state: 'PENDING',
    since: now,
    anchor: now,
    anchorMonths: 0,
    anchorIndex: 0,
    stood: 0,
    index: 0,
    start: now,
    end: monthsLater(now, monthsOf[cycle]),
    autoRenew: true,
    cancelAtEnd: false,
    readyAt: undefined,
    orderedAt: now,
    endedAt: undefined,
    removedAt: undefined,
    remindedDays: Number.POSITIVE_INFINITY,
    markedAt: Number.POSITIVE_INFINITY,
    lookAgainAt: 0,
    charges: [],
    booked: undefined,
    voucher,
    upgrade: undefined,
  }
  const period = { kind: 'period' as const, index: 0, start: now, end: subscription.end }
  if (!charge(model, subscription, period, subscription.price - discount)) return 'INSUFFICIENT_BALANCE'
  if (voucher !== undefined) model.vouchers[voucher]!.users.add(customer)
  plan.used++
  model.subscriptions.push(subscription)
  model.standing.add(subscription)
  model.customers[customer]!.subscriptions.push(subscription)
  tell(model, 'subscription-created', subscription)
  return 'ok'
}

/** Seen of the app. */
export function becomeReady(model: Model, subscription: Subscription, at: number, now: number): void {
  subscription.readyAt = at
  tell(model, 'app-ready', subscription)
  if (subscription.state === 'PENDING') enter(subscription, 'ACTIVE', now)
}

export function cancel(model: Model, subscription: Subscription, when: 'now' | 'period_end', now: number): string {
  if (!isLive(subscription)) return 'INVALID_STATE'
  // What is overdue or suspended has no paid period that ends by itself.
  if (when === 'period_end' && subscription.readyAt !== undefined && subscription.state === 'ACTIVE') {
    Object.assign(subscription, { autoRenew: false, cancelAtEnd: true, booked: undefined })
    return 'ok'
  }
  end(model, subscription, 'CANCELLED', now)
  tell(model, 'subscription-cancelled', subscription)
  return 'ok'
}

export function setAutoRenew(subscription: Subscription, on: boolean, now: number): string {
  if (!isLive(subscription)) return 'INVALID_STATE'
  const isSame = subscription.autoRenew === on && !(on && subscription.cancelAtEnd)
  subscription.autoRenew = on
  subscription.cancelAtEnd &&= !on
  if (on && !isSame && subscription.end <= now) subscription.markedAt = now
  return 'ok'
}

export function renewNow(model: Model, subscription: Subscription, now: number): string {
  const { state, cancelAtEnd, upgrade, start } = subscription
  const isPossible = state === 'ACTIVE' || state === 'GRACE' || state === 'SUSPENDED/unpaid'
  if (!isPossible || cancelAtEnd || upgrade || start > now) return 'INVALID_STATE'
  if (state === 'ACTIVE' && subscription.index > 0 && now - subscription.since < minute) return 'CONFLICT'
  return renew(model, subscription, now) ? 'ok' : 'INSUFFICIENT_BALANCE'
}

/** Back with its data, for a new period from now. */
export function restore(model: Model, subscription: Subscription, now: number): string {
  const { endedAt, removedAt, plan, customer, place } = subscription
  if (endedAt === undefined || removedAt !== undefined) return 'INVALID_STATE'
  const other = model.customers[customer]!.subscriptions.some(
    (known) => known.place !== place && isLive(known) && known.plan.service === plan.service,
  )
  if (other) return 'DUPLICATE_SUBSCRIPTION'
  if (plan.used >= plan.slots) return 'QUOTA_EXCEEDED'
  if (!renew(model, subscription, now)) return 'INSUFFICIENT_BALANCE'
  Object.assign(subscription, { endedAt: undefined, autoRenew: true, cancelAtEnd: false })
  plan.used++
  return 'ok'
}

export function suspendByAdmin(model: Model, subscription: Subscription, now: number): string {
  if (!isLive(subscription) || subscription.state.startsWith('SUSPENDED')) return 'INVALID_STATE'
  enter(subscription, 'SUSPENDED/admin', now)
  tell(model, 'subscription-suspended', subscription)
  return 'ok'
}

/** All that was to come is later by the time in which it stood still; the periods after count from the new end. */
export function resumeByAdmin(model: Model, subscription: Subscription, now: number): string {
  if (subscription.state !== 'SUSPENDED/admin') return 'INVALID_STATE'
  const stood = now - subscription.since
  for (const charge of subscription.charges)
    if (charge.end > subscription.since) Object.assign(charge, { start: charge.start + stood, end: charge.end + stood })
  if (subscription.start > subscription.since) subscription.start += stood
  else subscription.stood += stood
  const moved = subscription.end + stood
  Object.assign(subscription, { end: moved, anchor: moved, anchorMonths: 0, anchorIndex: subscription.index + 1 })
  enter(subscription, subscription.readyAt === undefined ? 'PENDING' : 'ACTIVE', now)
  if (moved > now) tell(model, 'subscription-resumed', subscription)
  return 'ok'
}

/** Of what was paid for the periods that are not over, the newest charge first. */
export function refund(
  model: Model,
  subscription: Subscription,
  order: { kind: 'full' | 'prorated' } | { kind: 'amount'; amount: bigint },
  now: number,
): string {
  const at = subscription.endedAt ?? (subscription.state === 'SUSPENDED/admin' ? subscription.since : now)
  const open = subscription.start > at ? [subscription.index - 1, subscription.index] : [subscription.index]
  const charges = subscription.charges.filter(({ index }) => open.includes(index))
  const refundable = charges.reduce((sum, charge) => sum + restOf(charge), 0n)
  let left = order.kind === 'amount' ? order.amount : refundable
  if (refundable === 0n || left > refundable) return 'INVALID_STATE'
  const shares: [Charge, bigint][] = []
  for (const charge of charges.toReversed()) {
    const most = order.kind === 'prorated' ? unusedOf(charge, at) : restOf(charge)
    const share = most < left ? most : left
    left -= share
    if (share > 0n) shares.push([charge, share])
  }
  if (shares.length === 0) return 'INVALID_STATE'
  for (const [charge, share] of shares) giveBack(model, subscription, charge, share)
  markUnpaid(model, subscription.customer)
  tell(model, 'subscription-refunded', subscription)
  return 'ok'
}

/** A code that is worth something by itself. */
export function redeem(model: Model, customer: number, voucher: number): string {
  const worth = fit(model, voucher, customer, 0n)
  if (worth === undefined) return 'VOUCHER_INVALID'
  model.vouchers[voucher]!.users.add(customer)
  credit(model, customer, worth)
  return 'ok'
}

export function credit(model: Model, customer: number, amount: bigint): void {
  model.customers[customer]!.balance += amount
  markUnpaid(model, customer)
}
