import { isLive, type ModelCustomer, type ModelState } from './state'

/** Money comes in: what is owed is paid from it at once, and the clock looks at what is overdue, the oldest first. */
export function credit(state: ModelState, owner: number, amount: bigint): void {
  const customer = state.customers[owner]!
  for (const overdue of state.subscriptions)
    if (overdue.customer === owner && isLive(overdue) && ['GRACE', 'SUSPENDED'].includes(overdue.status))
      overdue.nextStep = Math.min(overdue.nextStep, overdue.end)
  customer.balance += amount
  const paid = customer.balance < customer.owed ? customer.balance : customer.owed
  customer.balance -= paid
  customer.owed -= paid
}

/** @returns whether there was enough */
export function debit(customer: ModelCustomer, amount: bigint): boolean {
  if (customer.balance < amount) return false
  customer.balance -= amount
  return true
}

/** The provider has taken it back: what is not there any more is owed. */
export function takeBack(customer: ModelCustomer, amount: bigint): void {
  const missing = amount > customer.balance ? amount - customer.balance : 0n
  customer.owed += missing
  customer.balance -= amount - missing
}
