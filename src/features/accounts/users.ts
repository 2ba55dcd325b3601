import { eq, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import { AppError, notFound } from '../../lib/errors'
import { toJson } from '../../lib/money'
import { walletOf } from '../ledger'
import { ledgerAccounts } from '../ledger/tables'
import type { User } from './tables'
import { users } from './tables'

export const normaliseEmail = (email: string): string => email.trim().toLowerCase()

const userByEmail = prepared((db) =>
  db
    .select()
    .from(users)
    .where(eq(users.email, sql.placeholder('email')))
    .prepare(),
)

const userById = prepared((db) =>
  db
    .select()
    .from(users)
    .where(eq(users.id, sql.placeholder('id')))
    .prepare(),
)

const walletById = prepared((db) =>
  db
    .select()
    .from(ledgerAccounts)
    .where(eq(ledgerAccounts.id, sql.placeholder('id')))
    .prepare(),
)

export const findUserByEmail = (on: Drizzle | Tx, email: string): Promise<User | undefined> =>
  userByEmail(on).get({ email: normaliseEmail(email) })

export async function getUser(on: Drizzle | Tx, id: string): Promise<User> {
  const user = await userById(on).get({ id })
  if (!user) throw notFound('User')
  return user
}

/**
 * The person of a request, before something is begun for them: it may have been let in just before its account was closed.
 * @throws AppError UNAUTHORIZED
 */
export async function getOpenUser(on: Drizzle | Tx, id: string): Promise<User> {
  const user = await getUser(on, id)
  if (user.status === 'CLOSED') throw new AppError('UNAUTHORIZED', 'This account is closed')
  return user
}

/** A person as they see themselves, the wallet's figures included. */
export async function getUserView(on: Drizzle | Tx, id: string) {
  return userViewOf(await getUser(on, id), await walletById(on).get({ id: walletOf(id) }))
}

export function userViewOf(user: User, wallet: typeof ledgerAccounts.$inferSelect | undefined) {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    status: user.status,
    emailVerified: user.emailVerifiedAt !== null,
    locale: user.locale,
    creditBalance: toJson(wallet?.balance ?? 0n),
    totalTopUp: toJson(wallet?.toppedUp ?? 0n),
    totalSpent: toJson(wallet?.spent ?? 0n),
    createdAt: user.createdAt.toISOString(),
  }
}
