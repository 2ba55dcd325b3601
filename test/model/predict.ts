import { day } from '../../src/lib/clock'
import { type Command, latest } from './commands'
import { withTax } from './price-model'
import { isLive, type ModelState, type ModelSubscription, type ModelTopUp } from './state'
import * as subscriptions from './subscription-model'
import * as topUps from './top-up-model'
import { credit, debit } from './wallet-model'

const graceMs = 3 * day
const restoreMs = 7 * day

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

function adjust({ customers }: ModelState, customer: number, amount: bigint): string {
  if (amount < 0n) return debit(customers[customer]!, -amount) ? 'ok' : 'INSUFFICIENT_BALANCE'
  credit(customers[customer]!, amount)
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
      return subscriptions.setAutoRenew(subscription, command.on)
    case 'upgrade':
      return subscriptions.upgrade(state, subscription, command.plan % state.plans.length)
    case 'refund-subscription':
      return subscriptions.refund(state, subscription, command.kind, BigInt(command.amount))
  }
}

/** Time passes, and every subscription whose period is over takes one step on. */
export function pass(state: ModelState, ms: number): void {
  state.now += ms
  topUps.expireOrders(state)
  for (const subscription of state.subscriptions) {
    if (isLive(subscription) && subscription.end <= state.now) takeStep(state, subscription)
  }
}

function takeStep(state: ModelState, subscription: ModelSubscription): void {
  subscriptions.undoUpgrade(state, subscription)
  const overdue = state.now - subscription.end
  const canPay = state.customers[subscription.customer]!.balance >= withTax(subscription.price)
  if (subscription.cancelAtPeriodEnd) subscriptions.end(state, subscription, 'CANCELLED')
  else if (subscription.autoRenew && canPay) subscriptions.renew(state, subscription)
  else if (overdue >= graceMs + restoreMs) subscriptions.end(state, subscription, 'EXPIRED')
  else subscription.status = overdue >= graceMs ? 'SUSPENDED' : 'GRACE'
}
