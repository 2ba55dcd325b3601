import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded, ListAnswer, ListQuery, listed, Media, ok, pageOf } from '../../http/schema'
import type { Parts } from '../../parts'
import { parsePosition } from '../telemetry/log-position'
import { followLogs, wantedLog } from '../telemetry/log-stream'
import { readLogs } from '../telemetry/logs'
import { readMetrics } from '../telemetry/metrics'
import { configureInstance } from './configure'
import { type ControlVerb, controlInstance, terminateInstance } from './control'
import { findInstance, getOwnInstance, instanceViewOf, listOwnInstances } from './read'
import {
  ConfigInput,
  ConfirmInput,
  HealthView,
  InstanceId,
  InstanceStatusWord,
  InstanceView,
  LogLineView,
  MetricsView,
} from './schema'

const logFilters = {
  container: t.Optional(t.String({ maxLength: 63 })),
  tail: t.Optional(t.Integer({ minimum: 0, maximum: 5_000, default: 100 })),
  since: t.Optional(t.String({ format: 'date-time' })),
  ansi: t.Optional(t.Boolean({ description: 'Keep colour codes' })),
}
const LogsQuery = t.Object({ ...logFilters, previous: t.Optional(t.Boolean()) })
const LogStreamQuery = t.Object(logFilters)

const control: { verb: ControlVerb; summary: string }[] = [
  { verb: 'stop', summary: 'Scale the app to nothing; its data stays' },
  { verb: 'start', summary: 'Scale the app up again' },
  { verb: 'restart', summary: 'Restart the app' },
  { verb: 'retry', summary: 'Remove what failed and deploy again' },
]

export const instanceRoutes = (parts: Parts) => {
  const { db, kube } = parts
  const routes = new Elysia({ prefix: '/instances', tags: ['Instances'] })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async ({ actor, query }) => {
        const page = pageOf(query)
        const { rows, total } = await listOwnInstances(parts, actor, query, page)
        return listed(rows, page, total)
      },
      {
        access: 'customer',
        query: ListQuery({ status: t.Optional(InstanceStatusWord) }),
        response: { 200: ListAnswer(InstanceView), ...guarded() },
        detail: { operationId: 'instances_list', summary: 'Own instances' },
      },
    )
    .get(
      '/:id',
      async ({ actor, params }) => ok(instanceViewOf(parts, await getOwnInstance(db.read, actor, params.id))),
      {
        access: 'customer',
        params: InstanceId,
        response: { 200: Answer(InstanceView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'instances_get', summary: 'One instance' },
      },
    )
    .get(
      '/:id/metrics',
      async ({ actor, params }) => ok(await readMetrics(parts, await getOwnInstance(db.read, actor, params.id))),
      {
        access: 'customer',
        params: InstanceId,
        response: { 200: Answer(MetricsView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'instances_metrics', summary: 'CPU and memory at this moment' },
      },
    )
    .get(
      '/:id/health',
      async ({ actor, params }) => {
        const instance = await getOwnInstance(db.read, actor, params.id)
        return ok({
          instanceId: instance.id,
          healthy: instance.status === 'RUNNING',
          status: instance.status,
          reason: instance.statusReason,
          restarts: instance.restarts,
          checkedAt: instance.updatedAt.toISOString(),
        })
      },
      {
        access: 'customer',
        params: InstanceId,
        response: { 200: Answer(HealthView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'instances_health', summary: 'Whether the app is ready, and if not why' },
      },
    )
    .get(
      '/:id/logs',
      async ({ actor, params, query }) =>
        ok(await readLogs(kube, await getOwnInstance(db.read, actor, params.id), query)),
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
        const instance = await getOwnInstance(db.read, actor, params.id)
        const wanted = wantedLog(instance, query)
        const from = parsePosition(request.headers.get('last-event-id'))
        const source = { kube, reload: () => findInstance(db.read, instance.id) }
        return parts.streams.respond(request, actor, (sink) => followLogs(source, instance, wanted, from, sink))
      },
      {
        access: 'customer',
        params: InstanceId,
        query: LogStreamQuery,
        response: {
          200: Media('text/event-stream', '`line`, `status`, `error`, `ping`; resumes by Last-Event-ID'),
          ...guarded('NOT_FOUND', 'UNAVAILABLE'),
        },
        detail: { operationId: 'instances_log_stream', summary: 'Follow the log by server-sent events' },
      },
    )
    .patch(
      '/:id/config',
      async ({ actor, params, body }) =>
        ok(instanceViewOf(parts, await db.write((tx) => configureInstance(parts, tx, actor, params.id, body.config)))),
      {
        access: 'customer',
        params: InstanceId,
        body: ConfigInput,
        response: { 200: Answer(InstanceView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
        detail: { operationId: 'instances_configure', summary: 'Change the app’s configuration' },
      },
    )
    .delete(
      '/:id',
      async ({ actor, params, body }) =>
        ok(instanceViewOf(parts, await db.write((tx) => terminateInstance(parts, tx, actor, params.id, body.confirm)))),
      {
        access: 'customer',
        params: InstanceId,
        body: ConfirmInput,
        response: { 200: Answer(InstanceView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'instances_terminate', summary: 'Remove the app and its data; the subscription stays' },
      },
    )
  for (const { verb, summary } of control) {
    routes.put(
      `/:id/${verb}`,
      async ({ actor, params }) =>
        ok(instanceViewOf(parts, await db.write((tx) => controlInstance(parts, tx, actor, params.id, verb)))),
      {
        access: 'customer',
        params: InstanceId,
        response: { 200: Answer(InstanceView), ...guarded('NOT_FOUND', 'INVALID_STATE', 'INSUFFICIENT_BALANCE') },
        detail: { operationId: `instances_${verb}`, summary },
      },
    )
  }
  return routes
}
