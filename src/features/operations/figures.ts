import { isNull, sql } from 'drizzle-orm'
import { Counter, Gauge } from 'prom-client'
import { countByStatus, type Drizzle, prepared } from '../../db'
import type { CallReport } from '../../kube'
import type { Parts } from '../../parts'
import { ledgerAccounts, transactions } from '../ledger/tables'

type Figures = Pick<Parts, 'registry' | 'db' | 'streams'>

/** Read when somebody looks; a look costs the same however many rows there are. */
export function registerFigures(parts: Figures): void {
  byStatus(parts, 'minispod_instances', 'Apps by status', 'instances')
  byStatus(parts, 'minispod_subscriptions', 'Subscriptions by status', 'subscriptions')
  byStatus(parts, 'minispod_top_ups', 'Top-ups by status', 'top_ups')
  byStatus(parts, 'minispod_refunds', 'Refunds to payment methods by status', 'refunds')
  byStatus(
    parts,
    'minispod_payment_cases',
    'Payments set aside for a person, by status; alert on OPEN',
    'payment_cases',
  )
  registerBooks(parts)
  const { registry, db, streams } = parts
  new Gauge({
    name: 'minispod_database_writable',
    help: '1 if the database can save; 0 while the disk is full or refuses, or the file is gone: alert on it',
    registers: [registry],
    async collect() {
      this.set((await db.trouble()) === undefined ? 1 : 0)
    },
  })
  new Gauge({
    name: 'minispod_event_streams',
    help: 'Open server-sent event streams',
    registers: [registry],
    collect() {
      this.set(streams.count)
    },
  })
}

function byStatus({ registry, db }: Figures, name: string, help: string, table: string): void {
  new Gauge({
    name,
    help,
    labelNames: ['status'],
    registers: [registry],
    async collect() {
      for (const [status, total] of await countByStatus(db.read, table)) this.set({ status }, total)
    },
  })
}

function registerBooks({ registry, db }: Figures): void {
  new Gauge({
    name: 'minispod_wallets',
    help: 'Wallets of customers',
    registers: [registry],
    async collect() {
      this.set((await countByStatus(db.read, 'ledger_accounts')).get('wallet') ?? 0)
    },
  })
  new Gauge({
    name: 'minispod_transactions',
    help: 'Transactions of all wallets',
    registers: [registry],
    async collect() {
      this.set((await countTransactions(db.read).get())?.total ?? 0)
    },
  })
  new Gauge({
    name: 'minispod_ledger_balance_rupiah',
    help: 'Balances of the house, and of all customers together: what wallets hold less what is owed',
    labelNames: ['account'],
    registers: [registry],
    async collect() {
      for (const { account, balance } of await balances(db.read)) this.set({ account }, balance)
    },
  })
}

/** Their numbers have no gaps. */
const countTransactions = prepared((db) =>
  db
    .select({ total: sql<number>`coalesce(max(${transactions.number}) - 100, 0)` })
    .from(transactions)
    .prepare(),
)

const houseAccounts = prepared((db) =>
  db
    .select({ account: ledgerAccounts.id, balance: sql<number>`${ledgerAccounts.balance}` })
    .from(ledgerAccounts)
    .where(isNull(ledgerAccounts.userId))
    .prepare(),
)

/** All balances sum to zero: the few accounts of the house say what the many customers have. */
async function balances(on: Drizzle): Promise<{ account: string; balance: number }[]> {
  const house = await houseAccounts(on).all()
  const customers = -house.reduce((sum, { balance }) => sum + Number(balance), 0)
  return [...house, { account: 'customers', balance: customers }]
}

/** Calls to the cluster's API server; the status of one that got no answer is 0. */
export function countClusterCalls({ registry }: Pick<Parts, 'registry'>): (report: CallReport) => void {
  const calls = new Counter({
    name: 'minispod_cluster_calls_total',
    help: 'Calls to the cluster',
    labelNames: ['verb', 'resource', 'status'],
    registers: [registry],
  })
  const seconds = new Counter({
    name: 'minispod_cluster_call_seconds_total',
    help: 'Time spent waiting for the cluster',
    labelNames: ['verb', 'resource'],
    registers: [registry],
  })
  return ({ verb, resource, status, ms }) => {
    calls.inc({ verb, resource, status })
    seconds.inc({ verb, resource }, ms / 1000)
  }
}
