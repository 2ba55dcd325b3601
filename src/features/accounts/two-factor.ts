import { eq } from 'drizzle-orm'
import type { Drizzle, Tx } from '../../db'
import type { Actor } from '../../http/access'
import { hour } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import type { Thing } from '../../lib/kinds'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { assertUnchanged, confirmPassword } from './confirm-password'
import { countRecoveryCodes, replaceRecoveryCodes } from './recovery-codes'
import { getOpenSession } from './sessions'
import type { TwoFactor } from './tables'
import { twoFactors } from './tables'
import { newTotpSecret, totpUri } from './totp'
import { dropTwoFactor, recordTwoFactor, tellOfTwoFactor } from './two-factor-changes'
import { findTwoFactor, orThrow, type Refusal, sealSecret, spendCode } from './two-factor-codes'

/** A secret that was shown and never confirmed opens nothing; after this it can't be confirmed any more. */
const pendingMs = hour

type Needs = Pick<Parts, 'config' | 'db' | 'clock' | 'passwords' | 'queue' | 'sealer'>

export async function viewTwoFactor(on: Drizzle, { userId }: Actor) {
  const since = (await findTwoFactor(on, userId))?.enabledAt ?? null
  return {
    enabled: since !== null,
    since: since?.toISOString() ?? null,
    recoveryCodesLeft: since ? await countRecoveryCodes(on, userId) : 0,
  }
}

/** Makes a secret, shown here only, in place of one that was never confirmed. @throws AppError INVALID_STATE if it is on */
export async function setUpTwoFactor(parts: Needs, actor: Actor, password: string) {
  const user = await confirmPassword(parts, actor, password, 'two-factor.setup')
  const secret = newTotpSecret()
  const createdAt = parts.clock.now()
  await parts.db.write(async (tx) => {
    await assertUnchanged(tx, user)
    if ((await findTwoFactor(tx, user.id))?.enabledAt) throw new AppError('INVALID_STATE', 'Two-factor is on already')
    const made = { sealedSecret: sealSecret(parts, user.id, secret), createdAt, lastStep: 0 }
    await tx
      .insert(twoFactors)
      .values({ userId: user.id, ...made })
      .onConflictDoUpdate({ target: twoFactors.userId, set: made })
      .run()
  })
  const expiresAt = new Date(createdAt.getTime() + pendingMs).toISOString()
  return { secret, otpauthUri: totpUri(secret, user.email, parts.config.businessName), expiresAt }
}

/** Turns it on with the first code, which shows that the secret arrived. The recovery codes are shown here only. */
export async function enableTwoFactor(parts: Needs, actor: Actor, code: string): Promise<{ recoveryCodes: string[] }> {
  const outcome = await parts.db.write(async (tx) => {
    const now = parts.clock.now()
    await getOpenSession(tx, actor)
    const pending = await findTwoFactor(tx, actor.userId)
    if (pending?.enabledAt) throw new AppError('INVALID_STATE', 'Two-factor is on already')
    if (!pending || pending.createdAt.getTime() + pendingMs <= now.getTime()) {
      throw new AppError('INVALID_STATE', 'Set two-factor up first')
    }
    const spent = await spendCode(parts, tx, pending, code, refusalOf(actor, 'two-factor.enable'))
    if (spent instanceof AppError) return spent
    await tx.update(twoFactors).set({ enabledAt: now }).where(eq(twoFactors.userId, actor.userId)).run()
    const recoveryCodes = await replaceRecoveryCodes(tx, actor.userId, now)
    await recordTwoFactor(tx, actor, { action: 'two-factor.enable', enabled: true, at: now })
    await tellOfTwoFactor(parts, tx, actor.userId, 'on')
    return { recoveryCodes }
  })
  return orThrow(outcome)
}

interface Confirmation {
  password: string
  code: string
}

export async function disableTwoFactor(parts: Needs, actor: Actor, confirmation: Confirmation): Promise<null> {
  return confirmed(parts, actor, confirmation, 'two-factor.disable', async (tx, at) => {
    await dropTwoFactor(tx, actor.userId)
    await recordTwoFactor(tx, actor, { action: 'two-factor.disable', enabled: false, at })
    await tellOfTwoFactor(parts, tx, actor.userId, 'off')
    return null
  })
}

/** Ten new ones; the old ones are worth nothing any more. */
export async function renewRecoveryCodes(
  parts: Needs,
  actor: Actor,
  confirmation: Confirmation,
): Promise<{ recoveryCodes: string[] }> {
  return confirmed(parts, actor, confirmation, 'two-factor.recovery-codes', async (tx, at) => {
    const recoveryCodes = await replaceRecoveryCodes(tx, actor.userId, at)
    const target: Thing = { kind: 'user', id: actor.userId }
    await recordAct(tx, { actor, action: 'two-factor.recovery-codes', target, at })
    await tellOfTwoFactor(parts, tx, actor.userId, 'new-codes')
    return { recoveryCodes }
  })
}

/** Does what only the person themselves may do: with the password, and a code that is thereby used up. */
async function confirmed<T extends object | null>(
  parts: Needs,
  actor: Actor,
  { password, code }: Confirmation,
  action: string,
  act: (tx: Tx, at: Date) => Promise<T>,
): Promise<T> {
  const user = await confirmPassword(parts, actor, password, action)
  const outcome = await parts.db.write(async (tx) => {
    await assertUnchanged(tx, user)
    const spent = await spendCode(parts, tx, await getEnabled(tx, user.id), code, refusalOf(actor, action))
    return spent instanceof AppError ? spent : act(tx, parts.clock.now())
  })
  return orThrow(outcome)
}

async function getEnabled(tx: Tx, userId: string): Promise<TwoFactor> {
  const found = await findTwoFactor(tx, userId)
  if (!found?.enabledAt) throw new AppError('INVALID_STATE', 'Two-factor is not on')
  return found
}

const refusalOf = ({ userId }: Actor, action: string): Refusal => ({
  code: 'FORBIDDEN',
  attempt: { action, target: { kind: 'user', id: userId } },
})
