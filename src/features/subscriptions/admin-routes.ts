import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded } from '../../http/schema'
import type { Parts } from '../../parts'
import { actOrPreview } from './admin/act-or-preview'
import { DoneOrPreviewed, PreviewQuery, SubscriptionPreviewView } from './admin/act-schema'
import { forceCancel } from './admin-cancel'
import { refundSubscription } from './admin-refund'
import { ForcedCancelInput, SubscriptionId, SubscriptionRefundInput, SubscriptionRefundView } from './schema'

/** What an administrator does to somebody's subscription. */
export const adminSubscriptionRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/subscriptions', tags: ['Subscriptions'] })
    .use(accessControl(parts.authenticate))
    .post(
      '/:id/refund',
      (call) =>
        actOrPreview(
          parts,
          call,
          201,
          (tx) => refundSubscription(parts, tx, call.actor, call.params.id, call.body),
          ({ subscriptionId }) => subscriptionId,
        ),
      {
        access: 'admin',
        params: SubscriptionId,
        query: PreviewQuery,
        body: SubscriptionRefundInput,
        response: {
          200: Answer(SubscriptionPreviewView),
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
      (call) =>
        actOrPreview(
          parts,
          call,
          200,
          (tx) => forceCancel(parts, tx, call.actor, call.params.id, call.body),
          ({ id }) => id,
        ),
      {
        access: 'admin',
        params: SubscriptionId,
        query: PreviewQuery,
        body: ForcedCancelInput,
        response: { 200: Answer(DoneOrPreviewed), ...guarded('NOT_FOUND', 'INVALID_STATE', 'IDEMPOTENCY_CONFLICT') },
        detail: {
          operationId: 'admin_cancel_subscription',
          summary: 'End somebody’s subscription, now or with its period',
          description:
            'With `now` the slot is free, the app stops and its data is kept for the restore window; the rest of what was paid can be refunded. An app that was never ready ends now and is refunded in full. The customer is told by mail.',
        },
      },
    )
