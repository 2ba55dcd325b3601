import type { BillingCycle } from '../../src/lib/calendar'
import { day, hour, minute } from '../../src/lib/clock'
import { boundary, cyclePrice, unusedOf, upgradePrice, withTax } from './price-model'
import { isLive, type ModelCharge, type ModelState, type ModelSubscription } from './state'
import { credit, debit } from './wallet-model'

export const provisioningMs = hour
const graceMs = 3 * day
const suspensionMs = 7 * day
/** How long a payment under way holds back the end of a stage. */
export const heldMs = day

export function subscribe(state: ModelState, customer: number, plan: number, cycle: BillingCycle): string {
  const { service, tier, price: monthly, slots, used } = state.plans[plan]!
  const live = state.subscriptions.find(
    (known) => known.customer === customer && isLive(known) && state.plans[known.plan]!.service === service,
  )
  if (live) return tier > state.plans[live.plan]!.tier ? 'UPGRADE_REQUIRED' : 'DUPLICATE_SUBSCRIPTION'
  if (used >= slots) return 'QUOTA_EXCEEDED'
  const subscription: ModelSubscription = {
    customer,
    plan,
    cycle,
    price: cyclePrice(monthly, cycle),
    status: 'PENDING',
    anchor: state.now,
    anchorPeriod: 0,
    periodIndex: 0,
    start: state.now,
    end: 0,
    autoRenew: true,
    cancelAtPeriodEnd: false,
    ready: false,
    endedAt: null,
    since: state.now,
    nextStep: state.now + provisioningMs,
    charges: [],
    upgrade: null,
  }
  subscription.end = boundary(subscription, 1)
  if (!charge(state, subscription, { start: subscription.start, end: subscription.end })) return 'INSUFFICIENT_BALANCE'
  state.plans[plan]!.used++
  state.subscriptions.push(subscription)
  return 'ok'
}

export function becomeReady(subscription: ModelSubscription): string {
  if (!isLive(subscription)) return 'none'
  subscription.ready = true
  if (subscription.status === 'PENDING') Object.assign(subscription, { status: 'ACTIVE', nextStep: subscription.end })
  return 'ok'
}

export function cancel(state: ModelState, subscription: ModelSubscription, when: 'now' | 'period_end'): string {
  if (!isLive(subscription)) return 'INVALID_STATE'
  // What is overdue has no paid period to wait for the end of.
  if (when === 'period_end' && subscription.ready && subscription.status === 'ACTIVE') {
    subscription.autoRenew = false
    subscription.cancelAtPeriodEnd = true
  } else end(state, subscription, 'CANCELLED')
  return 'ok'
}

export function setAutoRenew(state: ModelState, subscription: ModelSubscription, on: boolean): string {
  if (!isLive(subscription)) return 'INVALID_STATE'
  const changes = subscription.autoRenew !== on || (on && subscription.cancelAtPeriodEnd)
  if (changes && on && subscription.end <= state.now) subscription.nextStep = state.now
  subscription.autoRenew = on
  subscription.cancelAtPeriodEnd &&= !on
  return 'ok'
}

export function renewNow(state: ModelState, subscription: ModelSubscription): string {
  const refused =
    !isLive(subscription) ||
    subscription.cancelAtPeriodEnd ||
    subscription.status === 'PENDING' ||
    subscription.upgrade !== null ||
    subscription.start > state.now
  if (refused) return 'INVALID_STATE'
  const isJustPaid = subscription.status === 'ACTIVE' && subscription.periodIndex > 0
  if (isJustPaid && state.now - subscription.since < minute) return 'CONFLICT'
  return renew(state, subscription) ? 'ok' : 'INSUFFICIENT_BALANCE'
}

/** @returns whether the wallet held enough; if not, nothing has changed */
export function renew(state: ModelState, subscription: ModelSubscription): boolean {
  const index = subscription.periodIndex + 1
  // Paid later than the days of grace, or after a suspension, it begins with the payment.
  const isLate = subscription.status === 'SUSPENDED' || state.now - subscription.end > graceMs
  const counted = isLate ? { ...subscription, anchor: state.now, anchorPeriod: index } : subscription
  const { anchor, anchorPeriod } = counted
  const period = { start: boundary(counted, index), end: boundary(counted, index + 1) }
  if (!charge(state, { ...subscription, periodIndex: index }, period)) return false
  if (subscription.status !== 'ACTIVE') subscription.since = state.now
  Object.assign(subscription, {
    periodIndex: index,
    anchor,
    anchorPeriod,
    ...period,
    status: 'ACTIVE',
    nextStep: period.end,
  })
  return true
}

