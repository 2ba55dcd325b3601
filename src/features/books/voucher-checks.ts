import { sources } from '../ledger'
import { ofWhole, untaxed } from './charge-checks'
import { sumUnder } from './payment-checks'
import type { RowCheck } from './row-check'
import { discountOf, firstCharge, wasFree } from './voucher-rules'

const ofStanding = (figure: string): string =>
  `(select ${figure} from voucher_uses v where v.voucher_id = t.id and v.status <> 'RELEASED')`
const [standing, granted] = [ofStanding('count(*)'), ofStanding('coalesce(sum(v.amount), 0)')]

/** What the entries of the use `t` have put into a wallet and not taken back. */
const given = `(coalesce((select e.amount from ledger_entries e where e.source = ${sources.voucher.sql({ use: 't.id' })}), 0)
  + ${sumUnder(sources.voucherAgain.sql({ use: 't.id' }, 'nth'))} - ${sumUnder(sources.voucherReversed.sql({ use: 't.id' }, 'nth'))})`
/** As `bonusStanding()` counts: in the proportion in which the top-up `u` stands. */
const toGive = `case when t.status <> 'USED' or t.subscription_id is not null then 0 when t.top_up_id is null then t.amount
  else t.amount * (u.amount - u.taken_back - (select coalesce(sum(f.amount), 0) from refunds f where f.top_up_id = u.id and f.status <> 'VOIDED'))
    / u.amount end`

const statusByTopUp = `case when u.status = 'PENDING' then 'RESERVED' when u.status = 'SUCCESS' and u.bonus > 0 then 'USED' else 'RELEASED' end`

const charged = `(select e.number from ledger_entries e where e.source = ${firstCharge('t.subscription_id')})`
const discountOfCharged = `(select c.discount from ledger_entries e join charges c on c.transaction_number = e.transaction_number
  where e.source = ${firstCharge('t.subscription_id')})`
/** What the discount of the charge `t` is without its tax: the net price before it, less the net price after. */
const undiscounted = `case when t.prices_include_tax
  then t.total + t.discount - ${ofWhole('(t.total + t.discount)', `(${untaxed('t')} + t.tax_rate_bp * t.tax_base_numerator)`, 't')}
  else t.net + t.discount end`
const discountBooked = `coalesce((select d.amount from ledger_entries e join ledger_entries d on d.source = ${discountOf('e.source')}
  where e.transaction_number = t.transaction_number and e.reverses is null), 0)`

const returned = '(select coalesce(sum(e.amount), 0) from ledger_entries e where e.reverses = t.number)'
const source = `substr(t.source, ${sources.discountOfCharge.start.length + 1})`
/** As `shareOfRefund()` counts; of what was free all of it, once its use was released. */
const toReturn = `coalesce((select (2 * t.amount * (select coalesce(sum(b.amount), 0) from ledger_entries b where b.reverses = e.number) + e.amount)
    / (2 * e.amount) from ledger_entries e where e.source = ${source}),
  (select case v.status when 'RELEASED' then t.amount else 0 end from voucher_uses v
    where v.subscription_id = substr(t.source, ${sources.discountOfCharge.start.length + sources.period.start.length + 1},
      instr(substr(t.source, ${sources.discountOfCharge.start.length + sources.period.start.length + 1}), ':') - 1)), 0)`

