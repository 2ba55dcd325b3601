import { minute } from '../../lib/clock'

/** Of a generation; there are two of them. */
const maxKept = 10_000
const generationMs = 15 * minute

export interface Claims {
  userId: string
  sessionId: string
  /** Epoch milliseconds. */
  expiresAt: number
}

/**
 * Tokens whose signature was checked, by their whole text: one that differs in a character is never found. The younger
 * generation takes the older one's place when it is full, or as old as a token can get.
 */
export class VerifiedTokens {
  #younger = new Map<string, Claims>()
  #older = new Map<string, Claims>()
  #beganAt = 0

  get size(): number {
    return this.#younger.size + this.#older.size
  }

  find(token: string): Claims | undefined {
    return this.#younger.get(token) ?? this.#older.get(token)
  }

  keep(token: string, claims: Claims, now: number): void {
    if (this.#younger.size >= maxKept || now - this.#beganAt >= generationMs) {
      this.#older = this.#younger
      this.#younger = new Map()
      this.#beganAt = now
    }
    this.#younger.set(token, claims)
  }

  clear(): void {
    this.#younger.clear()
    this.#older.clear()
  }
}
