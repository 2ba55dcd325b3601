import { sources } from '../ledger'
import type { RowCheck } from './row-check'
import { chargedPrice as priceOf } from './terms-checks'

/** Of the Gregorian calendar on average. */
const monthMs = 2_629_746_000
/** How far a day of a calendar may be from that count: months of 28 to 31 days, and the billing time zone, which may have changed. */
const calendarMs = 7 * 86_400_000

const monthsOf = (cycle: string): string => `case ${cycle} when 'MONTHLY' then 1 when 'QUARTERLY' then 3 else 12 end`

/** Whether a time is far from where the calendar has it, so many months after another: all SQL. */
const isFarFrom = (time: string, from: string, months: string): string =>
  `abs(${time} - ${from} - (${months}) * ${monthMs}) > ${calendarMs}`

/** The same for the beginning of a period of a subscription, which counts from its anchor. */
const isFarFromBoundary = (time: string, subscription: string, index: string): string =>
  isFarFrom(
    time,
    `${subscription}.anchor_at`,
    `${subscription}.anchor_months + (${index} - ${subscription}.anchor_period) * ${monthsOf(`${subscription}.billing_cycle`)}`,
  )

/** The tax of a sum by the own rule of a charge; as `quote()` counts. A number too large for it is not compared. All SQL. */
export const ofWhole = (sum: string, whole: string, charge = 'c'): string =>
  `(2 * ${sum} * ${charge}.tax_rate_bp * ${charge}.tax_base_numerator + ${whole}) / (2 * ${whole})`
export const untaxed = (charge = 'c'): string => `(10000 * ${charge}.tax_base_denominator)`
const taxByRule = `case when c.prices_include_tax
  then ${ofWhole('c.total', `(${untaxed()} + c.tax_rate_bp * c.tax_base_numerator)`)} else ${ofWhole('c.net', untaxed())} end`

/** What a subscription `t` should cost: as its period was charged, or as the upgrades since have it. */
const agreedPrice = `(select coalesce(
    (select u.to_price from upgrades u where u.subscription_id = t.id and u.status <> 'ROLLED_BACK' and u.created_at >= e.created_at
      order by u.number desc limit 1),
    ${priceOf('c')})
  from ledger_entries e join charges c on c.transaction_number = e.transaction_number
  where e.source = ${sources.period.sql({ subscription: 't.id', index: 't.period_index' })})`

const chargeJoins = ['charges c on c.transaction_number = t.number', 'subscriptions s on s.id = t.subscription_id']

/** What the period before the one of an upgrade `t` was charged at: by other terms maybe, where the next is paid ahead. */
const priceBefore = `coalesce((select ${priceOf('b')} from ledger_entries e
    join charges c on c.transaction_number = e.transaction_number
    join ledger_entries p on p.source = ${sources.period.sql({ subscription: 't.subscription_id', index: '(c.period_index - 1)' })}
    join charges b on b.transaction_number = p.transaction_number
  where e.source = ${sources.upgrade.sql({ subscription: 't.subscription_id', number: 't.number' })}), t.from_price)`

