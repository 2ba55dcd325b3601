import { toJson } from '../../../lib/money'
import type { Parts } from '../../../parts'
import { quoteOf } from '../../billing'
import type { ListedRow } from './list'

/** A row of the administrators' list: what is known without asking for more. */
export function listedViewOf({ config }: Pick<Parts, 'config'>, row: ListedRow) {
  const { subscription, customer, service, plan, instance } = row
  const { id, name, status, suspendedBy, billingCycle, price, isBonus, autoRenew, cancelAtPeriodEnd } = subscription
  return {
    ...{ id, name, status, suspendedBy, billingCycle, isBonus, autoRenew, cancelAtPeriodEnd, customer, service, plan },
    billingId: `BILL-${subscription.number}`,
    price: toJson(price),
    priceWithTax: toJson(quoteOf(config, price).total),
    currentPeriodEnd: subscription.currentPeriodEnd.toISOString(),
    hasScheduledChange: subscription.scheduledPlanId !== null,
    instance,
    createdAt: subscription.createdAt.toISOString(),
    endedAt: subscription.endedAt?.toISOString() ?? null,
    endReason: subscription.endReason,
  }
}
