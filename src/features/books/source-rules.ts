import { type SourceName, sources } from '../ledger'
import { from, idAfter, numberAfter, type Rule, wallet } from './source-sql'
import { voucherRules } from './voucher-rules'

/** What an entry `t` of a source must be. SQL, with the joins of `sourceCheck`. */
interface SourceRule extends Rule {
  /** Whether the source is of this form. The first that says so counts. */
  matches: string
}

const clearing = `'clearing:midtrans'`
const payable = `'refunds_payable'`

const topUp = idAfter(sources.topUp.start)
const refund = idAfter(sources.refundVoided.start)

/** What was charged before charges were written down has its period only there. */
const unwrittenPeriod = numberAfter(sources.period.sql({ subscription: 'x.subscription_id' }, 'index'))
const nthRefund = numberAfter(sources.nthRefundOfCharge.sql({ charge: 'r.source' }, 'nth'))
const broughtBy = numberAfter(sources.debtPaid.sql({}, 'broughtBy'))
/** The source of the entry whose tax it is. */
const taxed = `substr(t.source, ${sources.taxOfCharge.start.length + 1})`

/** A correction of a paid top-up, which counts them. */
const correction = (source: 'topUpReversed' | 'receivable' | 'topUpAgain', accounts: string): string => {
  const nth = numberAfter(sources[source].sql({ topUp: 'u.id' }, 'nth'))
  const name = sources[source].sql({ topUp: 'u.id', nth, entry: 't.reverses' })
  return `x.type = 'ADJUSTMENT' and exists (select 1 from top_ups u where u.id = ${topUp} and u.user_id = x.user_id and u.status = 'SUCCESS'
    and ${accounts} and t.source = ${name} and ${nth} between 1 and u.corrections)`
}
const feeCorrection = (source: 'feeReversed' | 'feeAgain', accounts: string): string => {
  const nth = numberAfter(sources[source].sql({ topUp: 'u.id' }, 'nth'))
  const name = sources[source].sql({ topUp: 'u.id', nth, entry: 't.reverses' })
  return `exists (select 1 from top_ups u where u.id = ${topUp} and u.fee + u.surcharge >= t.amount and ${accounts} and t.source = ${name})`
}
/** Whether the entry that is reversed brought the money in, at first or after all. */
const reversesCredit = (first: 'topUp' | 'fee', again: 'topUpAgain' | 'feeAgain'): string => {
  const start = sources[again].sql({ topUp }, 'nth')
  return `(r.source = ${sources[first].sql({ topUp })} or substr(r.source, 1, length(${start})) = ${start})`
}

const sales = {
  period: {
    sound: `x.type = 'CHARGE' and ${from(wallet, `'revenue'`)} and case when c.transaction_number is null
      then t.source = ${sources.period.sql({ subscription: 'x.subscription_id', index: unwrittenPeriod })}
      else c.kind = 'period' and t.source = ${sources.period.sql({ subscription: 'c.subscription_id', index: 'c.period_index' })} end`,
    lacks: 'but no such period is written down',
  },
  upgrade: {
    sound: `x.type = 'CHARGE' and ${from(wallet, `'revenue'`)} and exists (select 1 from upgrades u where u.subscription_id = x.subscription_id
      and t.source = ${sources.upgrade.sql({ subscription: 'u.subscription_id', number: 'u.number' })} and u.charged = t.amount)`,
    lacks: 'but no such upgrade is written down',
  },
  nthRefundOfCharge: {
    sound: `x.type = 'REFUND' and ${from(`'revenue'`, wallet)} and t.source = ${sources.nthRefundOfCharge.sql({ charge: 'r.source', nth: nthRefund })}`,
    lacks: 'but takes back no such charge',
  },
  refundOfCharge: {
    sound: `x.type = 'REFUND' and ${from(`'revenue'`, wallet)} and t.source = ${sources.refundOfCharge.sql({ charge: 'r.source' })}`,
    lacks: 'but takes back no charge of that name',
  },
  taxOfCharge: {
    sound: `${from(`'revenue'`, `'tax'`)} and exists (select 1 from ledger_entries e join charges k on k.transaction_number = e.transaction_number
      where e.source = ${taxed} and k.tax = t.amount)`,
    lacks: 'but no charge says so',
  },
  taxOfRefund: {
    sound: `${from(`'tax'`, `'revenue'`)} and exists (select 1 from ledger_entries e join ledger_entries k on k.number = e.reverses
      where e.source = ${taxed} and r.source = ${sources.taxOfCharge.sql({ charge: 'k.source' })})`,
    lacks: 'but no refund of that charge',
  },
}

