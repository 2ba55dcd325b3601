import { t } from 'elysia'
import { IdText, model, RupiahView, SaidText, TrimmedNameText, words } from '../../../http/schema'
import { ConfigValues } from '../../instances/schema'
import { TransactionTypeWord } from '../../ledger/schema'
import { SubscriptionView } from '../schema'
import { mostDays } from './extend'

const Reason = SaidText({ minLength: 3, maxLength: 500, description: 'Kept in the audit log' })

export const PreviewQuery = t.Object({
  preview: t.Optional(
    t.Boolean({
      description:
        'Answers what it would come to, and does nothing: nothing is booked, sent or started. It is refused with what the act would be refused with',
    }),
  ),
})

export const SubscriptionPreviewView = model(
  'SubscriptionPreview',
  t.Object({
    preview: t.Literal(true),
    subscription: SubscriptionView,
    bookings: t.Array(
      t.Object({
        type: TransactionTypeWord,
        description: t.String(),
        amount: t.Integer({ description: 'Whole rupiah, tax included; negative where it leaves the wallet' }),
      }),
      { description: 'What would be booked in the customer’s wallet, in this order' },
    ),
    balanceBefore: RupiahView,
    balanceAfter: RupiahView,
  }),
)

export const DoneOrPreviewed = t.Union([SubscriptionView, SubscriptionPreviewView])

export const GrantInput = model(
  'GrantInput',
  t.Object({
    userId: IdText,
    planId: IdText,
    billingCycle: t.Optional(words('MONTHLY', 'QUARTERLY', 'YEARLY')),
    name: t.Optional(TrimmedNameText({ maxLength: 60, description: 'Else the service’s name' })),
    config: t.Optional(ConfigValues),
    renews: t.Boolean({
      description: 'Whether it is renewed after the free period, at the price of its plan; else it ends with it',
    }),
    reason: Reason,
  }),
)

export const ForcedUpgradeInput = model(
  'ForcedUpgradeInput',
  t.Object({
    planId: IdText,
    bonus: t.Optional(t.Boolean({ description: 'Free of charge until the end of what is paid' })),
    reason: Reason,
  }),
)

export const ExtendInput = model(
  'ExtendInput',
  t.Object({
    days: t.Optional(t.Integer({ minimum: 1, maximum: mostDays })),
    until: t.Optional(t.String({ format: 'date-time', description: `In place of \`days\`; ${mostDays} days at most` })),
    reason: SaidText({ minLength: 3, maxLength: 500, description: 'Kept in the audit log, and told to the customer' }),
  }),
)

export const SuspendInput = model(
  'SuspendInput',
  t.Object({
    reason: SaidText({ minLength: 3, maxLength: 500, description: 'Kept in the audit log, and told to the customer' }),
  }),
)

export const ActReasonInput = model('ActReasonInput', t.Object({ reason: Reason }))
