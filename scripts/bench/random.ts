const letters = '0123456789abcdefghjkmnpqrstvwxyz'

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  /** Shaped like the product's ids, and like them sorted by when it was made. */
  id(prefix: string, atMs: number): string {
    let time = ''
    for (let rest = atMs, index = 0; index < 9; index++, rest = Math.floor(rest / 32)) time = letters[rest % 32] + time
    let tail = ''
    for (let index = 0; index < 15; index++) tail += letters[this.below(32)]
    return `${prefix}_${time}${tail}`
  }
}
