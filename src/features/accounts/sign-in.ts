import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import { type Actor, getSessionId } from '../../http/access'
import { AppError } from '../../lib/errors'
import { newId } from '../../lib/ids'
import type { Thing } from '../../lib/kinds'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { openWallet } from '../ledger'
import { enqueueMail } from '../mails'
import { voidLinks } from './account-tokens'
import { revokeApiTokens } from './api-tokens'
import { assertNotClosed, assertUnchanged, isUnchanged } from './confirm-password'
import { assertGoodPassword } from './password-policy'
import { tellOfNewPassword } from './password-reset'
import { type Device, endSessions, type IssuedTokens, openSession } from './sessions'
import { type Role, users } from './tables'
import { passTwoFactor } from './two-factor-changes'
import { orThrow } from './two-factor-codes'
import { findUserByEmail, getOpenUser, getUser, getUserView, normaliseEmail } from './users'
import { sendVerification } from './verification'

type Needs = Pick<Parts, 'db' | 'clock' | 'passwords' | 'streams' | 'queue' | 'sealer' | 'tokens'>
type SignedIn = { user: Awaited<ReturnType<typeof getUserView>> } & IssuedTokens

interface NewUser {
  email: string
  password: string
  name: string
}

export async function register(parts: Needs, input: NewUser, device: Device): Promise<SignedIn> {
  await assertGoodPassword(input.password, input, 'password')
  const passwordHash = await parts.passwords.hash(input.password)
  return parts.db.write(async (tx) => {
    const id = await insertUser(parts, tx, { ...input, passwordHash, role: 'USER' })
    const user = await getUserView(tx, id)
    await sendVerification(parts, tx, user)
    return { user, ...(await openSession(parts, tx, id, device)) }
  })
}

/** A person, their empty wallet and their welcome, together. @throws AppError CONFLICT if the address is taken */
export async function insertUser(
  parts: Pick<Parts, 'clock' | 'queue'>,
  tx: Tx,
  input: { email: string; name: string; passwordHash: string; role: Role },
): Promise<string> {
  const email = normaliseEmail(input.email)
  if (await findUserByEmail(tx, email)) throw new AppError('CONFLICT', 'This e-mail address is taken')
  const now = parts.clock.now()
  const id = newId('user', now.getTime())
  await tx
    .insert(users)
    .values({
      id,
      email,
      name: input.name.trim(),
      passwordHash: input.passwordHash,
      role: input.role,
      createdAt: now,
      updatedAt: now,
    })
    .run()
  await openWallet(tx, id, now)
  await enqueueMail(parts, tx, {
    key: `welcome:${id}`,
    userId: id,
    template: 'welcome',
    data: {},
  })
  return id
}

/** @throws AppError UNAUTHORIZED; TOTP_REQUIRED and RATE_LIMITED only after the right password; FORBIDDEN if suspended */
export async function logIn(
  parts: Needs,
  input: { email: string; password: string; totp?: string },
  device: Device,
): Promise<SignedIn> {
  const user = await findUserByEmail(parts.db.read, input.email)
  const matches = await parts.passwords.verify(input.password, user?.passwordHash)
  // An address that nobody has is not written down: it may be a password, typed into the wrong field.
  const target: Thing = { kind: 'user', id: user?.id ?? 'unknown' }
  const attempt = { action: 'sign-in', target }
  if (!user || !matches || user.status === 'CLOSED') {
    throw new AppError('UNAUTHORIZED', 'E-mail or password is wrong', undefined, { attempt })
  }
  if (user.status === 'SUSPENDED') throw new AppError('FORBIDDEN', 'This account is suspended', undefined, { attempt })
  const outcome = await parts.db.write(async (tx) => {
    if (!(await isUnchanged(tx, user))) throw new AppError('UNAUTHORIZED', 'E-mail or password is wrong')
    const actor = { userId: user.id, request: device.request }
    const refusal = await passTwoFactor(parts, tx, actor, input.totp, { code: 'UNAUTHORIZED', attempt })
    return refusal ?? { user: await getUserView(tx, user.id), ...(await openSession(parts, tx, user.id, device)) }
  })
  return orThrow(outcome)
}

/** Ends every other session, every API token and every link that could undo it: whoever else knew the old password is out. */
export async function changePassword(
  parts: Needs,
  actor: Actor,
  input: { currentPassword: string; newPassword: string },
): Promise<void> {
  const user = await getUser(parts.db.read, actor.userId)
  assertNotClosed(user)
  if (!(await parts.passwords.verify(input.currentPassword, user.passwordHash))) {
    throw new AppError('FORBIDDEN', 'The current password is wrong', undefined, {
      attempt: { action: 'password.change', target: { kind: 'user', id: user.id } },
    })
  }
  await assertGoodPassword(input.newPassword, user, 'newPassword')
  const passwordHash = await parts.passwords.hash(input.newPassword)
  await parts.db.write(async (tx) => {
    const now = parts.clock.now()
    await assertUnchanged(tx, user)
    await tx.update(users).set({ passwordHash, updatedAt: now }).where(eq(users.id, user.id)).run()
    await endSessions(parts, tx, user.id, { except: getSessionId(actor) }, 'password')
    await revokeApiTokens(parts, tx, user.id)
    await voidLinks(tx, user.id, ['RESET_PASSWORD', 'CHANGE_EMAIL'], now)
    await tellOfNewPassword(parts, tx, user.id, newId('event', now.getTime()))
    await recordAct(tx, { actor, action: 'password.change', target: { kind: 'user', id: user.id }, at: now })
  })
}

export async function updateProfile(
  { clock }: Pick<Parts, 'clock'>,
  tx: Tx,
  actor: Actor,
  input: { name?: string; locale?: 'id' | 'en'; monthlyStatement?: boolean },
): Promise<Awaited<ReturnType<typeof getUserView>>> {
  await getOpenUser(tx, actor.userId)
  await tx
    .update(users)
    .set({ ...input, ...(input.name === undefined ? {} : { name: input.name.trim() }), updatedAt: clock.now() })
    .where(eq(users.id, actor.userId))
    .run()
  return getUserView(tx, actor.userId)
}