/** What a charge says beside its sum, and what of it the subscription carries on. */
export const chargeChecks: readonly RowCheck[] = [
  {
    name: 'charge and its period',
    table: 'transactions',
    joins: chargeJoins,
    wrong: `c.transaction_number is not null and (c.period_index > s.period_index
      or (c.period_index >= s.anchor_period and ${isFarFromBoundary('c.period_end', 's', '(c.period_index + 1)')})
      or (c.period_index = s.period_index and (c.billing_cycle <> s.billing_cycle
        or case when s.anchor_period > s.period_index then c.period_end > s.current_period_end else c.period_end <> s.current_period_end end))
      or case c.kind when 'upgrade'
        then not exists (select 1 from upgrades u where u.subscription_id = c.subscription_id and u.created_at = c.period_start)
        else ${isFarFrom('c.period_end', 'c.period_start', monthsOf('c.billing_cycle'))}
          or (c.period_index >= s.anchor_period and ${isFarFromBoundary('c.period_start', 's', 'c.period_index')})
          or (c.period_index = s.anchor_period and s.anchor_months = 0 and c.period_start <> s.anchor_at)
          /* Where it was ended early and brought back, the new period begins with its payment. */
          or exists (select 1 from ledger_entries e join charges b on b.transaction_number = e.transaction_number
            where e.source = ${sources.period.sql({ subscription: 'c.subscription_id', index: '(c.period_index - 1)' })}
              and b.period_end > c.period_start and c.period_start <> t.created_at)
          or (c.period_index = s.period_index and case when s.anchor_period > s.period_index
            then c.period_start > s.current_period_start else c.period_start <> s.current_period_start end) end)`,
    says: `'TXMP-' || t.number || ': charged for period ' || c.period_index || ', ' || c.billing_cycle || ' from ' || c.period_start || ' to '
      || c.period_end || ', but BILL-' || s.number || ' is in period ' || s.period_index || ', ' || s.billing_cycle || ' from '
      || s.current_period_start || ' to ' || s.current_period_end`,
  },
  {
    name: 'charge and its tax rule',
    table: 'transactions',
    joins: chargeJoins,
    wrong: `c.tax <> ${taxByRule} and typeof(${taxByRule}) = 'integer'`,
    says: `'TXMP-' || t.number || ': a tax of ' || c.tax || ' on ' || c.net || ', by its own rule ' || ${taxByRule}`,
  },
  {
    name: 'period of a subscription',
    table: 'subscriptions',
    // Where the end was moved by hand, the periods after it count from there.
    wrong: `case when t.anchor_period > t.period_index then t.current_period_end <> t.anchor_at
      else (t.period_index = t.anchor_period and t.anchor_months = 0 and t.current_period_start <> t.anchor_at)
        or ${isFarFromBoundary('t.current_period_start', 't', 't.period_index')}
        or ${isFarFromBoundary('t.current_period_end', 't', '(t.period_index + 1)')} end`,
    says: `'BILL-' || t.number || ': period ' || t.period_index || ', ' || t.billing_cycle || ' since ' || t.anchor_at || ', is from '
      || t.current_period_start || ' to ' || t.current_period_end`,
  },
  {
    name: 'price of a subscription',
    table: 'subscriptions',
    wrong: `t.price <> ${agreedPrice}`,
    says: `'BILL-' || t.number || ': costs ' || t.price || ', but ' || ${agreedPrice} || ' was agreed'`,
  },
  {
    name: 'price before an upgrade',
    table: 'upgrades',
    joins: [
      'upgrades p on p.subscription_id = t.subscription_id and p.number = t.number - 1',
      'subscriptions s on s.id = t.subscription_id',
    ],
    // A gift is renewed at what its plan costs by then; what was agreed by terms is compared with them.
    wrong: `not s.is_bonus and t.from_terms_number = 0 and t.from_price <> case
      when p.number is not null then case p.status when 'ROLLED_BACK' then p.from_price else p.to_price end
      else (select ${priceOf('c')} from ledger_entries e join charges c on c.transaction_number = e.transaction_number
        where e.source = ${sources.period.sql({ subscription: 't.subscription_id', index: `'0'` })}) end`,
    says: `'upgrade ' || t.number || ' of ' || t.subscription_id || ': from a price of ' || t.from_price || ', which nothing before it says'`,
  },
  {
    name: 'price of an upgrade',
    table: 'upgrades',
    // For the rest of the running period, and for the next one where that is paid ahead.
    wrong: `(select ${priceOf('c')} from ledger_entries e join charges c on c.transaction_number = e.transaction_number
      where e.source = ${sources.upgrade.sql({ subscription: 't.subscription_id', number: 't.number' })})
      > t.to_price - t.from_price + t.to_price - min(t.from_price, ${priceBefore})`,
    says: `'upgrade ' || t.number || ' of ' || t.subscription_id || ': from ' || t.from_price || ' to ' || t.to_price || ', but '
      || t.charged || ' was charged'`,
  },
]
