import type { Tx } from '../../db'
import type { Instance } from './tables'

/** An app as it was, and as it is since it was looked at: both rows. */
interface Observed {
  before: Instance
  now: Instance
}

/**
 * Told of every observation, inside the transaction that writes it down. Observers are told one after the other: what an
 * earlier one has changed of the app stands in `now` of the next.
 */
export type Observer = (tx: Tx, observed: Observed) => Promise<void>

/** What was paid for has begun. */
export const isFirstReady = ({ before, now }: Observed): boolean => before.readyAt === null && now.readyAt !== null
