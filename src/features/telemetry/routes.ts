import { Elysia, t } from 'elysia'
import { type Actor, accessControl } from '../../http/access'
import { localeOf } from '../../http/locale'
import { Answer, guarded, Media, ok } from '../../http/schema'
import type { Parts } from '../../parts'
import { findTemplateOf } from '../app-templates'
import { findInstance, getOwnInstance } from '../instances'
import { InstanceId } from '../instances/schema'
import { getOwnSubscription } from '../subscriptions'
import { SubscriptionId } from '../subscriptions/schema'
import { parsePosition } from './log-position'
import { followLogs, wantedLog } from './log-stream'
import { readLogs } from './logs'
import { readMetrics } from './metrics'
import { LogLineView, LogStreamQuery, LogsQuery, MetricsView } from './schema'

/** A browser's `EventSource` sends it by itself after a break. */
const LastEventId = t.Object({
  'last-event-id': t.Optional(
    t.String({ description: 'The `id` of the last event that was received: the stream goes on right after it' }),
  ),
})

/** Logs and figures of an app, asked of the cluster at this moment. */
export const telemetryRoutes = (parts: Parts) =>
  new Elysia().use(accessControl(parts.authenticate)).use(metricsRoutes(parts)).use(logRoutes(parts))

const metricsRoutes = (parts: Parts) =>
  new Elysia()
    .use(accessControl(parts.authenticate))
    .get(
      '/instances/:id/metrics',
      async ({ actor, params, request }) =>
        ok(await readMetrics(parts, await getOwnInstance(parts.db.read, actor, params.id), localeOf(request))),
      {
        access: 'customer',
        params: InstanceId,
        response: { 200: Answer(MetricsView), ...guarded('NOT_FOUND') },
        detail: {
          operationId: 'instances_metrics',
          summary: 'CPU and memory at this moment',
          tags: ['Instances'],
        },
      },
    )
    .get(
      '/subscriptions/:id/metrics',
      async ({ actor, params, request }) => {
        const { instance } = await getOwnSubscription(parts.db.read, actor, params.id)
        return ok(await readMetrics(parts, instance, localeOf(request)))
      },
      {
        access: 'customer',
        params: SubscriptionId,
        response: { 200: Answer(MetricsView), ...guarded('NOT_FOUND') },
        detail: {
          operationId: 'subscriptions_metrics',
          summary: 'CPU and memory of the app at this moment',
          tags: ['Subscriptions'],
        },
      },
    )

const logRoutes = (parts: Parts) => {
  const { db, kube } = parts
  const appOf = async (actor: Actor, id: string) => {
    const instance = await getOwnInstance(db.read, actor, id)
    return { instance, template: await findTemplateOf(db.read, instance) }
  }
  return new Elysia({ prefix: '/instances', tags: ['Instances'] })
    .use(accessControl(parts.authenticate))
    .get(
      '/:id/logs',
      async ({ actor, params, query }) => ok(await readLogs(kube, await appOf(actor, params.id), query)),
      {
        access: 'customer',
        params: InstanceId,
        query: LogsQuery,
        response: { 200: Answer(t.Array(LogLineView)), ...guarded('NOT_FOUND', 'CLUSTER_UNAVAILABLE') },
        detail: { operationId: 'instances_logs', summary: 'The last lines of the log' },
      },
    )
    .get(
      '/:id/logs/stream',
      async ({ actor, params, query, request }) => {
        const app = await appOf(actor, params.id)
        const { instance } = app
        const wanted = wantedLog(app, query)
        const from = parsePosition(request.headers.get('last-event-id'))
        const source = { kube, reload: () => findInstance(db.read, instance.id) }
        return parts.streams.respond(request, actor, (sink) => followLogs(source, instance, wanted, from, sink))
      },
      {
        access: 'customer',
        params: InstanceId,
        query: LogStreamQuery,
        headers: LastEventId,
        response: {
          200: Media('text/event-stream', '`line`, `status`, `error`, `ping`; resumes by Last-Event-ID'),
          ...guarded('NOT_FOUND', 'UNAVAILABLE'),
        },
        detail: {
          operationId: 'instances_log_stream',
          summary: 'Follow the log by server-sent events',
          description:
            'History first, then each line as it comes: events `line` (`{timestamp, stream, pod, container, line}`), `status`, `error` and `ping`.',
        },
      },
    )
}
