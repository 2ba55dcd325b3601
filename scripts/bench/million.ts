// Writes a database file with a business of years in it: bun scripts/bench/million.ts FILE [--transactions 1000000]
//   [--customers 20000] [--seed 1]. The same seed writes the same rows, and `minispod verify` finds nothing wrong with them.
import { statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { BulkLoad } from './bulk-load'
import { type SoldPlan, writeCatalog } from './million-catalog'
import { Customers } from './million-customers'
import { Ledger } from './million-ledger'
import { type Apps, Subscriptions } from './million-subscriptions'
import { Random } from './random'

export interface BookSize {
  transactions: number
  customers: number
  /** Of all transactions, those of the first customer: a statement of many pages. */
  firstCustomersShare?: number
  seed?: number
  /** When the last transaction happened. */
  endsAtMs?: number
  /** Every subscription of the customers has ended and no app is wished: a server on this file has nothing to do by itself. */
  atRest?: boolean
  /** See `Apps`. */
  seal?: Apps['seal']
  /** Adds more to the same file, before its sums are written. */
  more?: (book: Book) => void
}

/** A business while it is being written. */
export interface Book {
  load: BulkLoad
  random: Random
  plans: SoldPlan[]
  ledger: Ledger
  subscriptions: Subscriptions
  /** Those who made the transactions; the first of them made most. */
  userIds: string[]
  startsAtMs: number
  endsAtMs: number
}

const usualStart = Date.UTC(2023, 0, 2, 3)
const everyMs = 90_000

/** Fills a new file. Nine of ten transactions are charges; the rest are top-ups, some of them never paid, refunds and gifts. */
export async function writeBook(path: string, size: BookSize): Promise<void> {
  const { transactions, customers: count, firstCustomersShare = 0.01, seed = 1 } = size
  const startsAt = size.endsAtMs === undefined ? usualStart : size.endsAtMs - transactions * everyMs
  const endsAtMs = startsAt + transactions * everyMs
  const load = await BulkLoad.begin(path)
  const random = new Random(seed)
  const plans = writeCatalog(load, random, startsAt)
  const ledger = new Ledger(load, random)
  const subscriptions = new Subscriptions(load, random, { run: !size.atRest, seal: size.seal })
  const customers = new Customers({ load, random, plans, ledger, subscriptions }, count, startsAt)
  for (let index = 0; index < transactions; index++) {
    const chosen = random.next() < firstCustomersShare ? 0 : random.below(count)
    customers.act(chosen, startsAt + index * everyMs)
  }
  customers.end(size.atRest ? endsAtMs : undefined)
  size.more?.({
    load,
    random,
    plans,
    ledger,
    subscriptions,
    userIds: customers.userIds(),
    startsAtMs: startsAt,
    endsAtMs,
  })
  ledger.end(endsAtMs)
  writeSlots(load, plans)
  load.end()
}

function writeSlots(load: BulkLoad, plans: SoldPlan[]): void {
  for (const { id, used } of plans) {
    const slots = 'UPDATE plans SET used_quota = ?1, total_quota = max(total_quota, ?1) WHERE id = ?2'
    load.run(slots, [BigInt(used), id])
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      transactions: { type: 'string', default: '1000000' },
      customers: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
    },
  })
  const path = positionals[0]
  if (!path) {
    console.error('usage: bun scripts/bench/million.ts FILE [--transactions N] [--customers N] [--seed N]')
    process.exit(2)
  }
  const begin = performance.now()
  const [transactions, customers, seed] = [values.transactions, values.customers, values.seed].map(Number)
  await writeBook(path, { transactions: transactions!, customers: customers!, seed })
  const mebibytes = Math.round(statSync(path).size / 2 ** 20)
  console.log(`${path}: ${mebibytes} MiB in ${Math.round(performance.now() - begin)} ms`)
}
