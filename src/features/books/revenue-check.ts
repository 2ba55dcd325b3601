import type { Snapshot } from '../../db'
import { sources } from '../ledger'
import type { Findings } from './findings'

/** The name that mismatches are reported under. */
export const revenueCheck = 'revenue of a plan'

const counted = 'c.plan_id is not null and c.month is not null'
const kept = `select plan_id || ' in ' || month, amount from plan_revenue where amount <> 0`
const charged = `select c.plan_id || ' in ' || c.month, sum(c.net) from charges c where ${counted} group by 1`
const returned = `select c.plan_id || ' in ' || c.month, -sum(r.amount) from ledger_entries r
  join ledger_entries e on e.number = r.reverses join charges c on c.transaction_number = e.transaction_number
  where r.reverses is not null and ${counted} group by 1`
const taxReturned = `select c.plan_id || ' in ' || c.month, sum(r.amount) from ledger_entries r
  join ledger_entries x on x.number = r.reverses
  join ledger_entries e on e.source = substr(x.source, ${sources.taxOfCharge.start.length + 1})
  join charges c on c.transaction_number = e.transaction_number
  where r.reverses is not null and x.debit_account = 'revenue' and x.credit_account = 'tax' and ${counted} group by 1`

/** What triggers have summed by plan and month, against the charges and what of them went back. */
export async function checkRevenue(snapshot: Snapshot, findings: Findings): Promise<void> {
  const said = new Map((await snapshot.all(kept)).map(asSum))
  const found = new Map<string, bigint>()
  for (const query of [charged, returned, taxReturned]) {
    for (const [of, amount] of (await snapshot.all(query)).map(asSum)) found.set(of, (found.get(of) ?? 0n) + amount)
  }
  for (const of of new Set([...said.keys(), ...found.keys()])) {
    const [is, was] = [found.get(of) ?? 0n, said.get(of) ?? 0n]
    if (is !== was) findings.add(revenueCheck, `plan ${of}: ${was} is kept, but charges and refunds come to ${is}`)
  }
}

const asSum = ([of, amount]: unknown[]): [string, bigint] => [String(of), BigInt(amount as number)]
