import { sources } from '../ledger'
import { from, idAfter, numberAfter, type Rule, wallet } from './source-sql'

/** What the first period of that subscription was charged by (SQL). */
export const firstCharge = (subscription: string): string => sources.period.sql({ subscription, index: `'0'` })
export const discountOf = (charge: string): string => sources.discountOfCharge.sql({ charge })

/** Of something that a voucher left nothing to pay for. */
export const wasFree = (subscription: string): string =>
  `(exists (select 1 from ledger_entries d where d.source = ${discountOf(firstCharge(subscription))})
  and not exists (select 1 from ledger_entries d where d.source = ${firstCharge(subscription)}))`

const behind = (start: string): string => `substr(t.source, ${start.length + 1})`
const soldTo = idAfter(sources.discountOfCharge.start + sources.period.start)
const undoneFor = idAfter(`${sources.discountOfRefund.start}${sources.refundOfCharge.start}${sources.period.start}`)
const refundOfFirst = sources.refundOfCharge.sql({ charge: firstCharge('v.subscription_id') })

const use = idAfter(sources.voucher.start)
/** A step of the bonus on a top-up, which counts them. */
const step = (form: 'voucherReversed' | 'voucherOwed' | 'voucherAgain', accounts: string): string => {
  const nth = numberAfter(sources[form].sql({ use: 'v.id' }, 'nth'))
  return `${accounts} and exists (select 1 from voucher_uses v where v.id = ${use} and v.user_id = x.user_id and v.top_up_id is not null
    and v.status = 'USED' and t.source = ${sources[form].sql({ use: 'v.id', nth, entry: 't.reverses' })})`
}
const again = sources.voucherAgain.sql({ use }, 'nth')

/** What vouchers took off, and what they gave. */
export const voucherRules = {
  discountOfCharge: {
    sound: `${from(`'promo'`, `'revenue'`)} and exists (select 1 from voucher_uses v where v.subscription_id = ${soldTo}
      and t.source = ${discountOf(firstCharge('v.subscription_id'))} and v.amount >= t.amount)`,
    lacks: 'but no voucher was used for that',
  },
  discountOfRefund: {
    // With a refund, or with the end of something that there was nothing left to pay for.
    sound: `${from(`'revenue'`, `'promo'`)} and (exists (select 1 from ledger_entries e join ledger_entries k on k.number = e.reverses
        where e.source = ${behind(sources.discountOfRefund.start)} and r.source = ${discountOf('k.source')})
      or exists (select 1 from voucher_uses v where v.subscription_id = ${undoneFor} and v.status = 'RELEASED' and r.amount = t.amount
        and r.source = ${discountOf(firstCharge('v.subscription_id'))} and t.source = ${sources.discountOfRefund.sql({ refund: refundOfFirst })}))`,
    lacks: 'but nothing was refunded with that discount',
  },
  voucher: {
    sound: `x.type = 'BONUS' and ${from(`'promo'`, wallet)} and exists (select 1 from voucher_uses v where v.id = ${use}
      and v.user_id = x.user_id and v.subscription_id is null and v.status = 'USED' and v.amount = t.amount)`,
    lacks: 'but no voucher of that worth was used',
  },
  voucherReversed: {
    sound: `x.type = 'ADJUSTMENT' and ${step('voucherReversed', from(wallet, `'promo'`))}
      and (r.source = ${sources.voucher.sql({ use })} or substr(r.source, 1, length(${again})) = ${again})`,
    lacks: 'but takes back no such bonus',
  },
  voucherOwed: {
    sound: `x.type = 'ADJUSTMENT' and ${step('voucherOwed', from(`'receivable:' || x.user_id`, wallet))}`,
    lacks: 'but no such bonus was taken back',
  },
  voucherAgain: {
    sound: `x.type = 'BONUS' and ${step('voucherAgain', from(`'promo'`, wallet))}`,
    lacks: 'but no such bonus was given again',
  },
} satisfies Record<string, Rule>
