import { numberGaps, type RowCheck } from './row-check'

const walletOfTransaction = `'wallet:' || x.user_id`
const entriesOfTransaction = '(select count(*) from ledger_entries e where e.transaction_number = t.number)'
const taxReturned = '(select coalesce(sum(e.amount), 0) from ledger_entries e where e.reverses = t.number)'
/** As `shareOfRefund()` counts, of the charge whose tax the entry `t` puts aside. */
const taxToReturn = `(select (2 * t.amount * (select coalesce(sum(b.amount), 0) from ledger_entries b where b.reverses = e.number) + e.amount)
  / (2 * e.amount) from ledger_entries e where e.source = substr(t.source, 5))`

/** Entries and transactions against each other: every movement of a wallet is one of each. */
export const ledgerChecks: readonly RowCheck[] = [
  numberGaps({ table: 'ledger_entries', word: 'entry ', before: 0 }),
  numberGaps({ table: 'transactions', word: 'TXMP-', before: 100 }),
  {
    name: 'entry and transaction',
    table: 'ledger_entries',
    joins: ['transactions x on x.number = t.transaction_number'],
    wrong: `x.status <> 'SUCCESS' or abs(x.amount) <> t.amount
      or case when x.amount > 0 then t.credit_account else t.debit_account end <> ${walletOfTransaction}`,
    says: `'entry ' || t.number || ': ' || t.amount || ' from ' || t.debit_account || ' to ' || t.credit_account || ', but TXMP-'
      || x.number || ' is ' || x.status || ' of ' || x.amount || ' for ' || ${walletOfTransaction}`,
  },
  {
    name: 'entry without transaction',
    table: 'ledger_entries',
    wrong: `t.transaction_number is null and (t.debit_account like 'wallet:%' or t.credit_account like 'wallet:%')`,
    says: `'entry ' || t.number || ': moves a wallet without a transaction'`,
  },
  {
    name: 'entries of a transaction',
    table: 'transactions',
    wrong: `${entriesOfTransaction} <> (t.status = 'SUCCESS' and t.amount <> 0)`,
    says: `'TXMP-' || t.number || ': ' || t.status || ' of ' || t.amount || ', with ' || ${entriesOfTransaction} || ' ledger entries'`,
  },
  {
    name: 'transaction and its outcome',
    table: 'transactions',
    wrong: `(t.status = 'SUCCESS') is not (t.balance_after is not null) or (t.status = 'PENDING') is not (t.settled_at is null)`,
    says: `'TXMP-' || t.number || ': ' || t.status || ', balance after it ' || coalesce(t.balance_after, 'unknown')
      || case when t.settled_at is null then ', not settled' else ', settled' end`,
  },
  {
    name: 'transaction of a subscription',
    table: 'transactions',
    joins: ['subscriptions s on s.id = t.subscription_id'],
    wrong: `t.subscription_id is not null and s.user_id is not t.user_id`,
    says: `'TXMP-' || t.number || ': its customer has no subscription ' || t.subscription_id`,
  },
  {
    name: 'reversed entry',
    table: 'ledger_entries',
    joins: ['ledger_entries r on r.number = t.reverses'],
    wrong: `t.reverses is not null and (r.debit_account is not t.credit_account or r.reverses is not null)`,
    says: `'entry ' || t.number || ': reverses entry ' || t.reverses || ', which took nothing from ' || t.credit_account`,
  },
  {
    name: 'sum of reversals',
    table: 'ledger_entries',
    wrong: `(select sum(e.amount) from ledger_entries e where e.reverses = t.number) > t.amount`,
    says: `'entry ' || t.number || ': reversals take back '
      || (select sum(e.amount) from ledger_entries e where e.reverses = t.number) || ' of ' || t.amount`,
  },
  {
    name: 'tax given back',
    table: 'ledger_entries',
    // With each refund of a charge its part of the tax, rounded on all that went back so far.
    wrong: `t.credit_account = 'tax' and ${taxReturned} <> ${taxToReturn} and typeof(${taxToReturn}) = 'integer'`,
    says: `'entry ' || t.number || ': of ' || t.amount || ' of tax ' || ${taxReturned} || ' went back, refunds say ' || ${taxToReturn}`,
  },
]

const sumsOf = (rows: string): string =>
  `(select group_concat(type || ' ' || transactions || ' of ' || amount, ', ') from (${rows} order by type))`
const sumsKept = sumsOf('select type, transactions, amount from wallet_sums where user_id = t.id')
const sumsFound = sumsOf(`select type, count(*) as transactions, sum(amount) as amount from transactions
  where user_id = t.id and status = 'SUCCESS' group by type`)

/** Accounts by themselves; what entries make of them is derived by replay. */
export const accountChecks: readonly RowCheck[] = [
  {
    name: 'account and owner',
    table: 'ledger_accounts',
    wrong: `case when t.kind in ('wallet', 'receivable') then t.id is not t.kind || ':' || t.user_id else t.user_id is not null end`,
    says: `'account ' || t.id || ': a ' || t.kind || ' of ' || coalesce(t.user_id, 'nobody')`,
  },
  {
    name: 'sign of an account',
    table: 'ledger_accounts',
    wrong: `(t.kind in ('wallet', 'refunds_payable') and t.balance < 0) or (t.kind = 'receivable' and t.balance > 0)`,
    says: `'account ' || t.id || ': balance ' || t.balance`,
  },
  {
    name: 'owing while holding',
    table: 'ledger_accounts',
    wrong: `t.kind = 'receivable' and t.balance < 0 and exists (
      select 1 from ledger_accounts w where w.id = 'wallet:' || t.user_id and w.balance > 0)`,
    says: `'account ' || t.id || ': owes ' || -t.balance || ', but its wallet holds '
      || (select w.balance from ledger_accounts w where w.id = 'wallet:' || t.user_id)`,
  },
  {
    name: 'customer without wallet',
    table: 'users',
    wrong: `not exists (select 1 from ledger_accounts a where a.id = 'wallet:' || t.id)`,
    says: `'user ' || t.id || ': no wallet'`,
  },
  {
    name: 'sums by type',
    table: 'users',
    wrong: `${sumsKept} is not ${sumsFound}`,
    says: `'user ' || t.id || ': transactions summed as ' || coalesce(${sumsKept}, 'none') || ', but there are '
      || coalesce(${sumsFound}, 'none')`,
  },
  {
    name: 'refunds payable',
    table: 'ledger_accounts',
    wrong: `t.id = 'refunds_payable' and t.balance <> (select coalesce(sum(amount), 0) from refunds where status = 'RESERVED')`,
    says: `'account refunds_payable: balance ' || t.balance || ', reserved refunds say '
      || (select coalesce(sum(amount), 0) from refunds where status = 'RESERVED')`,
  },
]
