const live = `('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED')`

const gaps = (table: string, before: number): string =>
  `SELECT '${table}: ' || count(*) || ' rows up to number ' || max(number) FROM ${table}
   HAVING count(*) > 0 AND count(*) <> max(number) - ${before}`

/** What holds at any moment, whoever was killed when. Written apart from `minispod verify`, so that neither hides the other's mistake. */
export const bookQueries: readonly string[] = [
  `SELECT 'all balances together are ' || sum(balance) FROM ledger_accounts HAVING sum(balance) <> 0`,
  `SELECT id || ' holds ' || balance FROM ledger_accounts WHERE kind = 'wallet' AND balance < 0`,
  `SELECT a.id || ' holds ' || a.balance || ', its entries say ' || coalesce(e.total, 0) FROM ledger_accounts a LEFT JOIN (
     SELECT account, sum(amount) AS total FROM (
       SELECT credit_account AS account, amount FROM ledger_entries UNION ALL SELECT debit_account, -amount FROM ledger_entries
     ) GROUP BY account
   ) e ON e.account = a.id WHERE a.balance <> coalesce(e.total, 0)`,
  `SELECT a.id || ' holds ' || a.balance || ', its statement says ' || coalesce(t.total, 0) FROM ledger_accounts a LEFT JOIN (
     SELECT user_id, sum(amount) AS total FROM transactions WHERE status = 'SUCCESS' GROUP BY user_id
   ) t ON t.user_id = a.user_id WHERE a.kind = 'wallet' AND a.balance <> coalesce(t.total, 0)`,
  gaps('transactions', 100),
  gaps('ledger_entries', 0),
  gaps('subscriptions', 100),
  gaps('audit_entries', 0),
  `SELECT 'plan ' || p.id || ': ' || p.used_quota || ' slots taken, ' || p.held || ' held' FROM (
     SELECT id, used_quota, (SELECT count(*) FROM subscriptions s WHERE s.plan_id = plans.id AND s.status IN ${live})
       + (SELECT count(*) FROM upgrades u WHERE u.from_plan_id = plans.id AND u.status = 'PENDING') AS held FROM plans
   ) p WHERE p.used_quota <> p.held`,
  `SELECT 'subscription ' || s.id || ' has no app' FROM subscriptions s
   WHERE NOT EXISTS (SELECT 1 FROM instances i WHERE i.subscription_id = s.id)`,
]
