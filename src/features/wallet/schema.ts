import { Type } from '@sinclair/typebox'
import { t } from 'elysia'
import { maxTopUp, minTopUp } from '../../config-payments'
import { Instant, ListQuery, model, nullable, RupiahView, words } from '../../http/schema'

export const MethodWord = words(
  'snap',
  'bca_va',
  'bni_va',
  'bri_va',
  'permata_va',
  'mandiri_bill',
  'gopay',
  'shopeepay',
  'qris',
  'credit_card',
)
const TransactionTypeWord = words('TOP_UP', 'CHARGE', 'REFUND', 'BONUS', 'ADJUSTMENT')
export const StatusWord = words('PENDING', 'SUCCESS', 'FAILED', 'EXPIRED', 'CANCELLED')

export const WalletView = model(
  'Wallet',
  t.Object({
    creditBalance: RupiahView,
    totalTopUp: RupiahView,
    totalSpent: RupiahView,
    owed: t.Integer({
      description: 'Whole rupiah taken back by a bank after they were spent; the next top-up pays them',
    }),
    currency: t.Literal('IDR'),
  }),
)

export const WalletStatisticsView = model(
  'WalletStatistics',
  t.Object({
    creditBalance: RupiahView,
    totalTopUp: RupiahView,
    totalSpent: RupiahView,
    owed: RupiahView,
    currency: t.Literal('IDR'),
    transactions: t.Integer(),
    pendingTopUps: t.Integer(),
    byType: t.Array(t.Object({ type: TransactionTypeWord, count: t.Integer(), amount: RupiahView })),
  }),
)

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
    // Elysia's own integer would take "10000" too, and a body that sends words for money is not to be guessed at.
    amount: Type.Integer({ minimum: minTopUp, maximum: maxTopUp, description: 'Whole rupiah' }),
    method: MethodWord,
    cardToken: t.Optional(
      t.String({ minLength: 1, maxLength: 200, description: 'For credit_card: the token of the card' }),
    ),
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

export const TopUpView = model(
  'TopUp',
  t.Object({
    id: t.String(),
    customId: t.String({ description: 'The number of its transaction, TXMP-…' }),
    amount: RupiahView,
    fee: t.Integer({ description: 'What the method costs on top, in whole rupiah' }),
    total: t.Integer({ description: 'What is to be paid: amount and fee' }),
    method: MethodWord,
    status: StatusWord,
    redirectUrl: nullable(t.String()),
    instructions: nullable(InstructionsView),
    expiresAt: Instant,
    createdAt: Instant,
  }),
)

export const TransactionView = model(
  'Transaction',
  t.Object({
    id: t.String(),
    customId: t.String(),
    type: TransactionTypeWord,
    status: StatusWord,
    amount: t.Integer({ description: 'Whole rupiah; negative when it leaves the wallet' }),
    balanceAfter: nullable(RupiahView),
    subscriptionId: nullable(t.String()),
    description: t.String(),
    createdAt: Instant,
  }),
)

const transactionFilters = {
  type: t.Optional(TransactionTypeWord),
  status: t.Optional(StatusWord),
  subscriptionId: t.Optional(t.String({ minLength: 1, maxLength: 64 })),
  from: t.Optional(t.String({ format: 'date-time' })),
  to: t.Optional(t.String({ format: 'date-time' })),
  sort: t.Optional(words('newest', 'oldest')),
}

export const TransactionsQuery = ListQuery(transactionFilters)

export const ExportQuery = t.Object(
  {
    ...transactionFilters,
    separator: t.Optional(
      t.Union([t.Literal('comma'), t.Literal('semicolon')], {
        description: 'Between cells; a spreadsheet that writes decimals with a comma expects semicolons',
      }),
    ),
  },
  { additionalProperties: t.Never() },
)
