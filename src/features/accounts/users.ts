import { eq, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import { AppError, notFound } from '../../lib/errors'
import { translate } from '../../lib/translate'
import { walletOf } from '../ledger'
import { ledgerAccounts } from '../ledger/tables'
import { mailSuppressions, type SuppressionReason } from '../mails/tables'
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

const { id, email, name, role, status, emailVerifiedAt, locale, monthlyStatement, createdAt } = users
export const shownOfUser = { id, email, name, role, status, emailVerifiedAt, locale, monthlyStatement, createdAt }
type ShownUser = Pick<User, keyof typeof shownOfUser>

interface Wallet {
  balance: number
  toppedUp: number
  spent: number
}

/** The figures of a person's wallet as one value, so that they are not read for people who are only skipped on the way to a page. */
export const walletOfUser = sql`(select json_object('balance', balance, 'toppedUp', topped_up, 'spent', spent) || ''
  from ${ledgerAccounts} as wallet where wallet.id = ${walletOf('')} || users.id)`.mapWith(
  (text: string) => JSON.parse(text) as Wallet,
)

interface MailProblem {
  reason: SuppressionReason
  since: number
}

/** Why no mail is sent to a person, in the same way. */
export const mailProblemOfUser = sql`(select json_object('reason', reason, 'since', created_at) || ''
  from ${mailSuppressions} as problem where problem.address = users.email)`.mapWith(
  (text: string) => JSON.parse(text) as MailProblem,
)

const mailProblems: Record<SuppressionReason, string> = {
  BOUNCED:
    'Mails to your address come back, so none are sent there, not even a link for a new password. Change your address, or tell us once it works again.',
  COMPLAINED:
    'A mail of ours was reported as spam from your address, so none are sent there, not even a link for a new password. Tell us if you want them again.',
}

const shownById = prepared((db) =>
  db
    .select({ user: shownOfUser, wallet: walletOfUser, mailProblem: mailProblemOfUser })
    .from(users)
    .where(eq(id, sql.placeholder('id')))
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
  const found = await shownById(on).get({ id })
  if (!found) throw notFound('User')
  return userViewOf(found)
}

interface Shown {
  user: ShownUser
  wallet: Wallet | null
  mailProblem: MailProblem | null
}

/** No figure is beyond what a number holds: the ledger's columns refuse more. */
export function userViewOf({ user, wallet, mailProblem }: Shown) {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    status: user.status,
    emailVerified: user.emailVerifiedAt !== null,
    locale: user.locale,
    monthlyStatement: user.monthlyStatement,
    mailProblem: mailProblem && {
      reason: mailProblem.reason,
      since: new Date(mailProblem.since).toISOString(),
      message: translate(mailProblems[mailProblem.reason], user.locale),
    },
    creditBalance: wallet?.balance ?? 0,
    totalTopUp: wallet?.toppedUp ?? 0,
    totalSpent: wallet?.spent ?? 0,
    createdAt: user.createdAt.toISOString(),
  }
}
