/** Numbers that follow from a seed: the same seed makes the same world. (sfc32, seeded by splitmix32.) */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number, stream: string) {
    let state = seed >>> 0
    for (const char of stream) state = (Math.imul(state ^ char.charCodeAt(0), 0x9e3779b1) + 0x85ebca6b) >>> 0
    const next = (): number => {
      state = (state + 0x9e3779b9) >>> 0
      let mixed = state ^ (state >>> 16)
      mixed = Math.imul(mixed, 0x21f0aaad)
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
      return (mixed ^ (mixed >>> 15)) >>> 0
    }
    this.#a = next()
    this.#b = next()
    this.#c = next()
    for (let round = 0; round < 12; round++) this.word()
  }

  /** 32 bits. */
  word(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    return sum >>> 0
  }

  /** From 0 to 1, without 1. */
  fraction(): number {
    return this.word() / 2 ** 32
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  /** A whole number of least … most. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1))
  }

  /** With this mean, mostly shorter. */
  exponential(mean: number): number {
    return -Math.log(1 - this.fraction()) * mean
  }

  pick<T>(of: readonly T[]): T {
    return of[this.between(0, of.length - 1)]!
  }

  shuffled<T>(of: readonly T[]): T[] {
    const all = [...of]
    for (let last = all.length - 1; last > 0; last--) {
      const other = this.between(0, last)
      ;[all[last], all[other]] = [all[other]!, all[last]!]
    }
    return all
  }

  fill(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index++) bytes[index] = this.word() & 255
  }
}
