import { AppError } from '../../lib/errors'

/** Hashing takes 20 MB and a core's attention each: more at a time would only make all of them late. */
const maxAtOnce = 2
const maxWaiting = 100
const cost = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const

let running = 0
const waiting: (() => void)[] = []

export const hashPassword = (password: string): Promise<string> => inTurn(() => Bun.password.hash(password, cost))

/** Takes the same time for an account that does not exist: then it checks against a hash that nothing matches. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const against = hash ?? (await nobodysHash())
  const matches = await inTurn(() => Bun.password.verify(password, against).catch(() => false))
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
  }
  running++
  try {
    return await work()
  } finally {
    running--
    waiting.shift()?.()
  }
}
