import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, instant, json } from '../../db/columns'
import { sealingKeyOf } from '../../db/sealed-place'
import type { Scope } from '../../http/scopes'

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
    /** Whether they want their wallet's statement by mail, each month. */
    monthlyStatement: flag('monthly_statement').notNull().default(false),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('users_email').on(table.email),
    // Few among many: every other role is found by walking.
    index('users_administrators').on(table.id).where(sql`role = 'ADMINISTRATOR'`),
    // Few among many, and walked each month.
    index('users_statements').on(table.id).where(sql`monthly_statement = 1`),
    index('users_status').on(table.status, table.id),
    index('users_status_email').on(table.status, table.email),
    check('users_email_lower', sql`${table.email} = lower(${table.email})`),
    check('users_role', sql`${table.role} in ('USER', 'ADMINISTRATOR')`),
    check('users_status', sql`${table.status} in ('ACTIVE', 'SUSPENDED', 'CLOSED')`),
  ],
)

/** The word stands in the SQL itself, or SQLite could not choose the partial index of the few. */
export const isAdministrator = sql`${users.role} = 'ADMINISTRATOR'`

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
  (table) => [
    index('sessions_user').on(table.userId, sql`revoked_at is null`, table.createdAt, table.id),
    index('sessions_expiry').on(table.expiresAt),
  ],
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
  (table) => [index('refresh_tokens_session').on(table.sessionId), index('refresh_tokens_age').on(table.createdAt)],
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

/** What makes a person's one-time codes. Without `enabledAt` it waits for the first code, and nothing asks for it. */
export const twoFactors = sqliteTable(
  'two_factors',
  {
    userId: text('user_id')
      .primaryKey()
      .references(() => users.id),
    sealedSecret: text('sealed_secret').notNull(),
    createdAt: instant('created_at').notNull(),
    enabledAt: instant('enabled_at'),
    /** The newest step of 30 seconds whose code was used: it and all before it are worth nothing any more. */
    lastStep: integer('last_step').notNull().default(0),
    /** When every try is back after wrong codes; see two-factor-codes.ts. */
    triesFullAt: instant('tries_full_at'),
  },
  (table) => [
    index('two_factors_sealed_key').on(sealingKeyOf(table.sealedSecret), table.userId),
    check('two_factors_step', sql`${table.lastStep} >= 0`),
  ],
)

/** What stands in for a one-time code when the device is lost, each good for one use. */
export const recoveryCodes = sqliteTable(
  'recovery_codes',
  {
    /** SHA-256 of the code: it holds too many random bits to be found by trying. */
    hash: text('hash').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    createdAt: instant('created_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [index('recovery_codes_user').on(table.userId)],
)

/** What a script shows in place of a session. The token itself is in its person's hands only. */
export const apiTokens = sqliteTable(
  'api_tokens',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    name: text('name').notNull(),
    /** SHA-256 of the token. */
    hash: text('hash').notNull(),
    /** Its first characters, by which its person knows it again. */
    prefix: text('prefix').notNull(),
    scopes: json<Scope[]>('scopes').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    /** To the minute. */
    lastUsedAt: instant('last_used_at'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [
    uniqueIndex('api_tokens_hash').on(table.hash),
    index('api_tokens_user').on(table.userId),
    index('api_tokens_unrevoked').on(table.userId, table.expiresAt, table.id).where(sql`revoked_at is null`),
    index('api_tokens_expiry').on(table.expiresAt),
    check('api_tokens_life', sql`${table.expiresAt} > ${table.createdAt}`),
  ],
)

export type User = typeof users.$inferSelect

export type AccountToken = typeof accountTokens.$inferSelect

export type ApiToken = typeof apiTokens.$inferSelect

export type TwoFactor = typeof twoFactors.$inferSelect

export type Session = typeof sessions.$inferSelect
