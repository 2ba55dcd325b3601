import { paymentMethods } from '../../payments'
import { sources } from '../ledger'
import type { RowCheck } from './row-check'

/** Whether the source of the entry `e` begins with a start (SQL) that ends in a colon; the index of sources is walked over no more than these. */
const isUnder = (start: string): string => `e.source > ${start} and e.source < ${start.replace(/:'$/, ";'")}`
/** The sum of the entries under a start, as `e.amount` or what else is to be summed. */
export const sumUnder = (start: string, summed = 'e.amount'): string =>
  `(select coalesce(sum(${summed}), 0) from ledger_entries e where ${isUnder(start)})`

const reversals = sources.topUpReversed.sql({ topUp: 't.id' }, 'nth')
const givenAgain = sources.topUpAgain.sql({ topUp: 't.id' }, 'nth')
const reversed = `(${sumUnder(reversals)} - ${sumUnder(givenAgain)})`
const givenBack = `(t.taken_back + (select coalesce(sum(amount), 0) from refunds where top_up_id = t.id and status <> 'VOIDED'))`
/** How many corrections of the top-up `t` there are: each is one number, in one entry or several. */
const corrections = `(select count(*) from (${[reversals, givenAgain]
  .map(
    (start) =>
      `select cast(substr(e.source, length(${start}) + 1) as integer) from ledger_entries e where ${isUnder(start)}`,
  )
  .join(' union ')}))`
/** What else credited the payment of the case `t`. */
const creditedBeside = `coalesce(
  (select 'top-up ' || u.id from top_ups u where u.provider_transaction_id is not null
    and u.provider_transaction_id = t.provider_transaction_id and u.status = 'SUCCESS'),
  (select 'top-up ' || u.id from top_ups u where u.id = t.top_up_id
    and t.provider_transaction_id = coalesce(u.provider_transaction_id, '') and u.status = 'SUCCESS'),
  (select 'payment case ' || min(o.id) from payment_cases o where o.top_up_id = t.top_up_id
    and o.provider_transaction_id = t.provider_transaction_id and o.status = 'CREDITED' and o.id <> t.id))`
const knownMethods = `('${paymentMethods.join("', '")}')`

