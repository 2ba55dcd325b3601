import { sql } from 'drizzle-orm'
import type { Database } from '../../db'

/** A deviation found in the raw rows, in words that name the row. */
export type Deviation = string

const shown = 100

interface Check {
  /** Each row of it is a deviation, told by its only column. */
  query: ReturnType<typeof sql>
}

// Every balance, count and number again from the raw rows. One statement each, so that all see one moment.
const checks: Check[] = [
  {
    query: sql`select 'account ' || a.id || ': balance ' || a.balance || ', entries say ' || coalesce(t.total, 0) as deviation from ledger_accounts a
      left join (
        select account, sum(amount) as total from (
          select credit_account as account, amount from ledger_entries
          union all select debit_account, -amount from ledger_entries
        ) group by account
      ) t on t.account = a.id where coalesce(t.total, 0) <> a.balance`,
  },
  {
    query: sql`select 'ledger: balances sum to ' || sum(balance) || ', not to zero' as deviation from ledger_accounts having sum(balance) <> 0`,
  },
  {
    query: sql`select 'wallet ' || id || ': negative balance ' || balance as deviation from ledger_accounts where kind = 'wallet' and balance < 0`,
  },
  {
    query: sql`select 'ledger: ' || count(*) || ' entries, but the last number is ' || max(number) as deviation from ledger_entries having count(*) <> coalesce(max(number), 0)`,
  },
  {
    query: sql`select 'transactions: ' || count(*) || ' rows, but the last number is ' || max(number) as deviation from transactions having count(*) <> coalesce(max(number) - 100, 0)`,
  },
  {
    query: sql`select 'subscriptions: ' || count(*) || ' rows, but the last number is ' || max(number) as deviation from subscriptions having count(*) <> coalesce(max(number) - 100, 0)`,
  },
  {
    query: sql`select 'TXMP-' || t.number || ': settled without its ledger entry' as deviation from transactions t
      where t.status = 'SUCCESS' and t.amount <> 0 and not exists (select 1 from ledger_entries e where e.transaction_number = t.number and e.amount = abs(t.amount))`,
  },
  {
    query: sql`select 'TXMP-' || t.number || ': not settled, but in the ledger' as deviation from transactions t
      join ledger_entries e on e.transaction_number = t.number where t.status <> 'SUCCESS'`,
  },
  {
    query: sql`select 'top-up ' || u.id || ': ' || u.status || ', but its transaction is ' || t.status as deviation from top_ups u
      join transactions t on t.number = u.transaction_number where t.status <> u.status or t.amount <> u.amount`,
  },
  {
    query: sql`select 'plan ' || p.id || ': ' || p.used_quota || ' slots used, live subscriptions say ' || count(s.id) as deviation from plans p
      left join subscriptions s on s.plan_id = p.id and s.status in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')
      group by p.id having p.used_quota <> count(s.id)`,
  },
  {
    query: sql`select 'subscription ' || s.id || ': its first period was never charged' as deviation from subscriptions s
      where s.price > 0 and not s.is_bonus and not exists (select 1 from ledger_entries where source = 'charge:' || s.id || ':period:0')`,
  },
  {
    query: sql`select 'subscription ' || s.id || ': no instance' as deviation from subscriptions s
      where not exists (select 1 from instances where subscription_id = s.id)`,
  },
]

/** Derives balances, slots and number sequences again from the raw rows, and says what is off; empty when all is well. */
export async function verifyBooks(db: Database): Promise<Deviation[]> {
  const found = await db.integrity()
  for (const { query } of checks) {
    const rows = await db.read.all<{ deviation: string }>(sql`${query} limit ${shown}`)
    for (const row of rows) found.push(row.deviation)
  }
  return found
}
