import { day, minute } from './calendar'
import { canChange, changed, moveSlot } from './changes'
import { charge, giveAllBack, tell } from './money'
import {
  deadline,
  graceMs,
  heldMs,
  keptMs,
  lastLookMs,
  nextPeriod,
  provisioningMs,
  reminderDays,
  suspensionMs,
} from './periods'
import { cyclePrice, presentTerms, termsFor, withTax } from './prices'
import { isLive, isUnpaid, type Model, type State, type Subscription } from './state'
import { undoUpgrade } from './upgrades'
import { releaseVoucher } from './vouchers'

/** What the clock does, once a minute: each subscription at most one step. @returns those that it changed */
export function tick(model: Model, now: number): Subscription[] {
  const due = listDue(model, now)
  for (const subscription of due) step(model, subscription, now)
  for (const subscription of model.standing) if (nextReminder(subscription) <= now) remind(model, subscription, now)
  return due
}

/** In the order in which they became due; of two at one moment the older one first. */
export function listDue(model: Model, now: number): Subscription[] {
  const due: { at: number; subscription: Subscription }[] = []
  for (const subscription of model.standing) {
    const at = dueAt(model, subscription)
    if (at <= now) due.push({ at, subscription })
  }
  return due
    .sort((a, b) => a.at - b.at || a.subscription.place - b.subscription.place)
    .map(({ subscription }) => subscription)
}

const never = Number.POSITIVE_INFINITY

/** When the clock has to do something about it next. */
export function dueAt(model: Model, subscription: Subscription): number {
  const { state, since, end, removedAt } = subscription
  if (removedAt !== undefined) return never
  switch (state) {
    case 'PENDING':
      return deadline(model, Math.max(since, subscription.orderedAt), provisioningMs) + lastLookMs
    case 'ACTIVE':
      return end
    case 'GRACE':
    case 'SUSPENDED/unpaid':
      return Math.min(subscription.markedAt, Math.max(unpaidUntil(model, subscription), subscription.lookAgainAt))
    case 'SUSPENDED/admin':
      return never
    default:
      return keptUntil(model, subscription)
  }
}

const unpaidUntil = (model: Model, { state, since }: Subscription): number =>
  deadline(model, since, state === 'GRACE' ? graceMs : suspensionMs)

const keptUntil = (model: Model, { endedAt }: Subscription): number => deadline(model, endedAt!, keptMs)

function nextReminder({ state, end, remindedDays }: Subscription): number {
  if (state !== 'ACTIVE') return never
  const days = reminderDays.find((days) => days < remindedDays)
  return days === undefined ? never : end - days * day
}

export function step(model: Model, subscription: Subscription, now: number): void {
  if (dueAt(model, subscription) > now) return
  switch (subscription.state) {
    case 'PENDING':
      giveUp(model, subscription, now)
      break
    case 'ACTIVE':
      periodOver(model, subscription, now)
      break
    case 'GRACE':
    case 'SUSPENDED/unpaid':
      unpaid(model, subscription, now)
      break
    default:
      remove(model, subscription, now)
  }
}

/** Of several reminders that have passed at once the last one is sent. */
function remind(model: Model, subscription: Subscription, now: number): void {
  subscription.remindedDays = reminderDays.findLast((days) => subscription.end - days * day <= now)!
  tell(model, 'renewal-reminder', subscription)
}

function giveUp(model: Model, subscription: Subscription, now: number): void {
  end(model, subscription, 'CANCELLED', now)
  tell(model, 'provisioning-refunded', subscription)
  tell(model, 'provisioning-alert', subscription)
}

function periodOver(model: Model, subscription: Subscription, now: number): void {
  undoUpgrade(model, subscription)
  if (subscription.cancelAtEnd) {
    end(model, subscription, 'CANCELLED', now)
    tell(model, 'subscription-cancelled', subscription)
  } else if (!(subscription.autoRenew && renew(model, subscription, now))) lapse(model, subscription, now)
}

function unpaid(model: Model, subscription: Subscription, now: number): void {
  subscription.markedAt = never
  if (subscription.cancelAtEnd) {
    periodOver(model, subscription, now)
    return
  }
  if (subscription.autoRenew && renew(model, subscription, now)) return
  const over = unpaidUntil(model, subscription)
  if (over > now) return
  // Somebody who is paying just now loses nothing to the clock.
  if (model.customers[subscription.customer]!.openOrders > 0 && now < over + heldMs) {
    subscription.lookAgainAt = now + minute
    return
  }
  lapse(model, subscription, now)
}