/** What came in and went back through the provider, against the ledger. */
export const paymentChecks: readonly RowCheck[] = [
  {
    name: 'top-up without order',
    table: 'transactions',
    joins: ['top_ups u on u.transaction_number = t.number'],
    wrong: `t.type = 'TOP_UP' and u.id is null`,
    says: `'TXMP-' || t.number || ': a top-up without its order'`,
  },
  {
    name: 'top-up and transaction',
    table: 'top_ups',
    joins: ['transactions x on x.number = t.transaction_number'],
    wrong: `x.status <> t.status or x.amount <> t.amount or x.user_id <> t.user_id or x.type <> 'TOP_UP'`,
    says: `'top-up ' || t.id || ': ' || t.status || ' of ' || t.amount || ', but TXMP-' || x.number || ' is ' || x.type || ', '
      || x.status || ' of ' || x.amount`,
  },
  {
    name: 'top-up and entry',
    table: 'top_ups',
    wrong: `(t.status = 'SUCCESS') is not exists (select 1 from ledger_entries e where e.source = ${sources.topUp.sql({ topUp: 't.id' })}
      and e.amount = t.amount and e.debit_account like 'clearing:%' and e.credit_account = 'wallet:' || t.user_id)`,
    says: `'top-up ' || t.id || ': ' || t.status || case when t.status = 'SUCCESS'
      then ', but no entry credits ' || t.amount else ', but an entry credits it' end`,
  },
  {
    name: 'top-up fee',
    table: 'top_ups',
    wrong: `t.status = 'SUCCESS' and t.fee + t.surcharge <> coalesce((select e.amount from ledger_entries e where e.source = ${sources.fee.sql({ topUp: 't.id' })}), 0)`,
    says: `'top-up ' || t.id || ': its fee of ' || (t.fee + t.surcharge) || ' is not in the ledger'`,
  },
  {
    name: 'top-up taken back',
    table: 'top_ups',
    wrong: `t.taken_back <> ${reversed}`,
    says: `'top-up ' || t.id || ': ' || t.taken_back || ' taken back, entries say ' || ${reversed}`,
  },
  {
    name: 'top-up corrected',
    table: 'top_ups',
    // An entry beyond the count is the entry's mismatch.
    wrong: `t.corrections <> 0 and t.corrections <> ${corrections}`,
    says: `'top-up ' || t.id || ': ' || t.corrections || ' corrections, entries say ' || ${corrections}`,
  },
  {
    name: 'payment of a top-up',
    table: 'top_ups',
    // One that the provider did not name could not be asked after.
    wrong: `t.provider_transaction_id is not null and not exists (select 1 from provider_payments p
      where p.top_up_id = t.id and p.transaction_id = t.provider_transaction_id)`,
    says: `'top-up ' || t.id || ': credited by payment ' || t.provider_transaction_id || ', which was never named with its order'`,
  },
  {
    name: 'payment of a case',
    table: 'payment_cases',
    wrong: `t.provider_transaction_id <> '' and t.kind <> 'unusable' and not exists (select 1 from provider_payments p
      where p.top_up_id = t.top_up_id and p.transaction_id = t.provider_transaction_id)`,
    says: `'payment case ' || t.id || ': about payment ' || t.provider_transaction_id || ', which was never named with its order'`,
  },
  {
    name: 'method of a top-up',
    table: 'top_ups',
    wrong: `t.method not in ${knownMethods}`,
    says: `'top-up ' || t.id || ': by ' || t.method || ', which is no method'`,
  },
  {
    name: 'top-up given back',
    table: 'top_ups',
    wrong: `${givenBack} > case t.status when 'SUCCESS' then t.amount else 0 end`,
    says: `'top-up ' || t.id || ': ' || t.status || ' of ' || t.amount || ', but ' || ${givenBack} || ' of it is given back'`,
  },
  {
    name: 'refund reserved',
    table: 'refunds',
    wrong: `not exists (select 1 from ledger_entries e where e.source = ${sources.refundReserved.sql({ refund: 't.id' })} and e.amount = t.amount
      and e.debit_account = 'wallet:' || t.user_id and e.transaction_number = t.transaction_number)`,
    says: `'refund ' || t.id || ': no entry reserves ' || t.amount`,
  },
  {
    name: 'refund ended',
    table: 'refunds',
    wrong: `${sumUnder(sources.refundSent.sql({ topUp: 't.top_up_id', refund: 't.id' }, 'entry'))} <> case t.status when 'POSTED' then t.amount else 0 end
      or (t.status = 'VOIDED') is not exists (select 1 from ledger_entries e where e.source = ${sources.refundVoided.sql({ refund: 't.id' })} and e.amount = t.amount)`,
    says: `'refund ' || t.id || ': ' || t.status || ' of ' || t.amount || ', but entries say otherwise'`,
  },
  {
    name: 'refund of a top-up',
    table: 'refunds',
    wrong: `exists (select 1 from top_ups u where u.id = t.top_up_id and u.user_id <> t.user_id)`,
    says: `'refund ' || t.id || ': top-up ' || t.top_up_id || ' is somebody else''s'`,
  },
  {
    name: 'payment case credited',
    table: 'payment_cases',
    wrong: `(t.status = 'CREDITED') is not exists (select 1 from ledger_entries e where e.source = ${sources.paymentCase.sql({ case: 't.id' })} and e.amount = t.amount)`,
    says: `'payment case ' || t.id || ': ' || t.status || ' of ' || coalesce(t.amount, 'no sum') || ', but the ledger says otherwise'`,
  },
  {
    name: 'payment credited twice',
    table: 'payment_cases',
    // Two top-ups are refused by their index. Where the provider named no payment, the order's is meant.
    wrong: `t.status = 'CREDITED' and ${creditedBeside} is not null`,
    says: `'payment case ' || t.id || ': payment ' || t.provider_transaction_id || ' is credited by ' || ${creditedBeside} || ' too'`,
  },
]
