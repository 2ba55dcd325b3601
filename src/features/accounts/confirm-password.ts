import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import type { User } from './tables'
import { getUser } from './users'

/**
 * Asks for the password once more before what guards an account is changed: an open session is not enough for that.
 * @param act what is tried, for the audit log @throws AppError FORBIDDEN; INVALID_STATE if the account was closed meanwhile
 */
export async function confirmPassword(
  { db, passwords }: Pick<Parts, 'db' | 'passwords'>,
  { userId }: Actor,
  password: string,
  act: string,
): Promise<User> {
  const user = await getUser(db.read, userId)
  assertNotClosed(user)
  if (await passwords.verify(password, user.passwordHash)) return user
  throw new AppError('FORBIDDEN', 'The password is wrong', undefined, {
    attempt: { action: act, target: { kind: 'user', id: userId } },
  })
}

/** Of two requests that close an account the later one was let in while it was still open. @throws AppError INVALID_STATE */
export function assertNotClosed({ status }: User): void {
  if (status !== 'CLOSED') return
  throw new AppError('INVALID_STATE', 'This account is closed already', { reason: 'account-closed' })
}

/** Checking a password takes long enough for a reset, a suspension or another role to come between: what was checked then counts no more. */
export async function isUnchanged(tx: Tx, checked: User): Promise<boolean> {
  const { passwordHash, status, role } = await getUser(tx, checked.id)
  return passwordHash === checked.passwordHash && status === checked.status && role === checked.role
}

/** For somebody who is signed in. @throws AppError INVALID_STATE */
export async function assertUnchanged(tx: Tx, checked: User): Promise<void> {
  if (await isUnchanged(tx, checked)) return
  assertNotClosed(await getUser(tx, checked.id))
  throw new AppError('INVALID_STATE', 'This account was changed in the meantime; try again', {
    reason: 'account-changed',
  })
}
