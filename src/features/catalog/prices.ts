import { type BillingCycle, monthsOf } from '../../lib/calendar'
import { proportion, type Rupiah } from '../../lib/money'
import type { plans } from './tables'

export const billingCycles = ['MONTHLY', 'QUARTERLY', 'YEARLY'] as const satisfies BillingCycle[]

type Priced = Pick<typeof plans.$inferSelect, 'price' | 'quarterlyDiscountPercent' | 'yearlyDiscountPercent'>

/** What one cycle of a plan costs: its months, less the plan's discount for that cycle, rounded half up once. */
export function priceOf(plan: Priced, cycle: BillingCycle): Rupiah {
  return proportion(plan.price * BigInt(monthsOf[cycle]), BigInt(100 - discountOf(plan, cycle)), 100n)
}

interface Agreed {
  isBonus: boolean
  price: Rupiah
  billingCycle: BillingCycle
}

/** What the next cycle costs: what was agreed, or after a gift, which covers its own cycle only, what the plan costs by now. */
export const renewalPriceOf = ({ isBonus, price, billingCycle }: Agreed, plan: Priced): Rupiah =>
  isBonus && price === 0n ? priceOf(plan, billingCycle) : price

function discountOf(plan: Priced, cycle: BillingCycle): number {
  if (cycle === 'QUARTERLY') return plan.quarterlyDiscountPercent
  return cycle === 'YEARLY' ? plan.yearlyDiscountPercent : 0
}
