import { sql } from 'drizzle-orm'
import { check, index, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { instant } from '../../db/columns'

export type Role = 'USER' | 'ADMINISTRATOR'
export type UserStatus = 'ACTIVE' | 'SUSPENDED' | 'CLOSED'

export const users = sqliteTable(
  'users',
  {
    id: text('id').primaryKey(),
    /** Lower case; the address a person signs in with. */
    email: text('email').notNull(),
    name: text('name').notNull(),
    passwordHash: text('password_hash').notNull(),
    role: text('role').$type<Role>().notNull().default('USER'),
    status: text('status').$type<UserStatus>().notNull().default('ACTIVE'),
    locale: text('locale').$type<'id' | 'en'>().notNull().default('id'),
    emailVerifiedAt: instant('email_verified_at'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('users_email').on(table.email),
    check('users_email_lower', sql`${table.email} = lower(${table.email})`),
    check('users_role', sql`${table.role} in ('USER', 'ADMINISTRATOR')`),
    check('users_status', sql`${table.status} in ('ACTIVE', 'SUSPENDED', 'CLOSED')`),
  ],
)

/** One sign-in on one device: the family that its refresh tokens belong to. */
export const sessions = sqliteTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    address: text('address').notNull(),
    userAgent: text('user_agent').notNull(),
    createdAt: instant('created_at').notNull(),
    lastUsedAt: instant('last_used_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    revokedReason: text('revoked_reason').$type<'logout' | 'reuse' | 'password' | 'admin' | 'expired'>(),
  },
  (table) => [index('sessions_user').on(table.userId, table.createdAt), index('sessions_expiry').on(table.expiresAt)],
)

export const refreshTokens = sqliteTable(
  'refresh_tokens',
  {
    /** SHA-256 of the token; the token itself is only ever in the customer's hands. */
    hash: text('hash').primaryKey(),
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [index('refresh_tokens_session').on(table.sessionId)],
)

export type LinkPurpose = 'VERIFY_EMAIL' | 'RESET_PASSWORD' | 'CHANGE_EMAIL'

/** What the link of a mail carries, good for one use. The token itself stands nowhere: see account-tokens.ts. */
export const accountTokens = sqliteTable(
  'account_tokens',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    purpose: text('purpose').$type<LinkPurpose>().notNull(),
    /** SHA-256 of the token. */
    hash: text('hash').notNull(),
    /** The address it was sent to, and speaks for. */
    email: text('email').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
    /** A newer one took its place, or the account changed under it. */
    voidedAt: instant('voided_at'),
  },
  (table) => [
    uniqueIndex('account_tokens_hash').on(table.hash),
    index('account_tokens_user').on(table.userId, table.purpose, table.createdAt),
    index('account_tokens_expiry').on(table.expiresAt),
    check('account_tokens_purpose', sql`${table.purpose} in ('VERIFY_EMAIL', 'RESET_PASSWORD', 'CHANGE_EMAIL')`),
  ],
)