const credits = {
  topUp: {
    sound: `x.type = 'TOP_UP' and ${from(clearing, wallet)} and exists (select 1 from top_ups u
      where u.transaction_number = t.transaction_number and t.source = ${sources.topUp.sql({ topUp: 'u.id' })} and u.status = 'SUCCESS' and u.amount = t.amount)`,
    lacks: 'but no top-up of that sum is paid',
  },
  adjustment: {
    sound: `x.type in ('ADJUSTMENT', 'BONUS') and t.reverses is null and (${from(`'promo'`, wallet)} or ${from(wallet, `'promo'`)})`,
    lacks: 'but is no credit that an administrator gave or took',
  },
  paymentCase: {
    sound: `x.type = 'ADJUSTMENT' and ${from(clearing, wallet)} and exists (select 1 from payment_cases p join top_ups u on u.id = p.top_up_id
      where p.id = ${idAfter(sources.paymentCase.start)} and p.status = 'CREDITED' and p.amount = t.amount and u.user_id = x.user_id)`,
    lacks: 'but no payment case of that sum is credited',
  },
  debtPaid: {
    sound: `x.type = 'ADJUSTMENT' and ${from(wallet, `'receivable:' || x.user_id`)} and exists (select 1
      from transactions b where b.number = ${broughtBy} and t.source = ${sources.debtPaid.sql({ broughtBy: 'b.number' })} and b.user_id = x.user_id and b.status = 'SUCCESS' and b.amount >= t.amount)`,
    lacks: 'but no transaction brought that money',
  },
  closing: {
    sound: `x.type = 'ADJUSTMENT' and ${from(wallet, `'forfeited'`)} and exists (select 1 from users u
      where u.id = x.user_id and t.source = ${sources.closing.sql({ user: 'u.id' })} and u.status = 'CLOSED')`,
    lacks: 'but no such account is closed',
  },
}

const wayBack = {
  fee: {
    sound: `${from(clearing, `'fees'`)} and exists (select 1 from top_ups u
      where u.id = ${topUp} and t.source = ${sources.fee.sql({ topUp: 'u.id' })} and u.status = 'SUCCESS' and u.fee + u.surcharge = t.amount)`,
    lacks: 'but no paid top-up has that fee',
  },
  feeReversed: {
    sound: `${feeCorrection('feeReversed', from(`'fees'`, clearing))} and ${reversesCredit('fee', 'feeAgain')}`,
    lacks: 'but takes back no such fee',
  },
  feeAgain: {
    sound: feeCorrection('feeAgain', from(clearing, `'fees'`)),
    lacks: 'but no top-up has had such a fee',
  },
  topUpReversed: {
    sound: `${correction('topUpReversed', from(wallet, clearing))} and ${reversesCredit('topUp', 'topUpAgain')}`,
    lacks: 'but takes back no such top-up',
  },
  receivable: {
    sound: correction('receivable', from(`'receivable:' || x.user_id`, wallet)),
    lacks: 'but no such top-up was taken back',
  },
  topUpAgain: {
    sound: correction('topUpAgain', from(clearing, wallet)),
    lacks: 'but no such top-up was paid after all',
  },
  refundSent: {
    sound: `${from(payable, clearing)} and ${reversesCredit('topUp', 'topUpAgain')} and exists (select 1 from refunds f where f.top_up_id = ${topUp}
      and t.source = ${sources.refundSent.sql({ topUp: 'f.top_up_id', refund: 'f.id', entry: 't.reverses' })} and f.status = 'POSTED' and f.amount >= t.amount)`,
    lacks: 'but no such refund is sent',
  },
  refundReserved: {
    sound: `x.type = 'REFUND' and ${from(wallet, payable)} and exists (select 1 from refunds f where f.transaction_number = t.transaction_number
      and t.source = ${sources.refundReserved.sql({ refund: 'f.id' })} and f.user_id = x.user_id and f.amount = t.amount)`,
    lacks: 'but no such refund is promised',
  },
  refundVoided: {
    sound: `x.type = 'REFUND' and ${from(payable, wallet)} and exists (select 1 from refunds f where f.id = ${refund}
      and t.source = ${sources.refundVoided.sql({ refund: 'f.id' })} and r.source = ${sources.refundReserved.sql({ refund: 'f.id' })} and f.status = 'VOIDED' and f.amount = t.amount)`,
    lacks: 'but no such refund is given up',
  },
}

const rules: Record<SourceName, Rule> = { ...sales, ...credits, ...wayBack, ...voucherRules }

/** A top-up's own has nothing behind its id; what has is another, or none. */
const isAlone = `instr(substr(t.source, ${sources.topUp.start.length + 1}), ':') = 0`

/** One for every source that the ledger knows, in its order. */
export const sourceRules: readonly SourceRule[] = Object.entries(sources).map(([name, { glob }]) => ({
  matches: `t.source glob '${glob}'${name === 'topUp' ? ` and ${isAlone}` : ''}`,
  ...rules[name as SourceName],
}))
