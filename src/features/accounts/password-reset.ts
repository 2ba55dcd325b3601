import { eq, sql } from 'drizzle-orm'
import type { Tx } from '../../db'
import { second } from '../../lib/clock'
import { newId } from '../../lib/ids'
import type { Parts } from '../../parts'
import type { JobKind } from '../../queue'
import { type AuditActor, recordAct } from '../audit'
import { enqueueMail } from '../mails'
import { everyPurpose, getOpenLink, issueLink, useLink, voidLinks } from './account-tokens'
import { revokeApiTokens } from './api-tokens'
import { assertGoodPassword } from './password-policy'
import { endSessions } from './sessions'
import { accountTokens, users } from './tables'
import { findUserByEmail, getUser } from './users'

const sendResetLink = 'account.reset-link'
const deadlineMs = 30 * second
const maxAttempts = 5

type Needs = Pick<Parts, 'db' | 'clock' | 'passwords' | 'queue' | 'streams' | 'tokens'>

interface ResetLink {
  linkId: string
  /** Not there for an address that nobody has. */
  userId?: string
}

/**
 * Answers at once and alike whoever asks for whatever address: it writes one job either way, and only the job knows whether
 * there is somebody to send a link to.
 */
export async function requestPasswordReset(parts: Needs, email: string): Promise<void> {
  const user = await findUserByEmail(parts.db.read, email)
  const payload: ResetLink = { linkId: newId('link', parts.clock.now().getTime()), userId: user?.id }
  await parts.db.write((tx) => parts.queue.enqueue(tx, { kind: sendResetLink, key: payload.linkId, payload }))
}

export const resetLinkJob = (parts: Needs): JobKind<ResetLink> => ({
  kind: sendResetLink,
  deadlineMs,
  maxAttempts,
  // Whoever asked can ask again.
  cancel: {},
  async run({ linkId, userId }) {
    if (userId) await parts.db.write((tx) => sendLink(parts, tx, linkId, userId))
  },
})

async function sendLink(parts: Needs, tx: Tx, id: string, userId: string): Promise<void> {
  const known = await tx.select({ id: accountTokens.id }).from(accountTokens).where(eq(accountTokens.id, id)).get()
  const { status, email } = await getUser(tx, userId)
  if (known || status !== 'ACTIVE') return
  if (!(await issueLink(parts, tx, { id, userId, purpose: 'RESET_PASSWORD', email }))) return
  await enqueueMail(parts, tx, {
    key: `reset-password:${id}`,
    userId,
    template: 'reset-password',
    data: { linkId: id },
  })
}

/**
 * Sets another password by the link of a mail. Whoever was in is out: sessions, API tokens and every other link end. Two-factor
 * stays as it is. The link was read at the account's address, which is thereby verified. @throws AppError UNAUTHORIZED, VALIDATION_ERROR
 */
export async function resetPassword(
  parts: Needs,
  input: { token: string; newPassword: string },
  request: AuditActor['request'],
): Promise<void> {
  // Looked at before the hash is made: who has no link gets no work done.
  const { user } = await getOpenLink(parts.db.read, input.token, ['RESET_PASSWORD'], parts.clock.now())
  await assertGoodPassword(input.newPassword, user, 'newPassword')
  const passwordHash = await parts.passwords.hash(input.newPassword)
  await parts.db.write(async (tx) => {
    const now = parts.clock.now()
    const { token } = await useLink(tx, input.token, ['RESET_PASSWORD'], now)
    await tx
      .update(users)
      .set({ passwordHash, emailVerifiedAt: sql`coalesce(${users.emailVerifiedAt}, ${now.getTime()})`, updatedAt: now })
      .where(eq(users.id, user.id))
      .run()
    await endSessions(parts, tx, user.id, {}, 'password')
    await revokeApiTokens(parts, tx, user.id)
    await voidLinks(tx, user.id, everyPurpose, now)
    await tellOfNewPassword(parts, tx, user.id, token.id)
    await recordAct(tx, {
      actor: { userId: user.id, request },
      action: 'password.reset',
      target: { kind: 'user', id: user.id },
      at: now,
    })
  })
}

/** The owner hears of another password, whoever set it. `occasion`: one mail for each. */
export async function tellOfNewPassword(
  parts: Pick<Parts, 'clock' | 'queue'>,
  tx: Tx,
  userId: string,
  occasion: string,
): Promise<void> {
  await enqueueMail(parts, tx, {
    key: `password-changed:${occasion}`,
    userId,
    template: 'password-changed',
    data: { at: parts.clock.now().toISOString() },
  })
}
