import { withTax } from './prices'
import type { Charge, Model, Span, Subscription } from './state'

export function pay(model: Model, customer: number, total: bigint): boolean {
  const wallet = model.customers[customer]!
  if (wallet.balance < total) return false
  wallet.balance -= total
  return true
}

/** @returns undefined, and nothing has changed, where the wallet does not hold enough */
export function charge(
  model: Model,
  subscription: Subscription,
  what: Span & Pick<Charge, 'kind' | 'index'>,
  price: bigint,
): Charge | undefined {
  const total = withTax(price)
  if (!pay(model, subscription.customer, total)) return undefined
  const charged = { ...what, total, refunded: 0n }
  if (total > 0n) subscription.charges.push(charged)
  return charged
}

export const restOf = ({ total, refunded }: Charge): bigint => total - refunded

export function giveBack(model: Model, { customer }: Subscription, charge: Charge, amount: bigint): void {
  charge.refunded += amount
  model.customers[customer]!.balance += amount
}

/** Of an app that was never ready, all that was paid. */
export function giveAllBack(model: Model, subscription: Subscription): bigint {
  let sum = 0n
  for (const charge of subscription.charges) {
    sum += restOf(charge)
    giveBack(model, subscription, charge, restOf(charge))
  }
  return sum
}

export function tell(model: Model, template: string, { place }: Subscription): void {
  const key = `${template} BILL-${101 + place}`
  model.mails.set(key, (model.mails.get(key) ?? 0) + 1)
}
