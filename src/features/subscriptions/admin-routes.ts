import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import { once } from '../../http/idempotency'
import { Answer, guarded } from '../../http/schema'
import type { Parts } from '../../parts'
import { forceCancel } from './admin-cancel'
import { refundSubscription } from './admin-refund'
import {
  ForcedCancelInput,
  SubscriptionId,
  SubscriptionRefundInput,
  SubscriptionRefundView,
  SubscriptionView,
} from './schema'

/** What an administrator does to somebody's subscription. */
export const adminSubscriptionRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/subscriptions', tags: ['Subscriptions'] })
    .use(accessControl(parts.authenticate))
    .post(
      '/:id/refund',
      ({ actor, params, body, request }) =>
        once(parts, { request, actor, body }, 201, (tx) => refundSubscription(parts, tx, actor, params.id, body)),
      {
        access: 'admin',
        params: SubscriptionId,
        body: SubscriptionRefundInput,
        response: {
          201: Answer(SubscriptionRefundView),
          ...guarded('NOT_FOUND', 'INVALID_STATE', 'IDEMPOTENCY_CONFLICT'),
        },
        detail: {
          operationId: 'admin_refund_subscription',
          summary: 'Refund what was paid for the current period to the wallet',
          description:
            'Of the period’s charge, of upgrades within it, and of the next period if it is paid ahead: `full`, `prorated` for the time that is left, or an `amount`. Never more than was paid. The subscription goes on as it was.',
        },
      },
    )
    .post(
      '/:id/cancel',
      ({ actor, params, body, request }) =>
        once(parts, { request, actor, body }, 200, (tx) => forceCancel(parts, tx, actor, params.id, body)),
      {
        access: 'admin',
        params: SubscriptionId,
        body: ForcedCancelInput,
        response: { 200: Answer(SubscriptionView), ...guarded('NOT_FOUND', 'INVALID_STATE', 'IDEMPOTENCY_CONFLICT') },
        detail: {
          operationId: 'admin_cancel_subscription',
          summary: 'End somebody’s subscription, now or with its period',
          description:
            'With `now` the slot is free, the app stops and its data is kept for the restore window; the rest of what was paid can be refunded. An app that was never ready ends now and is refunded in full. The customer is told by mail.',
        },
      },
    )
