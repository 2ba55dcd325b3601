import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import { once } from '../../http/idempotency'
import { localeOf } from '../../http/locale'
import { Answer, guarded, ok } from '../../http/schema'
import type { Parts } from '../../parts'
import { setAutoRenew } from './auto-renew'
import { renewNow } from './renew-now'
import { AutoRenewInput, RenewQuery, SubscriptionId, SubscriptionView } from './schema'
import { speakSubscription } from './view'

export const renewalRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/subscriptions', tags: ['Subscriptions'] })
    .use(accessControl(parts.authenticate))
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
