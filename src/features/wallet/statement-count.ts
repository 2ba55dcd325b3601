import { count, gt, sql } from 'drizzle-orm'
import type { Drizzle } from '../../db'
import { setBounded } from '../../lib/bounded-map'
import { transactions } from '../ledger/tables'
import { preparedByFilter, type Wanted } from './statement-filter'

const maxKept = 20_000

interface Counted {
  /** The greatest number of all when it was counted. */
  upTo: number
  total: number
}

/**
 * How many transactions a filter leaves, without counting the same ones again. Numbers are given out in the order of the
 * commits, and owner and type of a transaction never change: what was counted up to a number stays counted. A status may
 * change, times and subscriptions come in any number; those are counted each time, in an index alone.
 */
export class StatementCounts {
  readonly #kept = new Map<string, Counted>()

  constructor(private readonly max = maxKept) {}

  get size(): number {
    return this.#kept.size
  }

  async count(on: Drizzle, wanted: Wanted): Promise<number> {
    const { status, subscriptionId, from, to } = wanted
    const once = status !== undefined || subscriptionId !== undefined || from || to
    if (once) return (await countAfter(on, wanted).get({ ...wanted, after: 0 }))!.total
    const key = `${wanted.userId} ${wanted.type ?? ''}`
    const known = this.#kept.get(key) ?? { upTo: 0, total: 0 }
    const newer = (await countAfter(on, wanted).get({ ...wanted, after: known.upTo }))!
    const total = known.total + newer.total
    this.#keep(key, { upTo: newer.upTo, total })
    return total
  }

  /** The one unused longest goes first. */
  #keep(key: string, counted: Counted): void {
    this.#kept.delete(key)
    setBounded(this.#kept, this.max, key, counted)
  }
}

const countAfter = preparedByFilter((db, where) =>
  db
    .select({
      total: count(),
      upTo: sql<number>`(select coalesce(max(newest.number), 0) from ${transactions} as newest)`,
    })
    .from(transactions)
    .where(sql`${where} and ${gt(transactions.number, sql.placeholder('after'))}`)
    .prepare(),
)
