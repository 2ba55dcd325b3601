import { prepared } from './prepared'
import type { Drizzle, Tx } from './scoped-drizzle'

/** Far more than any list needs: past it, what should be bound to a statement has got into its text. */
const maxShapes = 1_000

/**
 * Queries that differ in form only, each prepared when it is first asked for and kept: `pages(on, 'newest status', (db) => …)`. The
 * shape names the form, never a value of a caller's.
 */
export function preparedByShape<Q extends object>(): (on: Drizzle | Tx, shape: string, build: (db: Drizzle) => Q) => Q {
  const kept = new Map<string, (on: Drizzle | Tx) => Q>()
  return (on, shape, build) => {
    let query = kept.get(shape)
    if (!query) {
      if (kept.size >= maxShapes) throw new RangeError(`a query has more than ${maxShapes} shapes`)
      query = prepared(build)
      kept.set(shape, query)
    }
    return query(on)
  }
}
