import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { AppError } from '../../lib/errors'
import { newId } from '../../lib/ids'
import type { Thing } from '../../lib/kinds'
import type { Parts } from '../../parts'
import { type AuditActor, recordAct } from '../audit'
import { enqueueMail, type MailData } from '../mails'
import { assertSomebodyElse, getChangeable } from './admin-acts'
import { countRecoveryCodes, deleteRecoveryCodes } from './recovery-codes'
import { twoFactors } from './tables'
import { findTwoFactor, type Refusal, spendCode } from './two-factor-codes'

type Needs = Pick<Parts, 'clock' | 'queue' | 'sealer'>

/**
 * The second half of proving who one is, for a person whose password was right: asks nothing where two-factor is off. Like
 * spendCode() it gives a refusal back, so that the try stands.
 * @param typed a one-time code or a recovery code @returns TOTP_REQUIRED without one, what `refusal` says for a wrong one, RATE_LIMITED
 */
export async function passTwoFactor(
  parts: Needs,
  tx: Tx,
  actor: AuditActor,
  typed: string | undefined,
  refusal: Refusal,
): Promise<AppError | undefined> {
  const twoFactor = await findTwoFactor(tx, actor.userId)
  if (!twoFactor?.enabledAt) return undefined
  if (typed === undefined) return new AppError('TOTP_REQUIRED', 'Send `totp`: a one-time code, or a recovery code')
  const spent = await spendCode(parts, tx, twoFactor, typed, refusal)
  if (spent instanceof AppError) return spent
  if (spent === 'recovery') await noteRecovery(parts, tx, actor)
  return undefined
}

/** It may not be the owner who found that piece of paper. */
async function noteRecovery(parts: Needs, tx: Tx, actor: AuditActor): Promise<void> {
  const codesLeft = await countRecoveryCodes(tx, actor.userId)
  const target: Thing = { kind: 'user', id: actor.userId }
  await recordAct(tx, { actor, action: 'two-factor.recovery-use', target, after: { codesLeft }, at: parts.clock.now() })
  await tellOfTwoFactor(parts, tx, actor.userId, 'code-used', codesLeft)
}

/** For somebody who has lost both device and recovery codes. @throws AppError FORBIDDEN for oneself, INVALID_STATE if it is off */
export async function disableTwoFactorOf(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  reason: string,
): Promise<null> {
  const user = await getChangeable(tx, actor, id)
  assertSomebodyElse(actor, user)
  if (!(await findTwoFactor(tx, id))?.enabledAt) throw new AppError('INVALID_STATE', 'Two-factor is not on')
  await dropTwoFactor(tx, id)
  const at = parts.clock.now()
  await recordTwoFactor(tx, actor, { action: 'user.two-factor-disable', userId: id, enabled: false, reason, at })
  await tellOfTwoFactor(parts, tx, id, 'off-by-support')
  return null
}

/** Secret and recovery codes are gone: nothing asks for a code any more. */
export async function dropTwoFactor(tx: Tx, userId: string): Promise<void> {
  await deleteRecoveryCodes(tx, userId)
  await tx.delete(twoFactors).where(eq(twoFactors.userId, userId)).run()
}

interface Switched {
  action: string
  /** If not the actor's own. */
  userId?: string
  enabled: boolean
  reason?: string
  at: Date
}

export const recordTwoFactor = (tx: Tx, actor: Actor, { userId = actor.userId, enabled, ...act }: Switched) =>
  recordAct(tx, {
    ...act,
    actor,
    target: { kind: 'user', id: userId },
    before: { twoFactor: !enabled },
    after: { twoFactor: enabled },
  })

/** The owner hears of every change to what guards the account, whoever made it. */
export async function tellOfTwoFactor(
  parts: Pick<Parts, 'clock' | 'queue'>,
  tx: Tx,
  userId: string,
  change: MailData['two-factor-changed']['change'],
  codesLeft?: number,
): Promise<void> {
  const now = parts.clock.now()
  await enqueueMail(parts, tx, {
    key: `two-factor:${newId('event', now.getTime())}`,
    userId,
    template: 'two-factor-changed',
    data: { change, at: now.toISOString(), codesLeft },
  })
}
