import type { Snapshot } from '../../db'
import type { Findings } from './findings'

/** The name that mismatches are reported under. */
export const liveSumsCheck = 'what is live by plan'

const shown = `total || ' for ' || price || ', ' || gifts || ' of them gifts'`
const kept = `select plan_id || ', ' || status || ', ' || billing_cycle, ${shown} from live_sums where total <> 0 or gifts <> 0 or price <> 0`
const anew = `select plan_id || ', ' || status || ', ' || billing_cycle,
    count(*) || ' for ' || sum(price) || ', ' || sum(is_bonus) || ' of them gifts'
  from subscriptions where status in ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED') group by 1`

/** What triggers have summed of live subscriptions, against the subscriptions themselves. */
export async function checkLiveSums(snapshot: Snapshot, findings: Findings): Promise<void> {
  const said = new Map((await snapshot.all(kept)).map(asTexts))
  const found = new Map((await snapshot.all(anew)).map(asTexts))
  for (const of of new Set([...said.keys(), ...found.keys()])) {
    const [is, was] = [found.get(of) ?? 'none', said.get(of) ?? 'none']
    if (is !== was) findings.add(liveSumsCheck, `plan ${of}: kept are ${was}, but there are ${is}`)
  }
}

const asTexts = ([of, sum]: unknown[]): [string, string] => [String(of), String(sum)]
