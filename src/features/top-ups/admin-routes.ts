import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import { once, onceInTwoSteps } from '../../http/idempotency'
import { Answer, guarded, ListAnswer, listed, ok, pageOf } from '../../http/schema'
import type { Parts } from '../../parts'
import { getTopUpDetail, listRefunds, listTopUps, refundViewOf } from './admin-read'
import {
  AdminTopUpDetailView,
  AdminTopUpsQuery,
  AdminTopUpView,
  PaymentCaseDecision,
  PaymentCasesQuery,
  PaymentCaseView,
  PaymentParams,
  RefundConfirmation,
  RefundInput,
  RefundsQuery,
  RefundView,
  RefundWithdrawal,
} from './admin-schema'
import { resolveCase } from './case-decisions'
import { caseViewOf, listCases } from './case-read'
import { checkTopUp } from './check'
import { confirmRefund, withdrawRefund } from './refund-decisions'
import { beginRefund, getRefund, getReserved } from './refunds'

export const adminPaymentRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin', tags: ['Payments'] })
    .use(accessControl(parts.authenticate))
    .get(
      '/top-ups',
      async ({ query }) => {
        const page = pageOf(query)
        const { rows, total } = await listTopUps(parts.db.read, query, page)
        return listed(rows, page, total)
      },
      {
        access: 'admin',
        query: AdminTopUpsQuery,
        response: { 200: ListAnswer(AdminTopUpView), ...guarded() },
        detail: { operationId: 'admin_top_ups', summary: 'Everybody’s top-ups' },
      },
    )
    .get('/top-ups/:id', async ({ params }) => ok(await getTopUpDetail(parts.db.read, params.id)), {
      access: 'admin',
      params: PaymentParams,
      response: { 200: Answer(AdminTopUpDetailView), ...guarded('NOT_FOUND') },
      detail: { operationId: 'admin_top_up', summary: 'One top-up, with its refunds and cases' },
    })
    .post(
      '/top-ups/:id/check',
      async ({ actor, params }) => {
        await checkTopUp(parts, actor, params.id)
        return ok(await getTopUpDetail(parts.db.read, params.id))
      },
      {
        access: 'admin',
        params: PaymentParams,
        response: { 200: Answer(AdminTopUpDetailView), ...guarded('NOT_FOUND', 'PAYMENT_FAILED', 'UNAVAILABLE') },
        detail: { operationId: 'admin_top_up_check', summary: 'Ask the payment provider now, and book what it says' },
      },
    )
    .post(
      '/top-ups/:id/refunds',
      ({ actor, params, body, request }) =>
        once(parts, { request, actor, body }, 201, async (tx) =>
          refundViewOf(await beginRefund(parts, tx, actor, params.id, body)),
        ),
      {
        access: 'admin',
        params: PaymentParams,
        body: RefundInput,
        response: {
          201: Answer(RefundView),
          ...guarded('NOT_FOUND', 'INVALID_STATE', 'IDEMPOTENCY_CONFLICT', 'REQUEST_IN_PROGRESS'),
        },
        detail: {
          operationId: 'admin_refund',
          summary: 'Refund a top-up to its payment method',
          description:
            'The money leaves the wallet at once (RESERVED), is sent by the provider or by hand, and is then POSTED; one that can’t be sent is VOIDED and back in the wallet. Never more than was paid.',
        },
      },
    )
    .get(
      '/refunds',
      async ({ query }) => {
        const page = pageOf(query)
        const { rows, total } = await listRefunds(parts.db.read, query, page)
        return listed(rows, page, total)
      },
      {
        access: 'admin',
        query: RefundsQuery,
        response: { 200: ListAnswer(RefundView), ...guarded() },
        detail: { operationId: 'admin_refunds', summary: 'Refunds to payment methods' },
      },
    )
    .post(
      '/refunds/:id/confirm',
      ({ actor, params, body, request }) =>
        once(parts, { request, actor, body }, 200, async (tx) =>
          refundViewOf(await confirmRefund(parts, tx, actor, params.id, body.reference)),
        ),
      {
        access: 'admin',
        params: PaymentParams,
        body: RefundConfirmation,
        response: {
          200: Answer(RefundView),
          ...guarded('NOT_FOUND', 'INVALID_STATE', 'IDEMPOTENCY_CONFLICT', 'REQUEST_IN_PROGRESS'),
        },
        detail: { operationId: 'admin_refund_confirm', summary: 'A manual refund has been sent' },
      },
    )
    .post(
      '/refunds/:id/withdraw',
      ({ actor, params, body, request }) =>
        onceInTwoSteps(parts, { request, actor, body }, 200, {
          begin: async (tx) => (await getReserved(tx, params.id)).refund,
          finish: async ({ id }) => refundViewOf(await withdrawRefund(parts, actor, id, body.reason)),
          recall: async (id) => refundViewOf((await getRefund(parts.db.read, id)).refund),
        }),
      {
        access: 'admin',
        params: PaymentParams,
        body: RefundWithdrawal,
        response: {
          200: Answer(RefundView),
          ...guarded(
            'NOT_FOUND',
            'INVALID_STATE',
            'IDEMPOTENCY_CONFLICT',
            'REQUEST_IN_PROGRESS',
            'PAYMENT_FAILED',
            'UNAVAILABLE',
          ),
        },
        detail: {
          operationId: 'admin_refund_withdraw',
          summary: 'Put the money of an unsent refund back into the wallet',
          description: 'The provider is asked first: what it has sent already stays sent.',
        },
      },
    )
    .get(
      '/payment-cases',
      async ({ query }) => {
        const page = pageOf(query)
        const { rows, total } = await listCases(parts.db.read, query, page)
        return listed(rows.map(caseViewOf), page, total)
      },
      {
        access: 'admin',
        query: PaymentCasesQuery,
        response: { 200: ListAnswer(PaymentCaseView), ...guarded() },
        detail: { operationId: 'admin_payment_cases', summary: 'Payments that were set aside for a person' },
      },
    )
    .post(
      '/payment-cases/:id/resolve',
      ({ actor, params, body, request }) =>
        once(parts, { request, actor, body }, 200, async (tx) =>
          caseViewOf(await resolveCase(parts, tx, actor, params.id, body)),
        ),
      {
        access: 'admin',
        params: PaymentParams,
        body: PaymentCaseDecision,
        response: {
          200: Answer(PaymentCaseView),
          ...guarded('NOT_FOUND', 'INVALID_STATE', 'IDEMPOTENCY_CONFLICT', 'REQUEST_IN_PROGRESS'),
        },
        detail: {
          operationId: 'admin_payment_case_resolve',
          summary: 'Credit a payment that was set aside, or dismiss it',
        },
      },
    )