export function enter(state: ModelState, subscription: ModelSubscription, status: 'GRACE' | 'SUSPENDED'): void {
  Object.assign(subscription, { status, since: state.now })
  subscription.nextStep = stageEnd(subscription)
}

export const stageEnd = ({ status, since }: ModelSubscription): number =>
  since + (status === 'GRACE' ? graceMs : suspensionMs)

/** Ends it: its slot is free, and one whose app was never ready gets back all that was paid for it. */
export function end(state: ModelState, subscription: ModelSubscription, status: 'CANCELLED' | 'EXPIRED'): void {
  undoUpgrade(state, subscription)
  Object.assign(subscription, { status, autoRenew: false, endedAt: state.now })
  state.plans[subscription.plan]!.used--
  if (!subscription.ready) for (const paid of subscription.charges) giveBack(state, subscription, paid, rest(paid))
}

export function upgrade(state: ModelState, subscription: ModelSubscription, to: number): string {
  const { now, plans } = state
  const refused =
    !isLive(subscription) ||
    subscription.upgrade !== null ||
    subscription.status !== 'ACTIVE' ||
    subscription.end <= now ||
    subscription.cancelAtPeriodEnd
  if (refused) return 'INVALID_STATE'
  const [from, plan] = [plans[subscription.plan]!, plans[to]!]
  if (plan.service !== from.service || plan.tier <= from.tier) return 'INVALID_PLAN'
  if (plan.used >= plan.slots) return 'QUOTA_EXCEEDED'
  const price = cyclePrice(plan.price, subscription.cycle)
  const difference = upgradePrice(price - subscription.price, openPeriods(subscription, now), now)
  const before = subscription.charges.length
  if (!charge(state, subscription, { start: now, end: subscription.end }, difference)) return 'INSUFFICIENT_BALANCE'
  const charged = subscription.charges[before] ?? null
  // The slot of the plan before is kept until there is no way back.
  plan.used++
  subscription.upgrade = { fromPlan: subscription.plan, fromPrice: subscription.price, charge: charged }
  Object.assign(subscription, { plan: to, price })
  return 'ok'
}

export function confirmUpgrade({ plans }: ModelState, subscription: ModelSubscription): string {
  if (!subscription.upgrade) return 'none'
  plans[subscription.upgrade.fromPlan]!.used--
  subscription.upgrade = null
  return 'ok'
}

export function undoUpgrade(state: ModelState, subscription: ModelSubscription): void {
  const { upgrade: undone } = subscription
  if (!undone) return
  state.plans[subscription.plan]!.used--
  Object.assign(subscription, { plan: undone.fromPlan, price: undone.fromPrice, upgrade: null })
  if (undone.charge) giveBack(state, subscription, undone.charge, rest(undone.charge))
}

type RefundKind = 'full' | 'prorated' | 'amount'

/** Of what was paid for the periods that are not over, the newest charge first. */
export function refund(state: ModelState, subscription: ModelSubscription, kind: RefundKind, amount: bigint): string {
  const at = subscription.endedAt ?? state.now
  const open = new Set(openPeriods(subscription, at).map(({ index }) => index))
  const charges = subscription.charges.filter(({ periodIndex }) => open.has(periodIndex))
  const refundable = charges.reduce((sum, paid) => sum + rest(paid), 0n)
  let left = kind === 'amount' ? amount : refundable
  if (refundable === 0n || left > refundable) return 'INVALID_STATE'
  const shares: [ModelCharge, bigint][] = []
  for (const paid of charges.toReversed()) {
    const most = kind === 'prorated' ? unusedOf(paid, at) : rest(paid)
    const share = most < left ? most : left
    left -= share
    if (share > 0n) shares.push([paid, share])
  }
  if (shares.length === 0) return 'INVALID_STATE'
  for (const [paid, share] of shares) giveBack(state, subscription, paid, share)
  return 'ok'
}

const rest = ({ total, refunded }: ModelCharge): bigint => total - refunded

function giveBack(state: ModelState, { customer }: ModelSubscription, paid: ModelCharge, amount: bigint): void {
  paid.refunded += amount
  credit(state, customer, amount)
}

/** The periods that are paid and not over, or the last one. */
function openPeriods(subscription: ModelSubscription, at: number) {
  const { periodIndex: index, start, end: over } = subscription
  const last = { index, start, end: over }
  if (start <= at) return [last]
  return [{ index: index - 1, start: boundary(subscription, index - 1), end: boundary(subscription, index) }, last]
}

function charge(
  state: ModelState,
  { customer, charges, periodIndex, price }: ModelSubscription,
  period: { start: number; end: number },
  net = price,
): boolean {
  const total = withTax(net)
  if (!debit(state.customers[customer]!, total)) return false
  if (total > 0n) charges.push({ periodIndex, ...period, total, refunded: 0n })
  return true
}
