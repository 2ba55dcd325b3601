import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import { once } from '../../http/idempotency'
import { expectedTags, tagged } from '../../http/precondition'
import { Answer, guarded, ListAnswer, listed, pageOf } from '../../http/schema'
import type { Parts } from '../../parts'
import { changeVoucher } from './change'
import { createVoucher } from './create'
import { getVoucher, listUses, listVouchers, voucherViewOf } from './read'
import {
  VoucherChange,
  VoucherId,
  VoucherInput,
  VouchersQuery,
  VoucherUsesQuery,
  VoucherUseView,
  VoucherView,
} from './schema'

export const adminVoucherRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/vouchers', tags: ['Vouchers'] })
    .use(accessControl(parts.authenticate))
    .get(
      '/',
      async ({ query }) => {
        const page = pageOf(query)
        const { rows, total } = await listVouchers(parts.db.read, query, page, parts.clock.now())
        return listed(rows, page, total)
      },
      {
        access: 'admin',
        query: VouchersQuery,
        response: { 200: ListAnswer(VoucherView), ...guarded() },
        detail: { operationId: 'admin_vouchers', summary: 'All vouchers' },
      },
    )
    .post(
      '/',
      ({ actor, body, request }) =>
        once(parts, { request, actor, body }, 201, (tx) => createVoucher(parts, tx, actor, body)),
      {
        access: 'admin',
        body: VoucherInput,
        response: { 201: Answer(VoucherView), ...guarded('CONFLICT', 'IDEMPOTENCY_CONFLICT', 'REQUEST_IN_PROGRESS') },
        detail: {
          operationId: 'admin_create_voucher',
          summary: 'Make a voucher, with a code of your own or one that nobody can guess',
          description:
            'What it is worth and for what never changes afterwards; how often and until when it can be used may.',
        },
      },
    )
    .get(
      '/:id',
      async ({ params, set }) =>
        tagged(set, voucherViewOf(await getVoucher(parts.db.read, params.id), parts.clock.now())),
      {
        access: 'admin',
        params: VoucherId,
        response: { 200: Answer(VoucherView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_voucher', summary: 'One voucher; its ETag is what a change has to name' },
      },
    )
    .patch(
      '/:id',
      async ({ actor, params, body, request, set }) => {
        const change = { expected: expectedTags(request), input: body }
        return tagged(set, await parts.db.write((tx) => changeVoucher(parts, tx, actor, params.id, change)))
      },
      {
        access: 'admin',
        params: VoucherId,
        body: VoucherChange,
        response: {
          200: Answer(VoucherView),
          ...guarded('NOT_FOUND', 'INVALID_STATE', 'PRECONDITION_REQUIRED', 'PRECONDITION_FAILED'),
        },
        detail: {
          operationId: 'admin_update_voucher',
          summary: 'End a voucher, or change its limits',
          description:
            'What was used stands, and what was promised to a top-up is kept. A limit can’t be below what was used (409). There is no deleting: `validUntil` with a time that is over ends it.',
        },
      },
    )
    .get(
      '/:id/uses',
      async ({ params, query }) => {
        const page = pageOf(query)
        const { rows, total } = await listUses(parts.db.read, params.id, query, page)
        return listed(rows, page, total)
      },
      {
        access: 'admin',
        params: VoucherId,
        query: VoucherUsesQuery,
        response: { 200: ListAnswer(VoucherUseView), ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_voucher_uses', summary: 'Who used it, for what, and what it came to' },
      },
    )
