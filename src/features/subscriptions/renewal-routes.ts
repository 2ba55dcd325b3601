import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import { once } from '../../http/idempotency'
import { localeOf } from '../../http/locale'
import { Answer, errors, guarded, ok } from '../../http/schema'
import type { Parts } from '../../parts'
import { setAutoRenew } from './auto-renew'
import { policyOf } from './policy'
import { renewNow } from './renew-now'
import { restoreSubscription } from './restore'
import { AutoRenewInput, PolicyView, RenewQuery, SubscriptionId, SubscriptionView } from './schema'
import { speakSubscription } from './view'

export const renewalRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/subscriptions', tags: ['Subscriptions'] })
    .use(accessControl(parts.authenticate))
    .get('/policy', () => ok(policyOf(parts)), {
      access: 'public',
      response: { 200: Answer(PolicyView), ...errors() },
      detail: {
        operationId: 'subscriptions_policy',
        summary: 'How long grace, suspension and the restore window last, and when reminders are sent',
      },
    })
    .post(
      '/:id/restore',
      ({ actor, params, request }) =>
        once(parts, { request, actor, body: {} }, 200, async (tx) =>
          speakSubscription(await restoreSubscription(parts, tx, actor, params.id), localeOf(request)),
        ),
      {
        access: 'customer',
        params: SubscriptionId,
        response: {
          200: Answer(SubscriptionView),
          ...guarded(
            'NOT_FOUND',
            'INVALID_STATE',
            'DUPLICATE_SUBSCRIPTION',
            'QUOTA_EXCEEDED',
            'INSUFFICIENT_BALANCE',
            'IDEMPOTENCY_CONFLICT',
          ),
        },
        detail: {
          operationId: 'subscriptions_restore',
          summary: 'Bring back what has ended, while its data is kept',
          description:
            'Until `dataKeptUntil`: takes a slot of the plan and charges a new period, which begins now, at what the plan costs now; the app starts with its data as it was.',
        },
      },
    )
    .put(
      '/:id/renew',
      ({ actor, params, query, request }) =>
        once(parts, { request, actor, body: query }, 200, async (tx) =>
          speakSubscription(await renewNow(parts, tx, actor, params.id, query.periodEnd), localeOf(request)),
        ),
      {
        access: 'customer',
        params: SubscriptionId,
        query: RenewQuery,
        response: {
          200: Answer(SubscriptionView),
          ...guarded('NOT_FOUND', 'INVALID_STATE', 'CONFLICT', 'INSUFFICIENT_BALANCE', 'IDEMPOTENCY_CONFLICT'),
        },
        detail: {
          operationId: 'subscriptions_renew',
          summary: 'Pay the next period now',
          description:
            'The period after the one that is paid, counted from the first day; at most one ahead. What is overdue or suspended for being unpaid comes back; an app that its owner had stopped stays stopped.',
        },
      },
    )
    .put(
      '/:id/auto-renew',
      async ({ actor, params, body, request }) => {
        const view = await parts.db.write((tx) => setAutoRenew(parts, tx, actor, params.id, body.autoRenew))
        return ok(speakSubscription(view, localeOf(request)))
      },
      {
        access: 'customer',
        params: SubscriptionId,
        body: AutoRenewInput,
        response: { 200: Answer(SubscriptionView), ...guarded('NOT_FOUND', 'INVALID_STATE') },
        detail: {
          operationId: 'subscriptions_auto_renew',
          summary: 'Renew by itself at the end of the period, or not',
          description: 'Turning it on takes back a cancellation for the end of the period.',
        },
      },
    )
