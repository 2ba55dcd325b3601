import { t } from 'elysia'
import { IdText, Instant, ListQuery, model, nullable, RupiahView, SaidText, words } from '../../http/schema'
import { UserView } from './schema'

const maxAdjustment = 1_000_000_000

const Role = words('USER', 'ADMINISTRATOR')
const Reason = SaidText({ minLength: 3, maxLength: 500, description: 'Kept in the audit log' })

export const UsersQuery = ListQuery({
  search: t.Optional(t.String({ minLength: 1, maxLength: 100, description: 'Part of the e-mail address or the name' })),
  role: t.Optional(Role),
  status: t.Optional(words('ACTIVE', 'SUSPENDED', 'CLOSED')),
  sort: t.Optional(words('newest', 'oldest', 'email')),
})

export const UserParams = t.Object({ id: IdText })

export const UserDetailView = model(
  'UserDetail',
  t.Object({
    ...UserView.properties,
    subscriptions: t.Object({
      live: t.Integer({ description: 'Those that hold a slot' }),
      total: t.Integer(),
    }),
    sessions: t.Integer({ description: 'Open ones' }),
    lastSeenAt: nullable(Instant),
    twoFactorSince: nullable(Instant),
    suspension: nullable(t.Object({ reason: nullable(t.String()), at: Instant, by: t.String() })),
  }),
)

export const RoleInput = model('RoleInput', t.Object({ role: Role, reason: Reason }))
export const ReasonInput = model('ReasonInput', t.Object({ reason: Reason }))

export const CreditAdjustmentInput = model(
  'CreditAdjustmentInput',
  t.Object({
    amount: t.Union(
      [t.Integer({ minimum: 1, maximum: maxAdjustment }), t.Integer({ minimum: -maxAdjustment, maximum: -1 })],
      { description: 'Whole rupiah, not 0; negative takes from the wallet' },
    ),
    reason: t.String({ ...Reason, description: 'Kept in the audit log, and shown in the customer’s statement' }),
  }),
)

export const CreditAdjustmentView = model(
  'CreditAdjustment',
  t.Object({
    transactionId: t.String(),
    customId: t.String(),
    amount: RupiahView,
    balanceAfter: RupiahView,
    createdAt: Instant,
  }),
)
