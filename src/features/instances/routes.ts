import { Elysia, t } from 'elysia'
import type { Tx } from '../../db'
import { accessControl } from '../../http/access'
import { localeOf } from '../../http/locale'
import { Answer, guarded, ListAnswer, ListQuery, listed, ok, pageOf } from '../../http/schema'
import type { Parts } from '../../parts'
import { configureInstance } from './configure'
import { type ControlVerb, controlInstance, type Gate, terminateInstance } from './control'
import { getOwnShownInstance, instanceViewOf, listOwnInstances, speakInstance, speakReason } from './read'
import { ConfigInput, ConfirmInput, HealthView, InstanceId, InstanceStatusWord, InstanceView } from './schema'
import type { Instance } from './tables'

const control: { verb: ControlVerb; summary: string }[] = [
  { verb: 'stop', summary: 'Scale the app to nothing; its data stays' },
  { verb: 'start', summary: 'Scale the app up again' },
  { verb: 'restart', summary: 'Restart the app' },
  { verb: 'retry', summary: 'Remove what failed and deploy again' },
]

/** @param mayRun asked before anything that would run an app */
export const instanceRoutes = (parts: Parts, mayRun: Gate) => {
  const { db } = parts
  const viewAfter = async (act: (tx: Tx) => Promise<Instance>) => instanceViewOf(parts, db.read, await db.write(act))
  const routes = new Elysia({ prefix: '/instances', tags: ['Instances'] })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async ({ actor, query, request }) => {
        const page = pageOf(query)
        const { rows, total } = await listOwnInstances(parts, actor, query, page)
        const locale = localeOf(request)
        return listed(
          rows.map((row) => speakInstance(row, locale)),
          page,
          total,
        )
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
      async ({ actor, params, request }) => {
        const view = await instanceViewOf(parts, db.read, await getOwnShownInstance(db.read, actor, params.id))
        return ok(speakInstance(view, localeOf(request)))
      },
      {
        access: 'customer',
        params: InstanceId,
        response: { 200: Answer(InstanceView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'instances_get', summary: 'One instance' },
      },
    )
    .get(
      '/:id/health',
      async ({ actor, params, request }) => {
        const instance = await getOwnShownInstance(db.read, actor, params.id)
        return ok({
          instanceId: instance.id,
          healthy: instance.status === 'RUNNING',
          status: instance.status,
          reason: speakReason(instance.statusReason, localeOf(request)),
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
    .patch(
      '/:id/config',
      async ({ actor, params, body }) =>
        ok(await viewAfter((tx) => configureInstance(parts, tx, actor, params.id, body.config))),
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
        ok(await viewAfter((tx) => terminateInstance(parts, tx, actor, params.id, body.confirm))),
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
        ok(await viewAfter((tx) => controlInstance(parts, tx, actor, params.id, { verb, mayRun }))),
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
