import { Elysia } from 'elysia'
import type { Actor } from '../../http/access'
import { accessControl } from '../../http/access'
import { once } from '../../http/idempotency'
import { localeOf } from '../../http/locale'
import { Answer, guarded, ListAnswer, listed, ok, pageOf } from '../../http/schema'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { type ControlVerb, controlInstance } from '../instances'
import { guardCodes } from '../vouchers'
import { cancelSubscription } from './cancel'
import { assertMayRun } from './may-run'
import { getOwnSubscription } from './read'
import { CancelInput, SubscribeInput, SubscriptionId, SubscriptionsQuery, SubscriptionView } from './schema'
import { subscribe } from './subscribe'
import { getOwnSubscriptionView, listOwnSubscriptions, speakSubscription, subscriptionViewOf } from './view'

const control: { verb: ControlVerb; path: string; operationId: string; summary: string }[] = [
  {
    verb: 'stop',
    path: '/:id/stop',
    operationId: 'subscriptions_stop',
    summary: 'Stop the app; data, slot and billing stay',
  },
  { verb: 'start', path: '/:id/start', operationId: 'subscriptions_start', summary: 'Start the stopped app' },
  { verb: 'restart', path: '/:id/restart', operationId: 'subscriptions_restart', summary: 'Restart the app' },
  {
    verb: 'retry',
    path: '/:id/retry-provisioning',
    operationId: 'subscriptions_retry_provisioning',
    summary: 'Deploy again what failed or was terminated',
  },
]

const atPeriodEnd =
  'The app runs until `currentPeriodEnd`, nothing is charged any more, and turning auto-renew on before then keeps the subscription.'
const now =
  'The subscription ends, its slot is free and the app stops at once. What was paid is not given back, also not for the rest of the period; only an upgrade that is still under way is undone and its charge returned.'
const neverReady =
  'One that is overdue has no paid period left and ends at once in both cases. Either way the app’s data is kept until `dataKeptUntil`, for the restore window that `GET /subscriptions/policy` tells. An app that never became ready ends at once in both cases, and all that was paid for it goes back to the wallet.'

export const subscriptionRoutes = (parts: Parts) => {
  const routes = new Elysia({ prefix: '/subscriptions', tags: ['Subscriptions'] })
    .use(accessControl(parts.authenticate))
    .post(
      '/',
      ({ actor, body, request }) =>
        guardCodes(parts, actor, body.voucher, () =>
          once(parts, { request, actor, body }, 201, (tx) => subscribe(parts, tx, actor, body)),
        ),
      {
        access: 'customer',
        body: SubscribeInput,
        response: {
          201: Answer(SubscriptionView),
          ...guarded(
            'NOT_FOUND',
            'INSUFFICIENT_BALANCE',
            'QUOTA_EXCEEDED',
            'DUPLICATE_SUBSCRIPTION',
            'UPGRADE_REQUIRED',
            'INVALID_PLAN',
            'INSUFFICIENT_RESOURCES',
            'VOUCHER_UNKNOWN',
            'VOUCHER_INVALID',
            'IDEMPOTENCY_CONFLICT',
            'UNAVAILABLE',
          ),
        },
        detail: { operationId: 'subscriptions_create', summary: 'Subscribe to a plan and deploy its app' },
      },
    )
    .get(
      '/',
      async ({ actor, query, request }) => {
        const page = pageOf(query)
        const { rows, total } = await listOwnSubscriptions(parts, actor, query, page)
        const locale = localeOf(request)
        return listed(
          rows.map((row) => speakSubscription(row, locale)),
          page,
          total,
        )
      },
      {
        access: 'customer',
        query: SubscriptionsQuery,
        response: { 200: ListAnswer(SubscriptionView), ...guarded() },
        detail: { operationId: 'subscriptions_list', summary: 'Own subscriptions' },
      },
    )
    .get(
      '/:id',
      async ({ actor, params, request }) =>
        ok(speakSubscription(await getOwnSubscriptionView(parts, actor, params.id), localeOf(request))),
      {
        access: 'customer',
        params: SubscriptionId,
        response: { 200: Answer(SubscriptionView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'subscriptions_get', summary: 'One subscription with its app' },
      },
    )
    .delete(
      '/:id',
      async ({ actor, params, request }) => {
        const view = await parts.db.write((tx) => cancelSubscription(parts, tx, actor, params.id, 'period_end'))
        return ok(speakSubscription(view, localeOf(request)))
      },
      {
        access: 'customer',
        params: SubscriptionId,
        response: { 200: Answer(SubscriptionView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
        detail: {
          operationId: 'subscriptions_delete',
          summary: 'Cancel at the end of the period',
          description: `The same as \`POST …/cancel\` with \`period_end\`. ${atPeriodEnd} ${neverReady}`,
        },
      },
    )
    .post(
      '/:id/cancel',
      ({ actor, params, body, request }) =>
        once(parts, { request, actor, body }, 200, async (tx) => {
          const view = await cancelSubscription(parts, tx, actor, params.id, body.when ?? 'period_end')
          return speakSubscription(view, localeOf(request))
        }),
      {
        access: 'customer',
        params: SubscriptionId,
        body: CancelInput,
        response: { 200: Answer(SubscriptionView), ...guarded('NOT_FOUND', 'INVALID_STATE', 'IDEMPOTENCY_CONFLICT') },
        detail: {
          operationId: 'subscriptions_cancel',
          summary: 'Cancel at the end of the period, or now',
          description: `\`period_end\`, the default: ${atPeriodEnd}\n\n\`now\`: ${now} ${neverReady}`,
        },
      },
    )
  for (const { verb, path, operationId, summary } of control) {
    routes.post(path, async ({ actor, params }) => ok(await controlBySubscription(parts, actor, params.id, verb)), {
      access: 'customer',
      params: SubscriptionId,
      response: { 200: Answer(SubscriptionView), ...guarded('NOT_FOUND', 'INVALID_STATE', 'INSUFFICIENT_BALANCE') },
      detail: { operationId, summary },
    })
  }
  return routes
}

async function controlBySubscription(parts: Parts, actor: Actor, id: string, verb: ControlVerb) {
  return parts.db.write(async (tx) => {
    const found = await getOwnSubscription(tx, actor, id)
    if (!found.instance) throw new AppError('INVALID_STATE', 'This subscription has no app yet')
    const instance = await controlInstance(parts, tx, actor, found.instance.id, { verb, mayRun: assertMayRun })
    return subscriptionViewOf(parts, tx, { ...found, instance })
  })
}
