import { t } from 'elysia'
import { Instant, model, nullable, RupiahView, words } from '../../http/schema'

export const ReceiptView = model(
  'Receipt',
  t.Object({
    number: t.String({ description: 'The number of its transaction, TXMP-…' }),
    transactionId: t.String(),
    billingId: nullable(t.String({ description: 'Of the subscription, BILL-…' })),
    issuedAt: Instant,
    issuer: t.Object({ name: t.String(), address: nullable(t.String()), taxId: nullable(t.String()) }),
    customer: t.Object({ name: t.String(), email: t.String(), locale: words('id', 'en') }),
    currency: t.Literal('IDR'),
    lines: t.Array(
      t.Object({
        kind: nullable(words('period', 'upgrade', 'discount')),
        description: t.String({ description: 'What was sold; of a discount the code of its voucher' }),
        billingCycle: nullable(words('MONTHLY', 'QUARTERLY', 'YEARLY')),
        periodStart: nullable(Instant),
        periodEnd: nullable(Instant),
        amount: t.Integer({ description: 'Whole rupiah, before tax; below zero for a discount' }),
      }),
    ),
    net: t.Integer({ description: 'Whole rupiah, before tax' }),
    tax: nullable(
      t.Object({
        name: t.String(),
        ratePercent: t.Number(),
        base: t.String({ description: 'The part of the net price that is taxed: `1` or a fraction such as `11/12`' }),
        taxable: t.Integer({ description: 'That part, in whole rupiah' }),
        amount: RupiahView,
        pricesIncludeTax: t.Boolean({ description: 'Whether the price of the catalog contained it' }),
      }),
    ),
    total: t.Integer({ description: 'Whole rupiah that left the wallet: net and tax' }),
    paidFrom: t.Literal('WALLET'),
    refunds: t.Array(
      t.Object({ number: t.String(), transactionId: t.String(), amount: RupiahView, refundedAt: Instant }),
    ),
    refunded: t.Integer({ description: 'Whole rupiah that went back so far, tax included' }),
  }),
)

export const ReceiptId = t.Object({
  id: t.String({ minLength: 1, maxLength: 64, description: 'Of the transaction: its id or TXMP-number' }),
})
