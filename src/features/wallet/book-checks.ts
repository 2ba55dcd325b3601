const live = `('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`

/** Every table whose numbers have no gap, with the number before its first. */
const numbered = [
  { table: 'ledger_entries', before: 0 },
  { table: 'transactions', before: 100 },
  { table: 'subscriptions', before: 100 },
  { table: 'audit_entries', before: 0 },
]

const gapsIn = ({ table, before }: (typeof numbered)[number]): string =>
  `select '${table}: ' || count(*) || ' rows, but numbers from ' || min(number) || ' to ' || max(number) as deviation
   from ${table} having count(*) > 0 and (count(*) <> max(number) - ${before} or min(number) <> ${before} + 1)`

/** A sum that accounts carry, derived again from the entries; `column` on one side, `derived` on the other. */
const sumOf = (column: string, derived: string): string =>
  `select 'account ' || a.id || ': ${column} ' || a.${column} || ', entries say ' || coalesce(t.total, 0) as deviation
   from ledger_accounts a left join (
     select account, sum(amount) as total from (${derived}) group by account
   ) t on t.account = a.id where a.${column} <> coalesce(t.total, 0)`

// Every balance, count and number again from the raw rows. One statement each, so that it sees one moment; each row that
// it finds is a deviation, told by its only column.
export const bookChecks: readonly string[] = [
  sumOf(
    'balance',
    `select credit_account as account, amount from ledger_entries
     union all select debit_account, -amount from ledger_entries`,
  ),
  sumOf(
    'topped_up',
    `select credit_account as account, amount from ledger_entries where debit_account like 'clearing:%'
     union all select debit_account, -amount from ledger_entries where credit_account like 'clearing:%'`,
  ),
  sumOf(
    'spent',
    `select debit_account as account, amount from ledger_entries where credit_account = 'revenue'
     union all select credit_account, -amount from ledger_entries where debit_account = 'revenue'`,
  ),
  `select 'ledger: balances sum to ' || sum(balance) || ', not to zero' as deviation from ledger_accounts having sum(balance) <> 0`,
  `select 'account ' || id || ': negative balance ' || balance as deviation from ledger_accounts where kind = 'wallet' and balance < 0`,
  ...numbered.map(gapsIn),
  `select 'entry ' || r.number || ': reversals take back ' || sum(e.amount) || ' of ' || r.amount as deviation
   from ledger_entries e join ledger_entries r on r.number = e.reverses group by r.number having sum(e.amount) > r.amount`,
  `select 'entry ' || e.number || ': reverses entry ' || e.reverses || ', which is not there' as deviation
   from ledger_entries e where e.reverses is not null and not exists (select 1 from ledger_entries r where r.number = e.reverses)`,
  // The entry of a transaction moves its customer's own wallet, by its amount, in its direction, once.
  `select 'TXMP-' || t.number || ': settled, but not in the ledger as ' || t.amount as deviation from transactions t
   where t.status = 'SUCCESS' and t.amount <> 0 and 1 <> (
     select count(*) from ledger_entries e where e.transaction_number = t.number and e.amount = abs(t.amount)
       and case when t.amount > 0 then e.credit_account else e.debit_account end = 'wallet:' || t.user_id
   )`,
  `select 'TXMP-' || t.number || ': ' || count(*) || ' ledger entries' as deviation from transactions t
   join ledger_entries e on e.transaction_number = t.number group by t.number having count(*) > 1`,
  `select 'TXMP-' || t.number || ': ' || t.status || ', but in the ledger' as deviation from transactions t
   join ledger_entries e on e.transaction_number = t.number where t.status <> 'SUCCESS'`,
  `select 'TXMP-' || t.number || ': a top-up without its order' as deviation from transactions t
   where t.type = 'TOP_UP' and not exists (select 1 from top_ups u where u.transaction_number = t.number)`,
  `select 'top-up ' || u.id || ': ' || u.status || ' of ' || u.amount || ', but its transaction is ' || t.status || ' of ' || t.amount as deviation
   from top_ups u join transactions t on t.number = u.transaction_number
   where t.status <> u.status or t.amount <> u.amount or t.user_id <> u.user_id or t.type <> 'TOP_UP'`,
  `select 'top-up ' || u.id || ': paid, but its ledger entry is not there' as deviation from top_ups u
   where u.status = 'SUCCESS' and not exists (select 1 from ledger_entries where source = 'top-up:' || u.id)`,
  `select 'plan ' || p.id || ': ' || p.used_quota || ' slots used, live subscriptions say ' || count(s.id) as deviation from plans p
   left join subscriptions s on s.plan_id = p.id and s.status in ${live} group by p.id having p.used_quota <> count(s.id)`,
  `select 'BILL-' || s.number || ': plan ' || s.plan_id || ' is of another service' as deviation from subscriptions s
   join plans p on p.id = s.plan_id where p.service_id <> s.service_id`,
  `select 'BILL-' || s.number || ': its first period was never charged' as deviation from subscriptions s
   where s.price > 0 and not s.is_bonus and not exists (select 1 from ledger_entries where source = 'charge:' || s.id || ':period:0')`,
  `select 'BILL-' || s.number || ': no instance' as deviation from subscriptions s
   where not exists (select 1 from instances where subscription_id = s.id)`,
]
