import { t } from 'elysia'
import { maxTopUp, minTopUp } from '../../config/payments'
import { Instant, ListQuery, model, nullable, RupiahView, words } from '../../http/schema'
import { paymentMethods } from '../../payments'
import { StatusWord } from '../ledger/schema'
import { VoucherCode } from '../vouchers/schema'

export const MethodWord = words(...paymentMethods)

export const PaymentMethodView = model(
  'PaymentMethod',
  t.Object({
    method: MethodWord,
    name: t.String(),
    kind: words('redirect', 'bank_transfer', 'e_wallet', 'qr', 'card'),
    enabled: t.Boolean(),
    minimum: RupiahView,
    maximum: RupiahView,
    fee: t.Object({ fixed: RupiahView, percent: t.Number() }),
  }),
)

export const TopUpInput = model(
  'TopUpInput',
  t.Object({
    amount: t.Integer({ minimum: minTopUp, maximum: maxTopUp, description: 'Whole rupiah' }),
    method: MethodWord,
    cardToken: t.Optional(
      t.String({ minLength: 1, maxLength: 200, description: 'For credit_card: the token of the card' }),
    ),
    voucher: t.Optional(VoucherCode('Of a voucher that adds a bonus once this is paid')),
  }),
)

const Action = t.Object({ name: t.String(), method: words('GET', 'POST'), url: t.String() })

/** How to pay, in a form a frontend can show without knowing the provider. */
export const InstructionsView = model(
  'PaymentInstructions',
  t.Union([
    t.Object({ kind: t.Literal('virtual_account'), bank: words('bca', 'bni', 'bri', 'permata'), number: t.String() }),
    t.Object({ kind: t.Literal('bill'), billerCode: t.String(), billKey: t.String() }),
    t.Object({ kind: t.Literal('qr'), imageUrl: nullable(t.String()), content: nullable(t.String()) }),
    t.Object({
      kind: t.Literal('deeplink'),
      url: t.String(),
      qrImageUrl: nullable(t.String()),
      actions: t.Array(Action),
    }),
    t.Object({ kind: t.Literal('redirect'), url: t.String() }),
    t.Object({ kind: t.Literal('none') }),
  ]),
)

export const TopUpsQuery = ListQuery({
  status: t.Optional(StatusWord),
  method: t.Optional(MethodWord),
  from: t.Optional(t.String({ format: 'date-time' })),
  to: t.Optional(t.String({ format: 'date-time' })),
  sort: t.Optional(words('newest', 'oldest')),
})

export const TopUpView = model(
  'TopUp',
  t.Object({
    id: t.String(),
    customId: t.String({ description: 'The number of its transaction, TXMP-…' }),
    amount: RupiahView,
    fee: t.Integer({ description: 'What the method costs on top, in whole rupiah' }),
    total: t.Integer({ description: 'What is to be paid: amount and fee' }),
    surcharge: t.Integer({
      description: 'What the payment provider took on top for itself, known once it is paid; in whole rupiah',
    }),
    bonus: t.Integer({ description: 'What the voucher adds, in whole rupiah, once the top-up is paid; 0 without one' }),
    voucher: nullable(t.String({ description: 'The code of the voucher' })),
    method: MethodWord,
    status: StatusWord,
    redirectUrl: nullable(t.String()),
    instructions: nullable(InstructionsView),
    expiresAt: Instant,
    createdAt: Instant,
  }),
)
