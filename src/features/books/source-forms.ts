/** What an entry's source may look like, and what the entry `t` must then be. SQL, with the joins of `sourceCheck`. */
interface SourceForm {
  /** Whether the source is of this form. The first that says so counts, so the commonest stand first. */
  matches: string
  /** True of an entry that is what its source says, and whose row says the same. */
  sound: string
  /** What is wrong with any other. */
  lacks: string
}

const wallet = `'wallet:' || x.user_id`
const from = (account: string, to: string): string => `t.debit_account = ${account} and t.credit_account = ${to}`
const clearing = `'clearing:midtrans'`
const payable = `'refunds_payable'`

/** The part of the source behind `kind` and a colon, up to the next colon. */
const idIn = (kind: string): string => {
  const rest = `substr(t.source, ${kind.length + 2})`
  return `substr(${rest}, 1, instr(${rest} || ':', ':') - 1)`
}
const topUp = idIn('top-up')
const refund = idIn('refund')

/** Whether the source is `name` (SQL), a colon and a number, with `more` (SQL) behind it; and that number. */
const numberAfter = (name: string): string => `cast(substr(t.source, length(${name}) + 2) as integer)`
const isNumbered = (name: string, more = `''`): string => `t.source = ${name} || ':' || ${numberAfter(name)} || ${more}`

/** A correction of a paid top-up, which counts them: its source goes on with `word`, the number, and `more`. */
const correction = (word: string, accounts: string, more?: string): string => {
  const name = `'top-up:' || u.id || ':${word}'`
  return `x.type = 'ADJUSTMENT' and exists (select 1 from top_ups u where u.id = ${topUp} and u.user_id = x.user_id and u.status = 'SUCCESS'
    and ${accounts} and ${isNumbered(name, more)} and ${numberAfter(name)} between 1 and u.corrections)`
}
const feeCorrection = (word: string, accounts: string, more?: string): string => {
  const name = `'top-up:' || u.id || ':fee:${word}'`
  return `exists (select 1 from top_ups u where u.id = ${topUp} and u.fee + u.surcharge >= t.amount and ${accounts} and ${isNumbered(name, more)})`
}
/** Whether the entry that is reversed brought in what `name` (SQL) names, at first or after all. */
const reversesCreditOf = (name: string): string =>
  `(r.source = ${name} or substr(r.source, 1, length(${name}) + 7) = ${name} || ':again:')`
const topUpName = `'top-up:' || ${topUp}`

const sales: SourceForm[] = [
  {
    matches: `t.source glob 'charge:*:period:*'`,
    // What was charged before charges were written down has none.
    sound: `x.type = 'CHARGE' and ${from(wallet, `'revenue'`)} and case when c.transaction_number is null
      then ${isNumbered(`'charge:' || x.subscription_id || ':period'`)}
      else c.kind = 'period' and t.source = 'charge:' || c.subscription_id || ':period:' || c.period_index end`,
    lacks: 'but no such period is written down',
  },
  {
    matches: `t.source glob 'charge:*:upgrade:*'`,
    sound: `x.type = 'CHARGE' and ${from(wallet, `'revenue'`)} and exists (select 1 from upgrades u where u.subscription_id = x.subscription_id
      and t.source = 'charge:' || u.subscription_id || ':upgrade:' || u.number and u.charged = t.amount)`,
    lacks: 'but no such upgrade is written down',
  },
  {
    matches: `t.source glob 'refund:charge:*'`,
    sound: `x.type = 'REFUND' and ${from(`'revenue'`, wallet)} and (t.source = 'refund:' || r.source or ${isNumbered(`'refund:' || r.source`)})`,
    lacks: 'but takes back no such charge',
  },
  {
    matches: `t.source glob 'tax:charge:*'`,
    sound: `${from(`'revenue'`, `'tax'`)} and exists (select 1 from ledger_entries e join charges k on k.transaction_number = e.transaction_number
      where e.source = substr(t.source, 5) and k.tax = t.amount)`,
    lacks: 'but no charge says so',
  },
  {
    matches: `t.source glob 'tax:refund:charge:*'`,
    sound: `${from(`'tax'`, `'revenue'`)} and exists (select 1 from ledger_entries e join ledger_entries k on k.number = e.reverses
      where e.source = substr(t.source, 5) and r.source = 'tax:' || k.source)`,
    lacks: 'but no refund of that charge',
  },
]

