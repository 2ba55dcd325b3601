import { sources } from '../ledger'
import type { RowCheck } from './row-check'
import { wasFree } from './voucher-rules'

/** What a period of a cycle costs by the terms of that alias; as `priceOf()` of the catalog counts. All SQL. */
export const priceByTerms = (terms: string, cycle: string): string =>
  `((2 * ${terms}.price * case ${cycle} when 'MONTHLY' then 1 when 'QUARTERLY' then 3 else 12 end
    * (100 - case ${cycle} when 'MONTHLY' then 0 when 'QUARTERLY' then ${terms}.quarterly_discount_percent
      else ${terms}.yearly_discount_percent end) + 100) / 200)`

/** What was charged for as the catalog has it, before a voucher took something off. */
export const chargedPrice = (charge: string): string =>
  `(case when ${charge}.prices_include_tax then ${charge}.total else ${charge}.net end + ${charge}.discount)`

const offered = [
  'price',
  'quarterly_discount_percent',
  'yearly_discount_percent',
  'cpu_millicores',
  'memory_mb',
  'storage_gb',
]
const ofCharge = [
  'plan_terms m on m.plan_id = t.plan_id and m.number = t.terms_number',
  'subscriptions s on s.id = t.subscription_id',
]
/** The first charge of the subscription of a charge `t`, by the same terms. */
const boughtByThem = `exists (select 1 from ledger_entries e join charges c on c.transaction_number = e.transaction_number
  where e.source = ${sources.period.sql({ subscription: 't.subscription_id', index: `'0'` })}
    and c.period_index = 0 and c.plan_id = t.plan_id and c.terms_number = t.terms_number)`
const cameToThem = `exists (select 1 from upgrades u where u.subscription_id = t.subscription_id and u.to_plan_id = t.plan_id
  and u.to_terms_number = t.terms_number)`
/** A period by the same terms that began with its payment, of a subscription that was brought back after an end. */
const cameBackByThem = `(exists (select 1 from audit_entries a where a.target_id = t.subscription_id and a.action = 'subscription.restore')
  and exists (select 1 from charges c join transactions x on x.number = c.transaction_number
    where x.subscription_id = t.subscription_id and c.kind = 'period' and c.plan_id = t.plan_id
      and c.terms_number = t.terms_number and c.period_start = x.created_at))`

/** What plans cost and gave, and that everybody pays by terms that count for them. */
export const termsChecks: readonly RowCheck[] = [
  {
    name: 'terms of a plan',
    table: 'plans',
    joins: ['plan_terms m on m.plan_id = t.id and m.number = t.terms_number'],
    wrong: `m.number is null or ${offered.map((name) => `m.${name} <> t.${name}`).join(' or ')}
      or exists (select 1 from plan_terms n where n.plan_id = t.id and n.number > t.terms_number)`,
    says: `'plan ' || t.id || ': its newest terms, ' || t.terms_number || ', are not what it says'`,
  },
  {
    name: 'number of terms',
    table: 'plan_terms',
    wrong: `t.number < 1 or (t.number > 1 and not exists (
      select 1 from plan_terms p where p.plan_id = t.plan_id and p.number = t.number - 1))`,
    says: `'terms ' || t.number || ' of plan ' || t.plan_id || ': the ones before them are missing'`,
  },
  {
    name: 'terms of a subscription',
    table: 'subscriptions',
    joins: ['plan_terms m on m.plan_id = t.plan_id and m.number = t.terms_number'],
    // 0 is what was agreed before terms were written down.
    wrong: `t.terms_number <> 0 and m.number is null`,
    says: `'BILL-' || t.number || ': plan ' || t.plan_id || ' has no terms ' || t.terms_number`,
  },
  {
    name: 'price by terms',
    table: 'subscriptions',
    joins: ['plan_terms m on m.plan_id = t.plan_id and m.number = t.terms_number'],
    wrong: `not (t.is_bonus and t.price = 0) and t.price <> ${priceByTerms('m', 't.billing_cycle')}`,
    says: `'BILL-' || t.number || ': costs ' || t.price || ', by its terms ' || ${priceByTerms('m', 't.billing_cycle')}`,
  },
  {
    name: 'charge by terms',
    table: 'charges',
    joins: ofCharge,
    wrong: `(t.terms_number <> 0 and m.number is null)
      or (t.kind = 'period' and ${chargedPrice('t')} <> ${priceByTerms('m', 't.billing_cycle')})`,
    says: `'charge of TXMP-' || t.transaction_number || ': ' || ${chargedPrice('t')} || ' by terms ' || t.terms_number || ' of plan '
      || t.plan_id || ', which say ' || coalesce(${priceByTerms('m', 't.billing_cycle')}, 'nothing')`,
  },
  {
    name: 'charge before its terms',
    table: 'charges',
    joins: ofCharge,
    // Who bought by terms, came to them by an upgrade or came back by them, lives by them before they count for the others.
    wrong: `t.kind = 'period' and t.period_index > 0 and m.effective_at > t.period_start and not s.is_bonus
      and not ${boughtByThem} and not ${wasFree('t.subscription_id')} and not ${cameToThem}
      and not ${cameBackByThem}`,
    says: `'charge of TXMP-' || t.transaction_number || ': for a time from ' || t.period_start || ' by terms that count from ' || m.effective_at`,
  },
  {
    name: 'terms of an upgrade',
    table: 'upgrades',
    joins: [
      'plan_terms f on f.plan_id = t.from_plan_id and f.number = t.from_terms_number',
      'plan_terms m on m.plan_id = t.to_plan_id and m.number = t.to_terms_number',
      'subscriptions s on s.id = t.subscription_id',
    ],
    // The cycle that it had then: it may have changed to another since.
    wrong: `(t.from_terms_number <> 0 and f.number is null) or (t.to_terms_number <> 0 and m.number is null)
      or not exists (select 1 from (select 'MONTHLY' as cycle union all select 'QUARTERLY' union all select 'YEARLY') c
        where (m.number is null or t.to_price = ${priceByTerms('m', 'c.cycle')})
          and ((s.is_bonus and t.from_price = 0) or f.number is null or t.from_price = ${priceByTerms('f', 'c.cycle')}))`,
    says: `'upgrade ' || t.number || ' of ' || t.subscription_id || ': from ' || t.from_price || ' by terms ' || t.from_terms_number
      || ' to ' || t.to_price || ' by terms ' || t.to_terms_number || ', which do not say so'`,
  },
]
