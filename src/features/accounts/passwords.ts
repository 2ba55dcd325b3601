import { randomBytes } from 'node:crypto'
import { AppError } from '../../lib/errors'

/** Hashing takes 20 MB and a core's attention each: more at a time would only make all of them late. */
const maxAtOnce = 2
const maxWaiting = 100
const cost = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

let running = 0
const waiting: (() => void)[] = []

/** How much of it is under way. */
export const passwordWork = (): { running: number; waiting: number } => ({ running, waiting: waiting.length })

/** Of our own making, for an account that is not opened by its person. */
export const generatePassword = (): string => randomBytes(15).toString('base64url')

export const hashPassword = (password: string): Promise<string> =>
  inTurn(() => Bun.password.hash(typed(password), cost))

/** One keyboard sends a letter and its accent as one sign, another as two. */
const typed = (password: string): string => password.normalize('NFC')

/** What stands in place of a hash where no password opens anything. */
export const noPassword = '!'

/** Takes the same time for an account that does not exist: then it checks against a hash that nothing matches. */
export async function verifyPassword(password: string, of: string | undefined): Promise<boolean> {
  const hash = of === noPassword ? undefined : of
  const against = hash ?? (await nobodysHash())
  const matches = await inTurn(() => Bun.password.verify(typed(password), against).catch(() => false))
  return matches && hash !== undefined
}

let nobodys: Promise<string> | undefined
function nobodysHash(): Promise<string> {
  nobodys ??= hashPassword(crypto.randomUUID())
  return nobodys
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= maxAtOnce) {
    if (waiting.length >= maxWaiting)
      throw new AppError('RATE_LIMITED', 'Too many sign-ins right now', { retryAfterSeconds: 2 })
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else {
    running++
  }
  try {
    return await work()
  } finally {
    // The place is handed on: given back first, somebody who just came could take it beside the one who waited.
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}
