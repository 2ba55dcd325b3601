import { Elysia, t } from 'elysia'
import { accessControl } from '../../../http/access'
import { once } from '../../../http/idempotency'
import {
  Answer,
  guarded,
  IdText,
  Instant,
  ListAnswer,
  ListQuery,
  listed,
  model,
  nullable,
  ok,
  pageOf,
  words,
} from '../../../http/schema'
import type { Parts } from '../../../parts'
import type { Gate } from '../control'
import { getOwnInstance, getOwnShownInstance, instanceViewOf } from '../read'
import { ConfigValues, InstanceId, InstanceView } from '../schema'
import { beginUpdate } from './begin'
import { findNewestRollout, startRollout, stopRollout } from './rollout'
import { listUpdates } from './rows'

const repeated = ['IDEMPOTENCY_CONFLICT', 'REQUEST_IN_PROGRESS'] as const

const UpdateInput = model(
  'UpdateInput',
  t.Object({
    version: t.Optional(
      t.Integer({ minimum: 1, maximum: 1_000_000, description: 'Newer than the app’s own; else the newest' }),
    ),
    config: t.Optional(ConfigValues),
  }),
)

const UpdateView = model(
  'InstanceUpdate',
  t.Object({
    number: t.Integer(),
    fromVersion: t.Integer(),
    toVersion: t.Integer(),
    status: words('PENDING', 'DONE', 'ROLLED_BACK'),
    reason: nullable(t.String({ description: 'Why it was taken back, in a word' })),
    byOperator: t.Boolean({ description: 'Part of an update of all apps' }),
    createdAt: Instant,
    endedAt: nullable(Instant),
  }),
)

/** @param mayUpdate asked of the app's subscription before anything is changed */
export const updateRoutes = (parts: Parts, mayUpdate: Gate) =>
  new Elysia({ prefix: '/instances/:id', tags: ['Instances'] })
    .use(accessControl(parts.authenticate))
    .post(
      '/update',
      ({ actor, params, body, request }) =>
        once(parts, { request, actor, body }, 200, async (tx) => {
          const instance = await getOwnInstance(tx, actor, params.id)
          return instanceViewOf(parts, tx, await beginUpdate(parts, tx, instance, { ...body, actor, mayUpdate }))
        }),
      {
        access: 'customer',
        params: InstanceId,
        body: UpdateInput,
        response: {
          200: Answer(InstanceView),
          ...guarded(
            'NOT_FOUND',
            'INVALID_STATE',
            'INVALID_PLAN',
            'INSUFFICIENT_RESOURCES',
            'INSUFFICIENT_BALANCE',
            ...repeated,
          ),
        },
        detail: {
          operationId: 'instances_update',
          summary: 'Update the app to a newer version of its template',
          description:
            'The app restarts as the newer version. If it can’t run there, or is stopped before it does, it goes back by itself, with its configuration from before.',
        },
      },
    )
    .get(
      '/updates',
      async ({ actor, params, query }) => {
        const { id } = await getOwnShownInstance(parts.db.read, actor, params.id)
        const page = pageOf(query)
        const { rows, total } = await listUpdates(parts.db.read, id, page)
        return listed(rows, page, total)
      },
      {
        access: 'customer',
        params: InstanceId,
        query: ListQuery({}),
        response: { 200: ListAnswer(UpdateView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'instances_updates', summary: 'The app’s updates, the newest first' },
      },
    )

const RolloutView = model(
  'UpdateOfAll',
  t.Object({
    id: t.String(),
    toVersion: t.Integer(),
    status: words('RUNNING', 'DONE', 'STOPPED'),
    stoppedBecause: nullable(words('rolled-back', 'asked')),
    done: t.Integer({ description: 'Apps that run as the new version' }),
    rolledBack: t.Integer({ description: 'Apps that went back to theirs' }),
    pending: t.Integer({ description: 'Apps on their way, three at most' }),
    skipped: t.Integer({ description: 'Apps that could not be updated as they were; they are still offered it' }),
    left: t.Integer({ description: 'Apps that it has not come to yet' }),
    createdAt: Instant,
    endedAt: nullable(Instant),
  }),
)

export const rolloutRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/templates/:templateName/update-all', tags: ['Templates'] })
    .use(accessControl(parts.authenticate))
    .get('/', async ({ params }) => ok(await findNewestRollout(parts.db.read, params.templateName)), {
      access: 'admin',
      params: t.Object({ templateName: IdText }),
      response: { 200: Answer(nullable(RolloutView)), ...guarded('NOT_FOUND') },
      detail: {
        operationId: 'admin_update_of_all',
        summary: 'How far the newest update of all apps has come; null if there was none',
      },
    })
    .post(
      '/',
      ({ actor, params, request }) =>
        once(parts, { request, actor, body: null }, 202, (tx) => startRollout(parts, tx, actor, params.templateName)),
      {
        access: 'admin',
        params: t.Object({ templateName: IdText }),
        response: { 202: Answer(RolloutView), ...guarded('NOT_FOUND', 'INVALID_STATE', ...repeated) },
        detail: {
          operationId: 'admin_update_all',
          summary: 'Update all apps of older versions to the one that is sold',
          description:
            'Three at a time. An app that does not run as the new version goes back by itself; after three of them in a row no further one is tried.',
        },
      },
    )
    .delete(
      '/',
      async ({ actor, params }) => ok(await parts.db.write((tx) => stopRollout(parts, tx, actor, params.templateName))),
      {
        access: 'admin',
        params: t.Object({ templateName: IdText }),
        response: { 200: Answer(RolloutView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_stop_update_all', summary: 'Try no further app; those on their way go on' },
      },
    )
