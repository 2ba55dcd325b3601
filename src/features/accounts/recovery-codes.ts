import { and, count, eq, isNull } from 'drizzle-orm'
import type { Drizzle, Tx } from '../../db'
import { randomPart } from '../../lib/ids'
import { recoveryCodes } from './tables'
import { hashToken } from './tokens'

const codesAtOnce = 10
/** Five random bits each: 80 in all, which is why a plain SHA-256 keeps them. */
const codeLength = 16
const groupLength = 4

/** Ten new ones in place of all that were. What is handed out here is seen once. */
export async function replaceRecoveryCodes(tx: Tx, userId: string, at: Date): Promise<string[]> {
  await deleteRecoveryCodes(tx, userId)
  const codes = Array.from({ length: codesAtOnce }, () => randomPart(codeLength))
  await tx
    .insert(recoveryCodes)
    .values(codes.map((code) => ({ hash: hashToken(code), userId, createdAt: at })))
    .run()
  return codes.map(grouped)
}

export async function deleteRecoveryCodes(tx: Tx, userId: string): Promise<void> {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId)).run()
}

const unusedOf = (userId: string) => and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt))

/** False, with nothing done, if it does not belong to this person or was used before. */
export async function useRecoveryCode(tx: Tx, userId: string, code: string, at: Date): Promise<boolean> {
  const { rowsAffected } = await tx
    .update(recoveryCodes)
    .set({ usedAt: at })
    .where(and(unusedOf(userId), eq(recoveryCodes.hash, hashToken(asMade(code)))))
    .run()
  return rowsAffected === 1
}

export async function countRecoveryCodes(on: Drizzle | Tx, userId: string): Promise<number> {
  const left = await on.select({ total: count() }).from(recoveryCodes).where(unusedOf(userId)).get()
  return left?.total ?? 0
}

const grouped = (code: string): string => code.match(new RegExp(`.{${groupLength}}`, 'g'))!.join('-')

/** In its stored form, however it was typed: the alphabet has no `o`, `i` or `l`. */
const asMade = (typed: string): string =>
  typed.toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1')
