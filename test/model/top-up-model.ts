import { day } from '../../src/lib/clock'
import type { ProviderEvent, TopUpMethod } from './commands'
import type { ModelState, ModelTopUp } from './state'
import { credit, debit, takeBack } from './wallet-model'

const maxPending = 10

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)

export function orderTopUp(state: ModelState, customer: number, amount: bigint, method: TopUpMethod): string {
  const pending = state.topUps.filter((topUp) => topUp.customer === customer && topUp.status === 'PENDING').length
  if (pending >= maxPending) return 'CONFLICT'
  state.topUps.push({
    customer,
    amount,
    refundable: method !== 'bca_va',
    expiresAt: state.now + day,
    provider: 'pending',
    givenBackByProvider: 0n,
    status: 'PENDING',
    reversed: 0n,
    refunds: [],
  })
  return 'ok'
}

export function expireOrders({ topUps, now }: ModelState): void {
  for (const topUp of topUps) if (topUp.provider === 'pending' && topUp.expiresAt <= now) topUp.provider = 'expire'
}

/** What happens at the provider; whether it can in the order's state. */
export function providerEvent(topUp: ModelTopUp, event: ProviderEvent): string {
  const { provider } = topUp
  const rest = topUp.amount - topUp.givenBackByProvider
  const become = (possible: boolean, next: ModelTopUp['provider'], givenBack = topUp.givenBackByProvider): string => {
    if (!possible) return 'impossible'
    topUp.provider = next
    topUp.givenBackByProvider = givenBack
    return 'ok'
  }
  switch (event) {
    case 'pay':
      return become(provider === 'pending', 'settlement')
    case 'settle-late':
      return become(['pending', 'expire', 'cancel', 'deny'].includes(provider), 'settlement')
    case 'deny':
      return become(provider === 'pending' || provider === 'settlement', 'deny')
    case 'expire':
      return become(provider === 'pending', 'expire')
    case 'chargeback':
      return become(provider === 'settlement', 'chargeback')
    default: {
      const amount = event === 'refund-rest' ? rest : topUp.amount / 3n
      const possible =
        topUp.refundable &&
        (provider === 'settlement' || provider === 'partial_refund') &&
        amount > 0n &&
        amount <= rest
      const givenBack = topUp.givenBackByProvider + amount
      return become(possible, givenBack === topUp.amount ? 'refund' : 'partial_refund', givenBack)
    }
  }
}

/** Our side learns how the order stands. @returns what the order is then */
export function hear(state: ModelState, topUp: ModelTopUp): string {
  const customer = state.customers[topUp.customer]!
  const givenBack = givenBackOf(topUp)
  if (givenBack === undefined) {
    if (topUp.status === 'PENDING') topUp.status = endOf(topUp)
    return topUp.status
  }
  if (topUp.status !== 'SUCCESS') {
    topUp.status = 'SUCCESS'
    credit(state, topUp.customer, topUp.amount)
  }
  const change = min(givenBack, topUp.amount - standingOf(topUp)) - topUp.reversed
  topUp.reversed += change
  if (change > 0n) takeBack(customer, change)
  else if (change < 0n) credit(state, topUp.customer, -change)
  return topUp.status
}

/** Undefined where nothing was ever paid; a refusal after the credit is a reversal. */
function givenBackOf({ provider, status, amount, givenBackByProvider }: ModelTopUp): bigint | undefined {
  switch (provider) {
    case 'settlement':
      return 0n
    case 'partial_refund':
      return givenBackByProvider
    case 'refund':
    case 'chargeback':
      return amount
    case 'deny':
    case 'cancel':
      return status === 'SUCCESS' ? amount : undefined
    default:
      return undefined
  }
}

function endOf({ provider }: ModelTopUp): ModelTopUp['status'] {
  if (provider === 'deny') return 'FAILED'
  if (provider === 'cancel') return 'CANCELLED'
  return provider === 'expire' ? 'EXPIRED' : 'PENDING'
}

/** The customer takes an unpaid order back; what the provider says decides. */
export function withdraw(state: ModelState, topUp: ModelTopUp): string {
  if (topUp.status !== 'PENDING') return 'INVALID_STATE'
  if (topUp.provider === 'pending') topUp.provider = 'cancel'
  return hear(state, topUp) === 'SUCCESS' ? 'INVALID_STATE' : 'ok'
}

const standingOf = ({ refunds }: ModelTopUp): bigint =>
  refunds.reduce((sum, { amount, status }) => (status === 'VOIDED' ? sum : sum + amount), 0n)

/** An administrator promises to send a part back by hand: a third, a half, or all that can go. */
export function beginRefund(state: ModelState, topUp: ModelTopUp, part: number): string {
  if (topUp.status !== 'SUCCESS') return 'INVALID_STATE'
  const customer = state.customers[topUp.customer]!
  const most = min(topUp.amount - topUp.reversed - standingOf(topUp), customer.balance)
  const amount = part === 1 ? most : topUp.amount / BigInt(part)
  if (amount <= 0n || amount > most) return 'INVALID_STATE'
  debit(customer, amount)
  topUp.refunds.push({ amount, status: 'RESERVED' })
  return 'ok'
}

/** Of the refund that was begun last. */
export function endRefund(state: ModelState, topUp: ModelTopUp, outcome: 'POSTED' | 'VOIDED'): string {
  const refund = topUp.refunds.at(-1)
  if (!refund) return 'none'
  if (refund.status !== 'RESERVED') return 'INVALID_STATE'
  refund.status = outcome
  if (outcome === 'VOIDED') credit(state, topUp.customer, refund.amount)
  return 'ok'
}
