import { randomBytes } from 'node:crypto'
import { AppError } from '../../lib/errors'

/** Hashing takes 20 MB and a core's attention each: more at a time would only make all of them late. */
const maxAtOnce = 2
const maxWaiting = 100

/** Cost of one hash. */
export interface PasswordCost {
  memoryKiB: number
  passes: number
}

const productCost: PasswordCost = { memoryKiB: 19_456, passes: 2 }

/** Of our own making, for an account that is not opened by its person. */
export const generatePassword = (): string => randomBytes(15).toString('base64url')

/** What stands in place of a hash where no password opens anything. */
export const noPassword = '!'

/** Makes and checks the hashes of passwords, few at a time. */
export class Passwords {
  readonly #cost: PasswordCost
  readonly #waiting: (() => void)[] = []
  #running = 0
  #nobodys: Promise<string> | undefined

  constructor(cost = productCost) {
    this.#cost = cost
  }

  /** How much of it is under way. */
  get work(): { running: number; waiting: number } {
    return { running: this.#running, waiting: this.#waiting.length }
  }

  hash(password: string): Promise<string> {
    const { memoryKiB, passes } = this.#cost
    const cost = { algorithm: 'argon2id', memoryCost: memoryKiB, timeCost: passes } as const
    return this.#inTurn(() => Bun.password.hash(typed(password), cost))
  }

  /** Takes the same time for an account that does not exist: then it checks against a hash that nothing matches. */
  async verify(password: string, of: string | undefined): Promise<boolean> {
    const hash = of === noPassword ? undefined : of
    const against = hash ?? (await this.#nobodysHash())
    const matches = await this.#inTurn(() => Bun.password.verify(typed(password), against).catch(() => false))
    return matches && hash !== undefined
  }

  #nobodysHash(): Promise<string> {
    this.#nobodys ??= this.hash(crypto.randomUUID())
    return this.#nobodys
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= maxAtOnce) {
      if (this.#waiting.length >= maxWaiting)
        throw new AppError('RATE_LIMITED', 'Too many sign-ins right now', { retryAfterSeconds: 2 })
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else {
      this.#running++
    }
    try {
      return await work()
    } finally {
      // The place is handed on: given back first, somebody who just came could take it beside the one who waited.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }
}

/** One keyboard sends a letter and its accent as one sign, another as two. */
const typed = (password: string): string => password.normalize('NFC')
