import { minute } from '../../src/lib/clock'
import { type Command, latest } from './commands'
import { withTax } from './price-model'
import { isLive, type ModelState, type ModelSubscription, type ModelTopUp } from './state'
import * as subscriptions from './subscription-model'
import * as topUps from './top-up-model'
import { credit, debit } from './wallet-model'

/** Which of the entities that were there before the step a command speaks of. */
export const nthOf = <T>(all: T[], known: number, n: number): T | undefined => all[placeOf(n, known)]

export const placeOf = (n: number, known: number): number => (n === latest ? known - 1 : n % known)

export interface Known {
  topUps: number
  subscriptions: number
}

/** Does it in the model. @returns the answer that must come */
export function predict(state: ModelState, command: Command, known: Known): string {
  if ('topUp' in command) {
    const topUp = nthOf(state.topUps, known.topUps, command.topUp)
    return topUp ? predictTopUp(state, command, topUp) : 'none'
  }
  if ('subscription' in command) {
    const subscription = nthOf(state.subscriptions, known.subscriptions, command.subscription)
    return subscription ? predictSubscription(state, command, subscription) : 'none'
  }
  const customer = command.customer % state.customers.length
  switch (command.do) {
    case 'adjust':
      return adjust(state, customer, BigInt(command.amount))
    case 'top-up':
      return topUps.orderTopUp(state, customer, BigInt(command.amount), command.method)
    case 'subscribe':
      return subscriptions.subscribe(state, customer, command.plan % state.plans.length, command.cycle)
  }
}

function adjust(state: ModelState, customer: number, amount: bigint): string {
  if (amount < 0n) return debit(state.customers[customer]!, -amount) ? 'ok' : 'INSUFFICIENT_BALANCE'
  credit(state, customer, amount)
  return 'ok'
}

function predictTopUp(state: ModelState, command: Extract<Command, { topUp: number }>, topUp: ModelTopUp): string {
  switch (command.do) {
    case 'provider':
      return topUps.providerEvent(topUp, command.event)
    case 'hear':
      return topUps.hear(state, topUp)
    case 'withdraw':
      return topUps.withdraw(state, topUp)
    case 'refund':
      return topUps.beginRefund(state, topUp, command.part)
    case 'confirm-refund':
      return topUps.endRefund(state, topUp, 'POSTED')
    case 'void-refund':
      return topUps.endRefund(state, topUp, 'VOIDED')
  }
}

function predictSubscription(
  state: ModelState,
  command: Extract<Command, { subscription: number }>,
  subscription: ModelSubscription,
): string {
  switch (command.do) {
    case 'ready':
      return subscriptions.becomeReady(subscription)
    case 'renew':
      return subscriptions.renewNow(state, subscription)
    case 'upgrade-seen':
      return subscriptions.confirmUpgrade(state, subscription)
    case 'cancel':
      return subscriptions.cancel(state, subscription, command.when)
    case 'auto-renew':
      return subscriptions.setAutoRenew(state, subscription, command.on)
    case 'upgrade':
      return subscriptions.upgrade(state, subscription, command.plan % state.plans.length)
    case 'refund-subscription':
      return subscriptions.refund(state, subscription, command.kind, BigInt(command.amount))
  }
}

/** Time passes, and every subscription whose stage is over takes one step on, in the order in which they became due. */
export function pass(state: ModelState, ms: number): void {
  state.now += ms
  topUps.expireOrders(state)
  for (let after = { nextStep: Number.NEGATIVE_INFINITY, place: -1 }; ; ) {
    const due = state.subscriptions
      .map((subscription, place) => ({ subscription, place, nextStep: subscription.nextStep }))
      .filter(({ subscription, nextStep, place }) => {
        const isBehind = nextStep > after.nextStep || (nextStep === after.nextStep && place > after.place)
        return isLive(subscription) && nextStep <= state.now && isBehind
      })
      .sort((a, b) => a.nextStep - b.nextStep || a.place - b.place)
    if (due.length === 0) return
    for (const { subscription } of due)
      if (isLive(subscription) && subscription.nextStep <= state.now) takeStep(state, subscription)
    after = due.at(-1)!
  }
}

function takeStep(state: ModelState, subscription: ModelSubscription): void {
  if (subscription.status === 'PENDING') waitForApp(state, subscription)
  else if (subscription.status === 'ACTIVE') periodOver(state, subscription)
  else unpaid(state, subscription)
}

/** The cluster is asked once more, a minute after the time is up. */
function waitForApp(state: ModelState, subscription: ModelSubscription): void {
  const lastLook = subscription.since + subscriptions.provisioningMs + minute
  if (lastLook <= state.now) subscriptions.end(state, subscription, 'CANCELLED')
  else subscription.nextStep = lastLook
}

const canRenew = (state: ModelState, { customer, autoRenew, price }: ModelSubscription): boolean =>
  autoRenew && state.customers[customer]!.balance >= withTax(price)

function periodOver(state: ModelState, subscription: ModelSubscription): void {
  subscriptions.undoUpgrade(state, subscription)
  if (subscription.cancelAtPeriodEnd) subscriptions.end(state, subscription, 'CANCELLED')
  else if (canRenew(state, subscription)) subscriptions.renew(state, subscription)
  else subscriptions.enter(state, subscription, 'GRACE')
}

function unpaid(state: ModelState, subscription: ModelSubscription): void {
  if (subscription.cancelAtPeriodEnd || canRenew(state, subscription)) {
    periodOver(state, subscription)
    return
  }
  const over = subscriptions.stageEnd(subscription)
  const isPaying = state.topUps.some(
    ({ customer, status }) => customer === subscription.customer && status === 'PENDING',
  )
  if (over > state.now) subscription.nextStep = over
  else if (isPaying && over + subscriptions.heldMs > state.now) subscription.nextStep = state.now + minute
  else if (subscription.status === 'GRACE') subscriptions.enter(state, subscription, 'SUSPENDED')
  else subscriptions.end(state, subscription, 'EXPIRED')
}
