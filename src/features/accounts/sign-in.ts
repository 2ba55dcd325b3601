import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { AppError } from '../../lib/errors'
import { newId } from '../../lib/ids'
import type { Parts } from '../../parts'
import { enqueueMail } from '../mails'
import { openWallet } from '../wallet'
import { hashPassword, verifyPassword } from './passwords'
import { type Device, endSessions, type IssuedTokens, openSession } from './sessions'
import { type Role, users } from './tables'
import type { AccessTokens } from './tokens'
import { findUserByEmail, getUser, getUserView, normaliseEmail } from './users'

type Needs = Pick<Parts, 'db' | 'clock' | 'signingKey' | 'streams' | 'queue'> & { tokens: AccessTokens }
type SignedIn = { user: Awaited<ReturnType<typeof getUserView>> } & IssuedTokens

export interface NewUser {
  email: string
  password: string
  name: string
}

export async function register(parts: Needs, input: NewUser, device: Device): Promise<SignedIn> {
  const passwordHash = await hashPassword(input.password)
  return parts.db.write(async (tx) => {
    const id = await insertUser(parts, tx, { ...input, passwordHash, role: 'USER' })
    return { user: await getUserView(tx, id), ...(await openSession(parts, tx, id, device)) }
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
  const id = newId('usr', now.getTime())
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
    data: { name: input.name.trim() },
  })
  return id
}

export async function logIn(
  parts: Needs,
  input: { email: string; password: string },
  device: Device,
): Promise<SignedIn> {
  const user = await findUserByEmail(parts.db.read, input.email)
  const matches = await verifyPassword(input.password, user?.passwordHash)
  if (!user || !matches || user.status === 'CLOSED') throw new AppError('UNAUTHORIZED', 'E-mail or password is wrong')
  if (user.status === 'SUSPENDED') throw new AppError('FORBIDDEN', 'This account is suspended')
  return parts.db.write(async (tx) => ({
    user: await getUserView(tx, user.id),
    ...(await openSession(parts, tx, user.id, device)),
  }))
}

/** Ends every other session: whoever else knew the old password is out. */
export async function changePassword(
  parts: Needs,
  actor: Actor,
  input: { currentPassword: string; newPassword: string },
): Promise<void> {
  const user = await getUser(parts.db.read, actor.userId)
  if (!(await verifyPassword(input.currentPassword, user.passwordHash))) {
    throw new AppError('FORBIDDEN', 'The current password is wrong')
  }
  const passwordHash = await hashPassword(input.newPassword)
  await parts.db.write(async (tx) => {
    const changed = await tx
      .update(users)
      .set({ passwordHash, updatedAt: parts.clock.now() })
      .where(eq(users.id, user.id))
      .run()
    await endSessions(parts, tx, actor.userId, { except: actor.sessionId }, 'password')
    return changed
  })
}

export async function updateProfile(
  parts: Needs,
  actor: Actor,
  input: { name?: string; locale?: 'id' | 'en' },
): Promise<Awaited<ReturnType<typeof getUserView>>> {
  return parts.db.write(async (tx) => {
    await tx
      .update(users)
      .set({ ...input, ...(input.name === undefined ? {} : { name: input.name.trim() }), updatedAt: parts.clock.now() })
      .where(eq(users.id, actor.userId))
      .run()
    return getUserView(tx, actor.userId)
  })
}
