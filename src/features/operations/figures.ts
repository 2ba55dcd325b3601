import { count } from 'drizzle-orm'
import { Counter, Gauge } from 'prom-client'
import type { CallReport } from '../../kube'
import type { Parts } from '../../parts'
import { instances } from '../instances/tables'
import { subscriptions } from '../subscriptions/tables'
import { paymentCases, refunds, topUps } from '../top-ups/tables'

type Counted = typeof instances | typeof subscriptions | typeof topUps | typeof refunds | typeof paymentCases

/** Counted when somebody looks, from the rows themselves: a figure kept beside them could drift. */
export function registerFigures({ registry, db, streams }: Pick<Parts, 'registry' | 'db' | 'streams'>): void {
  const byStatus = (name: string, help: string, table: Counted) =>
    new Gauge({
      name,
      help,
      labelNames: ['status'],
      registers: [registry],
      async collect() {
        this.reset()
        const rows = await db.read
          .select({ status: table.status, total: count() })
          .from(table)
          .groupBy(table.status)
          .all()
        for (const { status, total } of rows) this.set({ status }, total)
      },
    })
  byStatus('minispod_instances', 'Apps by status', instances)
  byStatus('minispod_subscriptions', 'Subscriptions by status', subscriptions)
  byStatus('minispod_top_ups', 'Top-ups by status', topUps)
  byStatus('minispod_refunds', 'Refunds to payment methods by status', refunds)
  byStatus('minispod_payment_cases', 'Payments set aside for a person, by status; alert on OPEN', paymentCases)
  new Gauge({
    name: 'minispod_event_streams',
    help: 'Open server-sent event streams',
    registers: [registry],
    collect() {
      this.set(streams.count)
    },
  })
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
