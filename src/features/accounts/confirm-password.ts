import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import type { User } from './tables'
import { getUser } from './users'

/**
 * Asks for the password once more before what guards an account is changed: an open session is not enough for that.
 * @param act what is tried, for the audit log @throws AppError FORBIDDEN
 */
export async function confirmPassword(
  { db, passwords }: Pick<Parts, 'db' | 'passwords'>,
  { userId }: Actor,
  password: string,
  act: string,
): Promise<User> {
  const user = await getUser(db.read, userId)
  if (await passwords.verify(password, user.passwordHash)) return user
  throw new AppError('FORBIDDEN', 'The password is wrong', undefined, {
    attempt: { action: act, target: { kind: 'user', id: userId } },
  })
}

/** Checking a password takes long enough for a reset, a suspension or another role to come between: what was checked then counts no more. */
export async function assertUnchanged(tx: Tx, checked: User): Promise<void> {
  const { passwordHash, status, role } = await getUser(tx, checked.id)
  if (passwordHash !== checked.passwordHash || status !== checked.status || role !== checked.role) {
    throw new AppError('UNAUTHORIZED', 'E-mail or password is wrong')
  }
}
