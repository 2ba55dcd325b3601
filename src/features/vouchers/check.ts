import type { Drizzle } from '../../db'
import type { Actor } from '../../http/access'
import { invalid } from '../../http/input/input'
import type { BillingCycle } from '../../lib/calendar'
import { rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { quoteOf } from '../billing'
import { getSellablePlan, priceOf } from '../catalog'
import { type Fit, fitVoucher, getByCode, type Occasion } from './fit'
import { conditionsOf } from './read'

export interface Question {
  code: string
  planId?: string
  billingCycle?: BillingCycle
  topUpAmount?: number
}

/**
 * What a code would come to for its asker, and nothing is done: for a plan, for a top-up, or by itself. Without a plan or a sum it
 * says what the code is for. @throws AppError VOUCHER_UNKNOWN, VOUCHER_INVALID
 */
export async function checkVoucher(parts: Pick<Parts, 'clock' | 'config'>, on: Drizzle, actor: Actor, asked: Question) {
  if (asked.planId !== undefined && asked.topUpAmount !== undefined) {
    throw invalid('body', [{ path: '/topUpAmount', message: 'Expected with no plan: one of the two' }])
  }
  const occasion = await occasionOf(on, asked)
  const voucher = await getByCode(on, asked.code)
  // Where nothing is named to use it for, the voucher itself says what it is for.
  const fit =
    occasion.purpose === 'credit' && voucher.purpose !== 'credit'
      ? undefined
      : await fitVoucher(parts, on, actor.userId, asked.code, occasion)
  return { ...conditionsOf(voucher), ...worthOf(parts, fit, occasion) }
}

async function occasionOf(on: Drizzle, { planId, billingCycle = 'MONTHLY', topUpAmount }: Question): Promise<Occasion> {
  if (topUpAmount !== undefined) return { purpose: 'top_up', amount: rupiah(topUpAmount) }
  if (planId === undefined) return { purpose: 'credit' }
  const { plan } = await getSellablePlan(on, planId)
  return { purpose: 'first_period', planId, serviceId: plan.serviceId, price: priceOf(plan, billingCycle) }
}

function worthOf({ config }: Pick<Parts, 'config'>, fit: Fit | undefined, occasion: Occasion) {
  if (!fit) return { worth: null, firstPeriod: null }
  const worth = toJson(fit.amount)
  if (occasion.purpose !== 'first_period') return { worth, firstPeriod: null }
  const { price } = occasion
  const firstPeriod = {
    price: toJson(price),
    priceWithTax: toJson(quoteOf(config, price).total),
    discountedPrice: toJson(price - fit.amount),
    discountedPriceWithTax: toJson(quoteOf(config, price - fit.amount).total),
  }
  return { worth, firstPeriod }
}
