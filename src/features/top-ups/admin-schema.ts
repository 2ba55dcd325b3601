import { t } from 'elysia'
import { maxTopUp } from '../../config/payments'
import { IdText, Instant, ListQuery, model, nullable, RupiahView, SaidText, words } from '../../http/schema'
import { StatusWord } from '../ledger/schema'
import { MethodWord, TopUpView } from './schema'
import { caseKinds } from './tables'

const Reason = SaidText({ minLength: 3, maxLength: 255, description: 'Kept in the audit log' })
const Id = IdText
const Way = words('provider', 'manual')
const RefundStatusWord = words('RESERVED', 'POSTED', 'VOIDED')
const CaseStatusWord = words('OPEN', 'CREDITED', 'DISMISSED')

export const AdminTopUpsQuery = ListQuery({
  userId: t.Optional(Id),
  status: t.Optional(StatusWord),
  method: t.Optional(MethodWord),
  sort: t.Optional(words('newest', 'oldest')),
})

export const RefundView = model(
  'Refund',
  t.Object({
    id: t.String(),
    topUpId: t.String(),
    userId: t.String(),
    amount: RupiahView,
    way: Way,
    status: RefundStatusWord,
    transaction: t.String({ description: 'The number of the transaction that took it out of the wallet, TXMP-…' }),
    reason: t.String(),
    note: nullable(t.String({ description: 'Proof of a manual one, or why it was given back to the wallet' })),
    requestedBy: t.String(),
    createdAt: Instant,
    endedAt: nullable(Instant),
  }),
)

export const PaymentCaseView = model(
  'PaymentCase',
  t.Object({
    id: t.String(),
    topUpId: t.String(),
    kind: words(...caseKinds),
    providerTransactionId: nullable(t.String()),
    amount: nullable(RupiahView),
    finding: t.String({ description: 'What does not fit' }),
    status: CaseStatusWord,
    reason: nullable(t.String()),
    resolvedBy: nullable(t.String()),
    createdAt: Instant,
    resolvedAt: nullable(Instant),
  }),
)

export const AdminTopUpView = model(
  'AdminTopUp',
  t.Object({
    ...TopUpView.properties,
    userId: t.String(),
    orderId: t.String({ description: 'Its name at the payment provider' }),
    providerTransactionId: nullable(t.String()),
    takenBack: t.Integer({ description: 'What the bank or provider took back, in whole rupiah' }),
    refunded: t.Integer({ description: 'What was refunded to the payment method or is on its way, in whole rupiah' }),
  }),
)

export const AdminTopUpDetailView = model(
  'AdminTopUpDetail',
  t.Object({ ...AdminTopUpView.properties, refunds: t.Array(RefundView), cases: t.Array(PaymentCaseView) }),
)

export const RefundInput = model(
  'RefundInput',
  t.Object({
    amount: t.Optional(
      t.Integer({
        minimum: 1,
        maximum: maxTopUp,
        description: 'Whole rupiah; without it all that can still go back',
      }),
    ),
    way: t.Optional(words('provider', 'manual')),
    reason: Reason,
  }),
)

export const RefundsQuery = ListQuery({ status: t.Optional(RefundStatusWord), topUpId: t.Optional(Id) })
export const RefundConfirmation = model(
  'RefundConfirmation',
  t.Object({
    reference: SaidText({ minLength: 3, maxLength: 255, description: 'Proof of the transfer' }),
  }),
)
export const RefundWithdrawal = model('RefundWithdrawal', t.Object({ reason: Reason }))
export const PaymentCasesQuery = ListQuery({ status: t.Optional(CaseStatusWord), topUpId: t.Optional(Id) })
export const PaymentCaseDecision = model(
  'PaymentCaseDecision',
  t.Object({ action: words('credit', 'dismiss'), reason: Reason }),
)
export const PaymentParams = t.Object({ id: Id })
