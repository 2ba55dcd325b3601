import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { onceInTwoSteps } from '../../http/idempotency'
import { localeOf } from '../../http/locale'
import { Answer, errors, guarded, IdText, ListAnswer, listed, ok, pageOf } from '../../http/schema'
import type { Parts } from '../../parts'
import { guardCodes } from '../vouchers'
import { chargeTopUp, recallTopUp } from './charge'
import { maxNotificationBytes, receiveNotification } from './notifications'
import { listPaymentMethods } from './payment-methods'
import { PaymentMethodView, TopUpInput, TopUpsQuery, TopUpView } from './schema'
import { beginTopUp } from './top-up'
import { getOwnTopUp, listOwnTopUps, topUpViewOf } from './top-up-read'
import { cancelTopUp } from './withdraw'

const Id = t.Object({ id: IdText })

export const topUpRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/wallet', tags: ['Wallet'] })
    .use(accessControl(parts.authenticate))
    .get('/payment-methods', ({ request }) => ok(listPaymentMethods(parts.config, localeOf(request))), {
      access: 'public',
      response: { 200: Answer(t.Array(PaymentMethodView)), ...errors() },
      detail: { operationId: 'wallet_payment_methods', summary: 'Ways to pay, with their bounds' },
    })
    .post(
      '/top-ups',
      ({ actor, body, request }) =>
        guardCodes(parts, actor, body.voucher, () =>
          onceInTwoSteps(parts, { request, actor, body }, 201, {
            begin: (tx) => beginTopUp(parts, tx, actor, body),
            finish: (topUp) => chargeTopUp(parts, topUp, body.cardToken),
            recall: (id) => recallTopUp(parts, id, body.cardToken),
          }),
        ),
      {
        access: 'customer',
        body: TopUpInput,
        response: {
          201: Answer(TopUpView),
          ...guarded(
            'CONFLICT',
            'IDEMPOTENCY_CONFLICT',
            'CARD_TOKEN_INVALID',
            'VOUCHER_UNKNOWN',
            'VOUCHER_INVALID',
            'REQUEST_IN_PROGRESS',
            'PAYMENT_FAILED',
            'UNAVAILABLE',
          ),
        },
        detail: { operationId: 'wallet_top_up', summary: 'Top up: says how to pay' },
      },
    )
    .get(
      '/top-ups',
      async ({ actor, query }) => {
        const page = pageOf(query)
        const { rows, total } = await listOwnTopUps(parts.db.read, actor, query, page)
        return listed(rows, page, total)
      },
      {
        access: 'customer',
        query: TopUpsQuery,
        response: { 200: ListAnswer(TopUpView), ...guarded() },
        detail: {
          operationId: 'wallet_top_ups',
          summary: 'Your top-ups',
          description:
            'Those that wait for payment can be cancelled, also where the payment provider never took the order.',
        },
      },
    )
    .get(
      '/top-ups/:id',
      async ({ actor, params }) => ok(topUpViewOf(await getOwnTopUp(parts.db.read, actor, params.id))),
      {
        access: 'customer',
        params: Id,
        response: { 200: Answer(TopUpView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'wallet_top_up_get', summary: 'One top-up' },
      },
    )
    .post('/top-ups/:id/cancel', async ({ actor, params }) => ok(await cancelTopUp(parts, actor, params.id)), {
      access: 'customer',
      params: Id,
      response: { 200: Answer(TopUpView), ...guarded('NOT_FOUND', 'INVALID_STATE', 'PAYMENT_FAILED', 'UNAVAILABLE') },
      detail: { operationId: 'wallet_top_up_cancel', summary: 'Cancel a top-up that is not paid' },
    })

export const webhookRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/webhooks', tags: ['Webhooks'] }).use(accessControl(parts.authenticate)).post(
    '/midtrans',
    async ({ body }) => {
      await receiveNotification(parts, body)
      return ok(null)
    },
    {
      access: 'provider',
      body: t.Object(
        { order_id: IdText },
        {
          additionalProperties: true,
          'x-max-bytes': maxNotificationBytes,
          description: 'A notification as Midtrans sends it',
        },
      ),
      response: { 200: Answer(t.Null()), ...errors('FORBIDDEN', 'NOT_FOUND', 'PAYLOAD_TOO_LARGE', 'UNAVAILABLE') },
      detail: { operationId: 'webhooks_midtrans', summary: 'Payment notification' },
    },
  )
