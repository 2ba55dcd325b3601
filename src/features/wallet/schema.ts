import { t } from 'elysia'
import { IdText, Instant, ListQuery, model, nullable, RupiahView, words } from '../../http/schema'
import { StatusWord, TransactionTypeWord } from '../ledger/schema'

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
  subscriptionId: t.Optional(IdText),
  from: t.Optional(t.String({ format: 'date-time' })),
  to: t.Optional(t.String({ format: 'date-time' })),
  sort: t.Optional(words('newest', 'oldest')),
}

export const TransactionsQuery = ListQuery(transactionFilters)

export const ExportQuery = t.Object({
  ...transactionFilters,
  separator: t.Optional(
    t.Union([t.Literal('comma'), t.Literal('semicolon')], {
      description: 'Between cells; a spreadsheet that writes decimals with a comma expects semicolons',
    }),
  ),
})
