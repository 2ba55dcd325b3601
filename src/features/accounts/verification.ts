import { and, eq, isNull } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { hour, second } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import { newId } from '../../lib/ids'
import type { Parts } from '../../parts'
import { type AuditActor, recordAct } from '../audit'
import { enqueueMail } from '../mails'
import { everyPurpose, issueLink, type OpenLink, useLink, voidLinks } from './account-tokens'
import { users } from './tables'
import { findUserByEmail, getOpenUser } from './users'

type Needs = Pick<Parts, 'clock' | 'queue' | 'tokens'>

/** Asks a person to prove their address; false if they were asked often enough this hour. */
export async function sendVerification(
  parts: Needs,
  tx: Tx,
  { id: userId, email }: { id: string; email: string },
): Promise<boolean> {
  const id = newId('link', parts.clock.now().getTime())
  const issued = await issueLink(parts, tx, { id, userId, purpose: 'VERIFY_EMAIL', email })
  if (issued) {
    await enqueueMail(parts, tx, { key: `verify-email:${id}`, userId, template: 'verify-email', data: { linkId: id } })
  }
  return issued
}

/** @throws AppError INVALID_STATE if there is nothing to verify, RATE_LIMITED */
export async function resendVerification(parts: Needs, tx: Tx, actor: Actor): Promise<void> {
  const user = await getOpenUser(tx, actor.userId)
  if (user.emailVerifiedAt) throw new AppError('INVALID_STATE', 'The address is verified already')
  if (!(await sendVerification(parts, tx, user))) throw tooManyMails()
}

export const tooManyMails = (): AppError =>
  new AppError('RATE_LIMITED', 'Too many of these mails were asked for; try again in an hour', {
    retryAfterSeconds: hour / second,
  })

/** What the link of a mail proves: the address the account has, or the one it takes. @throws AppError UNAUTHORIZED, CONFLICT */
export async function verifyEmail(parts: Needs, tx: Tx, token: string, request: AuditActor['request']): Promise<void> {
  const now = parts.clock.now()
  const link = await useLink(tx, token, ['VERIFY_EMAIL', 'CHANGE_EMAIL'], now)
  if (link.token.purpose === 'CHANGE_EMAIL') return takeAddress(parts, tx, link, request)
  await tx
    .update(users)
    .set({ emailVerifiedAt: now, updatedAt: now })
    .where(and(eq(users.id, link.user.id), eq(users.email, link.token.email), isNull(users.emailVerifiedAt)))
    .run()
}

async function takeAddress(
  parts: Needs,
  tx: Tx,
  { token, user }: OpenLink,
  request: AuditActor['request'],
): Promise<void> {
  // Only now, to the one who has proven that they read its mail, may it be told that the address is somebody's.
  if (await findUserByEmail(tx, token.email)) throw new AppError('CONFLICT', 'This e-mail address is taken')
  const now = parts.clock.now()
  await tx
    .update(users)
    .set({ email: token.email, emailVerifiedAt: now, updatedAt: now })
    .where(eq(users.id, user.id))
    .run()
  // What went to the old address opens nothing any more.
  await voidLinks(tx, user.id, everyPurpose, now)
  await enqueueMail(parts, tx, {
    key: `email-changed:${token.id}`,
    userId: user.id,
    to: user.email,
    template: 'email-changed',
    data: { at: now.toISOString() },
  })
  // Without the addresses: an entry can never be taken back, and a person's address must be.
  await recordAct(tx, {
    actor: { userId: user.id, request },
    action: 'email.change',
    target: { kind: 'user', id: user.id },
    at: now,
  })
}
