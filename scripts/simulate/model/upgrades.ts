import { markUnpaid } from './lifecycle'
import { charge, giveBack, restOf, tell } from './money'
import { cyclePrice, presentTerms, upgradePrice } from './prices'
import type { Model, Plan, Subscription } from './state'

/** Goes to a dearer plan at once, for the rest of the period; whether its app stands it is seen afterwards. */
export function upgrade(model: Model, subscription: Subscription, to: Plan, now: number): string {
  const { plan: from, price: fromPrice, termsNumber: fromTerms, end, start } = subscription
  const isPossible =
    subscription.state === 'ACTIVE' &&
    !subscription.upgrade &&
    !subscription.booked &&
    !subscription.cancelAtEnd &&
    end > now &&
    start <= now
  if (!isPossible) return 'INVALID_STATE'
  if (to.service !== from.service || to.tier <= from.tier) return 'INVALID_PLAN'
  if (to.used >= to.slots) return 'QUOTA_EXCEEDED'
  const terms = presentTerms(to)
  const price = cyclePrice(terms.monthly, subscription.cycle)
  const difference = upgradePrice(price - fromPrice, { start: start + subscription.stood, end }, now)
  const span = { kind: 'upgrade' as const, index: subscription.index, start: now, end }
  const charged = charge(model, subscription, span, difference)
  if (!charged) return 'INSUFFICIENT_BALANCE'
  // The slot of the plan before is kept until there is no way back.
  to.used++
  subscription.upgrade = { from, fromPrice, fromTerms, charge: charged }
  Object.assign(subscription, { plan: to, price, termsNumber: terms.number })
  tell(model, 'subscription-upgraded', subscription)
  return 'ok'
}

export function confirmUpgrade(subscription: Subscription): void {
  if (!subscription.upgrade) return
  subscription.upgrade.from.used--
  subscription.upgrade = undefined
}

/** All of it is taken back: plan, price, slot and what it cost. */
export function undoUpgrade(model: Model, subscription: Subscription): void {
  const { upgrade: undone } = subscription
  if (!undone) return
  subscription.plan.used--
  Object.assign(subscription, {
    plan: undone.from,
    price: undone.fromPrice,
    termsNumber: undone.fromTerms,
    upgrade: undefined,
  })
  if (undone.charge && restOf(undone.charge) > 0n) {
    giveBack(model, subscription, undone.charge, restOf(undone.charge))
    markUnpaid(model, subscription.customer)
  }
  tell(model, 'upgrade-undone', subscription)
}
