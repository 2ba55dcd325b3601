// Writes a data folder with a business of years in it, rows in every table that grows: bun scripts/bench/million.ts DATA_DIR
//   [--transactions 1000000] [--customers 20000] [--seed 1]. The same seed writes the same rows, and `minispod verify` finds
//   nothing wrong with them; a server starts on it.
import { statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { countAnew, countedTables } from '../../src/db/status-counts'
import { BulkLoad } from './bulk-load'
import { AuditLog } from './million-audit'
import { type SoldPlan, writeCatalog } from './million-catalog'
import { Customers } from './million-customers'
import { openHouse, type Seal } from './million-house'
import { Ledger } from './million-ledger'
import { Payments } from './million-payments'
import { Subscriptions } from './million-subscriptions'
import { Traffic } from './million-traffic'
import { Vouchers } from './million-vouchers'
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
  /** What is sealed in the file; a server starts on it only if it can open all of it. */
  seal?: Seal
  /** Also what requests, jobs and mails leave behind, one visit to so many transactions. */
  transactionsPerVisit?: number
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
  payments: Payments
  vouchers: Vouchers
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
  const audit = new AuditLog(load)
  const subscriptions = new Subscriptions(load, random, audit, { run: !size.atRest, seal: size.seal?.app })
  const payments = new Payments(load, random, ledger)
  const vouchers = new Vouchers(load, random, ledger)
  const customers = new Customers({ load, random, plans, ledger, subscriptions, payments, vouchers }, count, startsAt)
  const userIds = customers.userIds()
  const traffic = size.transactionsPerVisit ? new Traffic(load, random, audit, size.seal?.twoFactor) : undefined
  for (let index = 0; index < transactions; index++) {
    const chosen = random.next() < firstCustomersShare ? 0 : random.below(count)
    const atMs = startsAt + index * everyMs
    customers.act(chosen, atMs)
    if (traffic && index % size.transactionsPerVisit! === 0) traffic.visit(userIds[chosen]!, atMs)
  }
  for (const userId of traffic ? userIds : []) traffic!.turnOnTwoFactor(userId, startsAt)
  customers.end(size.atRest ? endsAtMs : undefined)
  size.more?.({
    load,
    random,
    plans,
    ledger,
    subscriptions,
    payments,
    vouchers,
    userIds,
    startsAtMs: startsAt,
    endsAtMs,
  })
  vouchers.end(userIds[0]!)
  ledger.end(endsAtMs)
  writeSlots(load, plans)
  writeCounts(load)
  writeSums(load)
  load.end()
}

function writeSlots(load: BulkLoad, plans: SoldPlan[]): void {
  for (const { id, used } of plans) {
    const slots = 'UPDATE plans SET used_quota = ?1, total_quota = max(total_quota, ?1) WHERE id = ?2'
    load.run(slots, [BigInt(used), id])
  }
}

function writeCounts(load: BulkLoad): void {
  load.run('DELETE FROM status_counts', [])
  for (const counted of countedTables) {
    load.run(`INSERT INTO status_counts SELECT '${counted.table}', * FROM (${countAnew(counted)})`, [])
  }
}

function writeSums(load: BulkLoad): void {
  const sums = `SELECT user_id, type, count(*), sum(amount) FROM transactions WHERE status = 'SUCCESS' GROUP BY 1, 2`
  load.run(`INSERT INTO wallet_sums (user_id, type, transactions, amount) ${sums}`, [])
  const live = `SELECT plan_id, status, billing_cycle, count(*), sum(is_bonus), sum(price) FROM subscriptions
    WHERE status IN ('PENDING', 'ACTIVE', 'GRACE', 'SUSPENDED') GROUP BY 1, 2, 3`
  load.run(`INSERT INTO live_sums (plan_id, status, billing_cycle, total, gifts, price) ${live}`, [])
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
  const dataDir = positionals[0]
  if (!dataDir) {
    console.error('usage: bun scripts/bench/million.ts DATA_DIR [--transactions N] [--customers N] [--seed N]')
    process.exit(2)
  }
  const begin = performance.now()
  const [transactions, customers, seed] = [values.transactions, values.customers, values.seed].map(Number)
  const { path, seal } = openHouse(dataDir)
  await writeBook(path, { transactions: transactions!, customers: customers!, seed, seal, transactionsPerVisit: 4 })
  const mebibytes = Math.round(statSync(path).size / 2 ** 20)
  console.log(`${path}: ${mebibytes} MiB in ${Math.round(performance.now() - begin)} ms`)
}
