import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import { once } from '../../http/idempotency'
import { Answer, guarded, ok } from '../../http/schema'
import type { Parts } from '../../parts'
import { checkVoucher } from './check'
import { guardCodes } from './guard-codes'
import { redeemVoucher } from './redeem'
import { RedeemedView, RedeemInput, VoucherAnswer, VoucherQuestion } from './schema'

const reasons =
  '`VOUCHER_UNKNOWN` for a code that does not exist; `VOUCHER_INVALID` with a `reason` in its details: `other-purpose`, `not-yet`, `expired`, `used-up`, `used-by-you`, `other-plan`, `below-minimum`, `new-customers` or `nothing-to-save`.'

/** What a customer does with a code by itself. With a subscription or a top-up it is given there. */
export const voucherRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/wallet/vouchers', tags: ['Wallet'] })
    .use(accessControl(parts.authenticate))
    .post(
      '/',
      ({ actor, body, request }) =>
        guardCodes(parts, actor, body.code, () =>
          once(parts, { request, actor, body }, 201, (tx) => redeemVoucher(parts, tx, actor, body.code)),
        ),
      {
        access: 'customer',
        body: RedeemInput,
        response: {
          201: Answer(RedeemedView),
          ...guarded('VOUCHER_UNKNOWN', 'VOUCHER_INVALID', 'IDEMPOTENCY_CONFLICT', 'REQUEST_IN_PROGRESS'),
        },
        detail: {
          operationId: 'wallet_redeem_voucher',
          summary: 'Redeem a code that is worth money by itself',
          description: `A code for a subscription or a top-up is given with that, as its \`voucher\`. ${reasons}`,
        },
      },
    )
    .post(
      '/check',
      async ({ actor, body }) =>
        ok(await guardCodes(parts, actor, body.code, () => checkVoucher(parts, parts.db.read, actor, body))),
      {
        access: 'customer',
        body: VoucherQuestion,
        response: {
          200: Answer(VoucherAnswer),
          ...guarded('NOT_FOUND', 'INVALID_PLAN', 'VOUCHER_UNKNOWN', 'VOUCHER_INVALID'),
        },
        detail: {
          operationId: 'wallet_check_voucher',
          summary: 'What a code comes to, before anything is bought',
          description: `Nothing is used. With a \`planId\` the price of the first period with it; with a \`topUpAmount\` its bonus; with neither what the code is for. ${reasons}`,
        },
      },
    )
