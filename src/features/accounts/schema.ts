import { t } from 'elysia'
import { Instant, model, NameText, nullable, RupiahView, words } from '../../http/schema'
import { maxPasswordLength, minPasswordLength } from './password-policy'

export const Email = t.String({ format: 'email', maxLength: 254 })
export const NewPassword = t.String({
  minLength: minPasswordLength,
  maxLength: maxPasswordLength,
  description: `${minPasswordLength} to ${maxPasswordLength} characters; none of the common ones, nor the own name or address`,
})
export const Password = t.String({ maxLength: maxPasswordLength })
/** Of an authenticator app, or a recovery code with whatever was typed between its letters. */
export const Code = t.String({ minLength: 6, maxLength: 40, description: 'A one-time code, or a recovery code' })
const Name = NameText({ maxLength: 100 })

export const RegisterInput = model('RegisterInput', t.Object({ email: Email, password: NewPassword, name: Name }))
export const LoginInput = model(
  'LoginInput',
  t.Object({
    email: t.String({ maxLength: 254 }),
    password: Password,
    totp: t.Optional(t.String({ ...Code, description: 'Where two-factor is on: a one-time code, or a recovery code' })),
  }),
)
export const RefreshInput = model('RefreshInput', t.Object({ refreshToken: t.String({ maxLength: 200 }) }))
export const ProfileInput = model(
  'ProfileInput',
  t.Object({
    name: t.Optional(Name),
    locale: t.Optional(words('id', 'en')),
    monthlyStatement: t.Optional(t.Boolean({ description: 'Whether to mail the statement of the wallet each month' })),
  }),
)
export const ChangePasswordInput = model(
  'ChangePasswordInput',
  t.Object({ currentPassword: Password, newPassword: NewPassword }),
)

export const UserView = model(
  'User',
  t.Object({
    id: t.String(),
    email: t.String(),
    name: t.String(),
    role: words('USER', 'ADMINISTRATOR'),
    status: words('ACTIVE', 'SUSPENDED', 'CLOSED'),
    emailVerified: t.Boolean(),
    locale: words('id', 'en'),
    monthlyStatement: t.Boolean({ description: 'Whether the statement of the wallet is mailed each month' }),
    mailProblem: t.Union(
      [
        t.Object({
          reason: words('BOUNCED', 'COMPLAINED'),
          since: Instant,
          message: t.String({ description: 'To be shown to the person, in their language' }),
        }),
        t.Null(),
      ],
      { description: 'Why no mail is sent to this address any more; null where all is well' },
    ),
    creditBalance: RupiahView,
    totalTopUp: RupiahView,
    totalSpent: RupiahView,
    createdAt: Instant,
  }),
)

const tokens = {
  accessToken: t.String({ description: 'Send it as `Authorization: Bearer …`' }),
  refreshToken: t.String({ description: 'Good for one use at POST /auth/refresh' }),
  expiresIn: t.Integer({ description: 'Seconds until the access token ends' }),
}

export const TokensView = model('Tokens', t.Object(tokens))
export const SignedInView = model('SignedIn', t.Object({ user: UserView, ...tokens }))

export const SessionView = model(
  'Session',
  t.Object({
    id: t.String(),
    current: t.Boolean(),
    address: t.String(),
    userAgent: t.String(),
    createdAt: Instant,
    lastUsedAt: Instant,
    expiresAt: Instant,
    endedAt: nullable(Instant),
  }),
)
