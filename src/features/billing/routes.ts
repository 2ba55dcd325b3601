import { Elysia } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, guarded, Media, ok } from '../../http/schema'
import type { Parts } from '../../parts'
import { getOwnReceipt, getReceipt } from './receipt'
import { receiptPage } from './receipt-page'
import { ReceiptId, ReceiptView } from './schema'

const Page = Media('text/html', 'The receipt on one sheet, to print, in the customer’s language')

export const receiptRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/wallet/transactions/:id', tags: ['Wallet'] })
    .use(accessControl(parts.authenticate))
    .get('/receipt', async ({ actor, params }) => ok(await getOwnReceipt(parts, actor, params.id)), {
      access: 'customer',
      params: ReceiptId,
      response: { 200: Answer(ReceiptView), ...guarded('NOT_FOUND') },
      detail: { operationId: 'wallet_receipt', summary: 'Receipt of a charge, with its tax' },
    })
    .get(
      '/receipt/page',
      async ({ actor, params }) =>
        receiptPage(await getOwnReceipt(parts, actor, params.id), parts.config.billingTimeZone),
      {
        access: 'customer',
        params: ReceiptId,
        response: { 200: Page, ...guarded('NOT_FOUND') },
        detail: { operationId: 'wallet_receipt_page', summary: 'The same as a page to print' },
      },
    )

export const adminReceiptRoutes = (parts: Parts) =>
  new Elysia({ prefix: '/admin/transactions/:id', tags: ['Wallet'] })
    .use(accessControl(parts.authenticate))
    .get('/receipt', async ({ params }) => ok(await getReceipt(parts, params.id)), {
      access: 'admin',
      params: ReceiptId,
      response: { 200: Answer(ReceiptView), ...guarded('NOT_FOUND') },
      detail: { operationId: 'admin_receipt', summary: 'Receipt of anybody’s charge' },
    })
    .get(
      '/receipt/page',
      async ({ params }) => receiptPage(await getReceipt(parts, params.id), parts.config.billingTimeZone),
      {
        access: 'admin',
        params: ReceiptId,
        response: { 200: Page, ...guarded('NOT_FOUND') },
        detail: { operationId: 'admin_receipt_page', summary: 'The same as a page to print' },
      },
    )