/** Vouchers and their uses, against what they were used for and against the ledger. */
export const voucherChecks: readonly RowCheck[] = [
  {
    name: 'uses of a voucher',
    table: 'vouchers',
    wrong: `t.used <> ${standing} or t.granted <> ${granted}`,
    says: `'voucher ' || t.code || ': counted as used ' || t.used || ' times for ' || t.granted || ', but ' || ${standing} || ' uses for '
      || ${granted} || ' stand'`,
  },
  {
    name: 'use of a customer',
    table: 'voucher_uses',
    joins: ['vouchers w on w.id = t.voucher_id'],
    wrong: `t.status <> 'RELEASED' and t.nth > w.per_customer`,
    says: `'use ' || t.id || ' of voucher ' || w.code || ': the ' || t.nth || '. of its customer, who may have ' || w.per_customer`,
  },
  {
    name: 'purpose of a use',
    table: 'voucher_uses',
    joins: [
      'vouchers w on w.id = t.voucher_id',
      'top_ups u on u.id = t.top_up_id',
      'subscriptions s on s.id = t.subscription_id',
    ],
    wrong: `w.purpose <> case when t.subscription_id is not null then 'first_period' when t.top_up_id is not null then 'top_up' else 'credit' end
      or coalesce(u.user_id, s.user_id, t.user_id) <> t.user_id`,
    says: `'use ' || t.id || ' of voucher ' || w.code || ': for something else, or somebody else'`,
  },
  {
    name: 'use in the ledger',
    table: 'voucher_uses',
    joins: ['vouchers w on w.id = t.voucher_id', 'top_ups u on u.id = t.top_up_id'],
    wrong: `${given} <> ${toGive} and typeof(${toGive}) = 'integer'`,
    says: `'use ' || t.id || ' of voucher ' || w.code || ': ' || t.status || ' for ' || (${toGive}) || ', but ' || ${given} || ' is credited'`,
  },
  {
    name: 'use for a top-up',
    table: 'voucher_uses',
    joins: ['vouchers w on w.id = t.voucher_id', 'top_ups u on u.id = t.top_up_id'],
    wrong: `t.top_up_id is not null and (t.status <> ${statusByTopUp} or (u.bonus > 0 and (u.bonus <> t.amount or u.voucher_code <> w.code)))`,
    says: `'use ' || t.id || ' of voucher ' || w.code || ': ' || t.status || ' for ' || t.amount || ', but its top-up is ' || u.status
      || ' with a bonus of ' || u.bonus`,
  },
  {
    name: 'bonus without a use',
    table: 'top_ups',
    wrong: `t.bonus > 0 and not exists (select 1 from voucher_uses v where v.top_up_id = t.id)`,
    says: `'top-up ' || t.id || ': a bonus of ' || t.bonus || ' by no voucher'`,
  },
  {
    name: 'use for a subscription',
    table: 'voucher_uses',
    joins: ['vouchers w on w.id = t.voucher_id'],
    wrong: `t.subscription_id is not null and case when ${charged} is not null then ${discountOfCharged} is not t.amount
      else not ${wasFree('t.subscription_id')} end`,
    says: `'use ' || t.id || ' of voucher ' || w.code || ': ' || t.amount || ' off ' || t.subscription_id || ', which was not charged so'`,
  },
  {
    name: 'released use',
    table: 'voucher_uses',
    joins: ['vouchers w on w.id = t.voucher_id', 'subscriptions s on s.id = t.subscription_id'],
    wrong: `t.status = 'RELEASED' and t.subscription_id is not null and (s.ended_at is null
      or exists (select 1 from ledger_entries e where e.number = ${charged}
        and e.amount <> (select coalesce(sum(b.amount), 0) from ledger_entries b where b.reverses = e.number)))`,
    says: `'use ' || t.id || ' of voucher ' || w.code || ': released, but its subscription was not refunded'`,
  },
  {
    name: 'discount without a use',
    table: 'charges',
    wrong: `t.discount > 0 and (t.kind <> 'period' or t.period_index <> 0 or not exists (select 1 from voucher_uses v
      join vouchers w on w.id = v.voucher_id where v.subscription_id = t.subscription_id and v.amount = t.discount and w.code = t.voucher_code))`,
    says: `'charge of TXMP-' || t.transaction_number || ': ' || t.discount || ' off by voucher ' || t.voucher_code || ', which was not used for it'`,
  },
  {
    name: 'discount of a charge',
    table: 'charges',
    wrong: `t.discount > 0 and ${discountBooked} <> ${undiscounted} - t.net and typeof(${undiscounted}) = 'integer'`,
    says: `'charge of TXMP-' || t.transaction_number || ': a discount of ' || ((${undiscounted}) - t.net) || ' without tax, but the ledger has '
      || ${discountBooked}`,
  },
  {
    name: 'discount given back',
    table: 'ledger_entries',
    wrong: `t.debit_account = 'promo' and t.credit_account = 'revenue' and ${returned} <> ${toReturn} and typeof(${toReturn}) = 'integer'`,
    says: `'entry ' || t.number || ': of a discount of ' || t.amount || ' ' || ${returned} || ' went back, refunds say ' || ${toReturn}`,
  },
]
