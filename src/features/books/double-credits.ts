import type { Snapshot } from '../../db'
import type { Findings } from './findings'

/** Payments looked at together, about 200 bytes each; where there are more, they are looked at once more for each so many. */
const paymentsAtOnce = 250_000

/** The name that `checkDoubleCredits` reports under. */
export const doubleCreditCheck = 'payment credited twice'

interface DoubleCreditOptions {
  signal?: AbortSignal
  atOnce?: number
}

/** What was credited under the provider's own name of a payment, whichever way. */
const credited = `
  select provider_transaction_id as payment, 'top-up ' || id as by from top_ups
    where status = 'SUCCESS' and provider_transaction_id is not null
  union all select provider_transaction_id, 'payment case ' || id from payment_cases
    where status = 'CREDITED' and provider_transaction_id <> ''`

/** Finds what the provider was paid once and a customer got twice: as two top-ups, two payment cases, or one of each. */
export async function checkDoubleCredits(
  snapshot: Snapshot,
  findings: Findings,
  { signal, atOnce = paymentsAtOnce }: DoubleCreditOptions = {},
): Promise<void> {
  const [[count] = []] = await snapshot.all(`select count(*) from (${credited})`)
  const turns = Math.ceil(Number(count) / atOnce)
  // The ends of the names part them evenly: they are random. No index holds them, so each turn walks the tables.
  const share = `(unicode(substr(payment, -1)) + 31 * unicode(substr(payment, -2)) + 961 * unicode(substr(payment, -3))) % ${turns}`
  for (let turn = 0; turn < turns; turn++) {
    signal?.throwIfAborted()
    const doubled = await snapshot.all(
      `select payment, count(*), group_concat(by, ', ') from (select payment, by from (${credited}) where ${share} = ? order by payment, by)
       group by payment having count(*) > 1 order by payment`,
      [BigInt(turn)],
    )
    for (const [payment, times, by] of doubled)
      findings.add(doubleCreditCheck, `payment ${payment}: credited ${times} times: ${by}`)
  }
}
