import { type Clock, minute } from '../../lib/clock'
import type { Payment } from './order'

const maxTokens = 1_000
const lifetimeMs = 10 * minute

/** One-time card tokens, good for ten minutes. The number itself is never kept, only what a masked card shows. */
export class CardTokens {
  readonly #tokens = new Map<string, { firstSix: string; lastFour: string; until: number }>()

  constructor(private readonly clock: Clock) {}

  /** Null for what is no card number. */
  issue(cardNumber: string): string | null {
    const digits = cardNumber.replace(/[ -]/g, '')
    if (!/^\d{13,19}$/.test(digits) || !passesLuhn(digits)) return null
    const until = this.clock.now().getTime() + lifetimeMs
    const card = { firstSix: digits.slice(0, 6), lastFour: digits.slice(-4), until }
    const token = `${card.firstSix}-${card.lastFour}-${crypto.randomUUID()}`
    this.#tokens.set(token, card)
    for (const oldest of this.#tokens.keys()) {
      if (this.#tokens.size <= maxTokens) break
      this.#tokens.delete(oldest)
    }
    return token
  }

  redeem(token: unknown): Payment | null {
    const card = typeof token === 'string' ? this.#tokens.get(token) : undefined
    if (!card) return null
    this.#tokens.delete(token as string)
    const { firstSix, lastFour, until } = card
    return until > this.clock.now().getTime() ? { type: 'credit_card', firstSix, lastFour } : null
  }
}

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place])
    sum += place % 2 === 0 ? digit : digit < 5 ? digit * 2 : digit * 2 - 9
  }
  return sum % 10 === 0
}