function lapse(model: Model, subscription: Subscription, now: number): void {
  if (subscription.state === 'ACTIVE') {
    enter(subscription, 'GRACE', now)
    tell(model, 'renewal-failed', subscription)
  } else if (subscription.state === 'GRACE') {
    enter(subscription, 'SUSPENDED/unpaid', now)
    tell(model, 'subscription-suspended', subscription)
  } else {
    end(model, subscription, 'EXPIRED', now)
    tell(model, 'subscription-expired', subscription)
  }
}

export function enter(subscription: Subscription, state: State, now: number): void {
  const remindedDays = remindersPassed(subscription.end, now)
  Object.assign(subscription, { state, since: now, markedAt: never, lookAgainAt: 0, remindedDays })
}

/** Reminders whose time was over before are not made up for. */
const remindersPassed = (end: number, now: number): number =>
  reminderDays.findLast((days) => end - days * day <= now) ?? never

/**
 * With what is booked, if its period begins by now and a slot is left; else the booking is gone and it goes on as it is.
 * @returns false, and nothing has changed, where the wallet does not hold enough
 */
export function renew(model: Model, subscription: Subscription, now: number): boolean {
  const { start } = nextPeriod(subscription, now)
  const isDue = subscription.booked !== undefined && start <= now
  const isMade = isDue && canChange(subscription)
  const next = isMade ? changed(subscription, start) : subscription
  const { isAnchor, ...period } = nextPeriod(next, now)
  const price = isMade ? { price: next.price, termsNumber: next.termsNumber } : renewalPrice(subscription, period.start)
  const wasLive = isLive(subscription)
  const index = subscription.index + 1
  if (!charge(model, subscription, { kind: 'period', index, ...period }, price.price)) return false
  tell(model, wasLive ? 'subscription-renewed' : 'subscription-restored', subscription)
  if (isDue && !isMade) tell(model, 'change-not-made', subscription)
  if (isMade) moveSlot(subscription.plan, next.plan)
  const { plan, cycle, anchorIndex, anchorMonths } = next
  const booked = isDue ? undefined : subscription.booked
  Object.assign(subscription, { plan, cycle, anchorIndex, anchorMonths, booked })
  if (isAnchor) Object.assign(subscription, { anchor: now, anchorMonths: 0, anchorIndex: index })
  Object.assign(subscription, { index, ...period, ...price, stood: 0, remindedDays: remindersPassed(period.end, now) })
  if (subscription.state !== 'ACTIVE') enter(subscription, 'ACTIVE', now)
  return true
}

/** Who comes back from an end buys at what the plan costs now. */
function renewalPrice({ plan, termsNumber, price, cycle, endedAt }: Subscription, start: number) {
  if (endedAt !== undefined) {
    const { monthly, number } = presentTerms(plan)
    return { price: cyclePrice(monthly, cycle), termsNumber: number }
  }
  const terms = termsFor(plan, termsNumber, start)
  if (terms.number === termsNumber) return { price, termsNumber }
  return { price: cyclePrice(terms.monthly, cycle), termsNumber: terms.number }
}

/** Ends it: its slot is free; one whose app was never ready gets back all that was paid for it, and there is nothing to keep. */
export function end(model: Model, subscription: Subscription, state: 'CANCELLED' | 'EXPIRED', now: number): void {
  undoUpgrade(model, subscription)
  enter(subscription, state, now)
  subscription.plan.used--
  Object.assign(subscription, { autoRenew: false, endedAt: now, booked: undefined })
  if (subscription.readyAt !== undefined) return
  giveAllBack(model, subscription)
  releaseVoucher(model, subscription)
  markUnpaid(model, subscription.customer)
  leave(model, subscription, now)
}

function remove(model: Model, subscription: Subscription, now: number): void {
  leave(model, subscription, now)
  tell(model, 'data-removed', subscription)
}

/** Money has come in: the clock looks at what is unpaid within the minute, at the oldest first. */
export function markUnpaid(model: Model, customer: number): void {
  for (const subscription of model.customers[customer]!.subscriptions)
    if (isLive(subscription) && isUnpaid(subscription))
      subscription.markedAt = Math.min(subscription.markedAt, subscription.end)
}

/** What leaves the wallet for the next period if it is paid now. */
export function duePrice(subscription: Subscription, now: number): bigint {
  return withTax(renewalPrice(subscription, nextPeriod(subscription, now).start).price)
}

/** Nothing of it is left. */
function leave(model: Model, subscription: Subscription, now: number): void {
  enter(subscription, subscription.state, now)
  subscription.removedAt = now
  model.standing.delete(subscription)
}
