import { and, eq, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import { AppError } from '../../lib/errors'
import { type Rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { subscriptions } from '../subscriptions/tables'
import { topUps } from '../top-ups/tables'
import { normaliseCode } from './code'
import type { Voucher, VoucherPurpose } from './tables'
import { vouchers } from './tables'
import { freeNth } from './uses'
import { bonusOf, discountOf } from './worth'

/** What a code is to be used for. */
export type Occasion =
  | { purpose: 'first_period'; planId: string; serviceId: string; price: Rupiah }
  | { purpose: 'top_up'; amount: Rupiah }
  | { purpose: 'credit' }

/** A voucher that its customer may use now, and what it comes to. */
export interface Fit {
  voucher: Voucher
  amount: Rupiah
  /** Which of the customer's uses it will be. */
  nth: number
}

const voucherByCode = prepared((db) =>
  db
    .select()
    .from(vouchers)
    .where(eq(vouchers.code, sql.placeholder('code')))
    .prepare(),
)

/** @throws AppError VOUCHER_UNKNOWN: counted by `guardCodes`, so that nobody can try out many */
export async function getByCode(on: Drizzle | Tx, written: string): Promise<Voucher> {
  const voucher = await voucherByCode(on).get({ code: normaliseCode(written) })
  if (!voucher) throw new AppError('VOUCHER_UNKNOWN', 'There is no voucher with this code')
  return voucher
}

type Reason =
  | 'other-purpose'
  | 'not-yet'
  | 'expired'
  | 'used-up'
  | 'used-by-you'
  | 'other-plan'
  | 'below-minimum'
  | 'new-customers'
  | 'nothing-to-save'

const invalidVoucher = (reason: Reason, message: string, details: Record<string, unknown> = {}): AppError =>
  new AppError('VOUCHER_INVALID', message, { reason, ...details })

/** Whether a customer may use a code now, for that; the database holds the limits too. @throws AppError VOUCHER_UNKNOWN, VOUCHER_INVALID with its reason */
export async function fitVoucher(
  { clock }: Pick<Parts, 'clock'>,
  on: Drizzle | Tx,
  userId: string,
  written: string,
  occasion: Occasion,
): Promise<Fit> {
  const voucher = await getByCode(on, written)
  assertPurpose(voucher, occasion.purpose)
  const closed = findClosed(voucher, clock.now())
  if (closed) throw closed
  const nth = await freeNth(on, voucher.id, userId)
  if (nth > voucher.perCustomer) {
    const message =
      voucher.perCustomer === 1
        ? 'You have used this voucher already'
        : 'You have used this voucher as often as you may'
    throw invalidVoucher('used-by-you', message)
  }
  assertFor(voucher, occasion)
  if (voucher.newCustomersOnly && !(await isNew(on, userId, occasion.purpose))) {
    throw invalidVoucher('new-customers', 'This voucher is for new customers')
  }
  const amount = worthFor(voucher, occasion)
  if (amount === 0n) throw invalidVoucher('nothing-to-save', 'This voucher saves you nothing here')
  return { voucher, amount, nth }
}

const otherPurpose: Record<VoucherPurpose, string> = {
  first_period: 'This voucher is for a subscription: give it when you subscribe',
  top_up: 'This voucher is for a top-up: give it with your next top-up',
  credit: 'This voucher is credited by itself: redeem it in your wallet',
}

export function assertPurpose(voucher: Voucher, purpose: VoucherPurpose): void {
  if (voucher.purpose === purpose) return
  throw invalidVoucher('other-purpose', otherPurpose[voucher.purpose], { purpose: voucher.purpose })
}

/** Why nobody may use it at that moment; undefined where somebody may. */
export function findClosed(voucher: Voucher, at: Date): AppError | undefined {
  const { validFrom, validUntil, maxUses, used } = voucher
  if (at < validFrom) {
    return invalidVoucher('not-yet', 'This voucher is not valid yet', { validFrom: validFrom.toISOString() })
  }
  if (validUntil !== null && at >= validUntil) {
    return invalidVoucher('expired', 'This voucher has expired', { validUntil: validUntil.toISOString() })
  }
  return maxUses !== null && used >= maxUses ? invalidVoucher('used-up', 'This voucher has been used up') : undefined
}

function assertFor(voucher: Voucher, occasion: Occasion): void {
  const { planIds, serviceIds, minimumAmount } = voucher
  if (occasion.purpose === 'first_period' && planIds.length + serviceIds.length > 0) {
    const isNamed = planIds.includes(occasion.planId) || serviceIds.includes(occasion.serviceId)
    if (!isNamed) throw invalidVoucher('other-plan', 'This voucher is not for this plan')
  }
  const sum = occasion.purpose === 'first_period' ? occasion.price : occasion.purpose === 'top_up' && occasion.amount
  if (sum !== false && sum < minimumAmount) {
    throw invalidVoucher('below-minimum', 'The amount is too small for this voucher', {
      minimumAmount: toJson(minimumAmount),
    })
  }
}

function worthFor(voucher: Voucher, occasion: Occasion): Rupiah {
  switch (occasion.purpose) {
    case 'first_period':
      return discountOf(voucher, occasion.price)
    case 'top_up':
      return bonusOf(voucher, occasion.amount)
    case 'credit':
      return voucher.amount!
  }
}

/** Who has paid a top-up is no new one for a bonus on one; for all else it is who has, or had, an app. */
async function isNew(on: Drizzle | Tx, userId: string, purpose: VoucherPurpose): Promise<boolean> {
  return (await (purpose === 'top_up' ? paidTopUp(on) : realSubscription(on)).get({ userId })) === undefined
}

const paidTopUp = prepared((db) =>
  db
    .select({ id: topUps.id })
    .from(topUps)
    .where(and(eq(topUps.userId, sql.placeholder('userId')), eq(topUps.status, 'SUCCESS')))
    .limit(1)
    .prepare(),
)

/** One that ended before its app was ever ready was refunded: it counts for nothing. */
const realSubscription = prepared((db) =>
  db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.userId, sql.placeholder('userId')),
        sql`(${subscriptions.firstReadyAt} is not null or ${subscriptions.endedAt} is null)`,
      ),
    )
    .limit(1)
    .prepare(),
)