const credits: SourceForm[] = [
  {
    matches: `t.source glob 'top-up:*' and instr(substr(t.source, 8), ':') = 0`,
    sound: `x.type = 'TOP_UP' and ${from(clearing, wallet)} and exists (select 1 from top_ups u
      where u.transaction_number = t.transaction_number and t.source = 'top-up:' || u.id and u.status = 'SUCCESS' and u.amount = t.amount)`,
    lacks: 'but no top-up of that sum is paid',
  },
  {
    matches: `t.source glob 'adjustment:?*'`,
    sound: `x.type in ('ADJUSTMENT', 'BONUS') and t.reverses is null and (${from(`'promo'`, wallet)} or ${from(wallet, `'promo'`)})`,
    lacks: 'but is no credit that an administrator gave or took',
  },
  {
    matches: `t.source glob 'payment-case:*'`,
    sound: `x.type = 'ADJUSTMENT' and ${from(clearing, wallet)} and exists (select 1 from payment_cases p join top_ups u on u.id = p.top_up_id
      where p.id = substr(t.source, 14) and p.status = 'CREDITED' and p.amount = t.amount and u.user_id = x.user_id)`,
    lacks: 'but no payment case of that sum is credited',
  },
  {
    matches: `t.source glob 'owed:*'`,
    sound: `x.type = 'ADJUSTMENT' and ${from(wallet, `'receivable:' || x.user_id`)} and ${isNumbered(`'owed'`)} and exists (select 1
      from transactions b where b.number = ${numberAfter(`'owed'`)} and b.user_id = x.user_id and b.status = 'SUCCESS' and b.amount >= t.amount)`,
    lacks: 'but no transaction brought that money',
  },
  {
    matches: `t.source glob 'closing:*'`,
    sound: `x.type = 'ADJUSTMENT' and ${from(wallet, `'forfeited'`)} and exists (select 1 from users u
      where u.id = x.user_id and t.source = 'closing:' || u.id and u.status = 'CLOSED')`,
    lacks: 'but no such account is closed',
  },
]

const wayBack: SourceForm[] = [
  {
    matches: `t.source glob 'top-up:*:fee'`,
    sound: `${from(clearing, `'fees'`)} and exists (select 1 from top_ups u
      where u.id = ${topUp} and t.source = 'top-up:' || u.id || ':fee' and u.status = 'SUCCESS' and u.fee + u.surcharge = t.amount)`,
    lacks: 'but no paid top-up has that fee',
  },
  {
    matches: `t.source glob 'top-up:*:fee:back:*'`,
    sound: `${feeCorrection('back', from(`'fees'`, clearing), `':' || t.reverses`)} and ${reversesCreditOf(`${topUpName} || ':fee'`)}`,
    lacks: 'but takes back no such fee',
  },
  {
    matches: `t.source glob 'top-up:*:fee:again:*'`,
    sound: feeCorrection('again', from(clearing, `'fees'`)),
    lacks: 'but no top-up has had such a fee',
  },
  {
    matches: `t.source glob 'top-up:*:back:*'`,
    sound: `${correction('back', from(wallet, clearing), `':' || t.reverses`)} and ${reversesCreditOf(topUpName)}`,
    lacks: 'but takes back no such top-up',
  },
  {
    matches: `t.source glob 'top-up:*:owed:*'`,
    sound: correction('owed', from(`'receivable:' || x.user_id`, wallet)),
    lacks: 'but no such top-up was taken back',
  },
  {
    matches: `t.source glob 'top-up:*:again:*'`,
    sound: correction('again', from(clearing, wallet)),
    lacks: 'but no such top-up was paid after all',
  },
  {
    matches: `t.source glob 'top-up:*:refund:*'`,
    sound: `${from(payable, clearing)} and ${reversesCreditOf(topUpName)} and exists (select 1 from refunds f where f.top_up_id = ${topUp}
      and t.source = 'top-up:' || f.top_up_id || ':refund:' || f.id || ':' || t.reverses and f.status = 'POSTED' and f.amount >= t.amount)`,
    lacks: 'but no such refund is sent',
  },
  {
    matches: `t.source glob 'refund:*:reserved'`,
    sound: `x.type = 'REFUND' and ${from(wallet, payable)} and exists (select 1 from refunds f where f.transaction_number = t.transaction_number
      and t.source = 'refund:' || f.id || ':reserved' and f.user_id = x.user_id and f.amount = t.amount)`,
    lacks: 'but no such refund is promised',
  },
  {
    matches: `t.source glob 'refund:*:voided'`,
    sound: `x.type = 'REFUND' and ${from(payable, wallet)} and exists (select 1 from refunds f where f.id = ${refund}
      and t.source = 'refund:' || f.id || ':voided' and r.source = 'refund:' || f.id || ':reserved' and f.status = 'VOIDED' and f.amount = t.amount)`,
    lacks: 'but no such refund is given up',
  },
]

/** Every movement that docs/money.md lists. */
export const sourceForms: readonly SourceForm[] = [...sales, ...credits, ...wayBack]
