import { and, eq, lt, sql } from 'drizzle-orm'
import { type Drizzle, prepared, sealedPlace, type Tx } from '../../db'
import { minute, second } from '../../lib/clock'
import { AppError, type AppErrorOptions } from '../../lib/errors'
import type { Parts } from '../../parts'
import { useRecoveryCode } from './recovery-codes'
import type { TwoFactor } from './tables'
import { twoFactors } from './tables'
import { findStep } from './totp'

/**
 * Wrong one-time codes of an account, wherever they come from: ten at once, then one every ten minutes. Three codes of a
 * million are right at any time, so that whoever knows the password needs years. It is kept in the row: no restart helps.
 */
const maxTries = 10
const msPerTry = 10 * minute

type Needs = Pick<Parts, 'clock' | 'sealer'>

/** How a wrong code is refused: who signs in is nobody yet, who is signed in stays so. */
export interface Refusal {
  code: 'UNAUTHORIZED' | 'FORBIDDEN'
  attempt: NonNullable<AppErrorOptions['attempt']>
}

const twoFactorOf = prepared((db) =>
  db
    .select()
    .from(twoFactors)
    .where(eq(twoFactors.userId, sql.placeholder('userId')))
    .prepare(),
)

/** Also one that is not turned on yet. */
export const findTwoFactor = (on: Drizzle | Tx, userId: string): Promise<TwoFactor | undefined> =>
  twoFactorOf(on).get({ userId })

export const sealSecret = ({ sealer }: Needs, userId: string, secret: string): string =>
  sealer.seal(secret, placeOf(userId))

const placeOf = (userId: string): string => sealedPlace(twoFactors.sealedSecret, userId)

/** Which kind of code it was, or why it is refused. */
type Spent = 'one-time' | 'recovery' | AppError

/**
 * Uses up a code that somebody typed. A refusal is given back and not thrown: the try that it cost has to stand, so the
 * caller lets the transaction end and throws then.
 */
export async function spendCode(parts: Needs, tx: Tx, of: TwoFactor, typed: string, refusal: Refusal): Promise<Spent> {
  const code = typed.replace(/\s/g, '')
  if (/^\d{6}$/.test(code)) return spendOneTimeCode(parts, tx, of, code, refusal)
  // Too long to be guessed, and the way in for an owner whose tries somebody else has used up.
  return (await useRecoveryCode(tx, of.userId, code, parts.clock.now())) ? 'recovery' : wrong(refusal)
}

async function spendOneTimeCode(parts: Needs, tx: Tx, of: TwoFactor, code: string, refusal: Refusal): Promise<Spent> {
  const now = parts.clock.now()
  const fullAt = Math.max(of.triesFullAt?.getTime() ?? 0, now.getTime()) + msPerTry
  const missingMs = fullAt - now.getTime() - maxTries * msPerTry
  if (missingMs > 0) {
    const retryAfterSeconds = Math.ceil(missingMs / second)
    const why = 'Too many wrong codes; a recovery code still works'
    return new AppError('RATE_LIMITED', why, { retryAfterSeconds }, { attempt: attemptOf(refusal) })
  }
  const step = findStep(parts.sealer.open(of.sealedSecret, placeOf(of.userId)), code, now)
  if (step === undefined) {
    await update(tx, of.userId, { triesFullAt: new Date(fullAt) })
    return wrong(refusal)
  }
  // A code that was right and is used up costs no try: nobody guessed it.
  const { rowsAffected } = await tx
    .update(twoFactors)
    .set({ lastStep: step })
    .where(and(eq(twoFactors.userId, of.userId), lt(twoFactors.lastStep, step)))
    .run()
  return rowsAffected === 1 ? 'one-time' : wrong(refusal)
}

/** What a transaction that asked for a code came to, once it stands. @throws AppError the refusal it ended with */
export function orThrow<T>(outcome: T | AppError): T {
  if (outcome instanceof AppError) throw outcome
  return outcome
}

const update = (tx: Tx, userId: string, set: Partial<TwoFactor>) =>
  tx.update(twoFactors).set(set).where(eq(twoFactors.userId, userId)).run()

const wrong = (refusal: Refusal): AppError =>
  new AppError(refusal.code, 'The code is wrong or was used before', undefined, { attempt: attemptOf(refusal) })

/** Apart from a wrong password: whoever got so far knows the right one, and its owner may not have given it to them. */
const attemptOf = ({ attempt }: Refusal): Refusal['attempt'] => ({
  ...attempt,
  action: `${attempt.action}.second-factor`,
})
