import { t } from 'elysia'
import { Instant, model, nullable, RupiahView, words } from '../../http/schema'

const Email = t.String({ format: 'email', maxLength: 254 })
const Password = t.String({ minLength: 10, maxLength: 200, description: '10 characters or more' })
const Name = t.String({ minLength: 1, maxLength: 100, pattern: '\\S' })

export const RegisterInput = model('RegisterInput', t.Object({ email: Email, password: Password, name: Name }))
export const LoginInput = model(
  'LoginInput',
  t.Object({ email: t.String({ maxLength: 254 }), password: t.String({ maxLength: 200 }) }),
)
export const RefreshInput = model('RefreshInput', t.Object({ refreshToken: t.String({ maxLength: 200 }) }))
export const ProfileInput = model(
  'ProfileInput',
  t.Object({ name: t.Optional(Name), locale: t.Optional(words('id', 'en')) }),
)
export const ChangePasswordInput = model(
  'ChangePasswordInput',
  t.Object({ currentPassword: t.String({ maxLength: 200 }), newPassword: Password }),
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
    creditBalance: RupiahView,
    totalTopUp: RupiahView,
    totalSpent: RupiahView,
    createdAt: Instant,
  }),
)

const tokens = {
  accessToken: t.String({ description: 'Goes into `Authorization: Bearer …`' }),
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
