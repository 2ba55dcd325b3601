/** Each doubling is split into this many steps, so a figure read back is at most 1.6 % off. */
const stepsPerDoubling = 64
const doublings = 32

/** Counts how often each latency occurred, in a fixed amount of memory. */
export class Latencies {
  readonly #counts = new Uint32Array(stepsPerDoubling * doublings)
  count = 0
  maxMs = 0

  add(ms: number): void {
    const micros = Math.max(1, ms * 1000)
    const index = Math.min(Math.floor(Math.log2(micros) * stepsPerDoubling), this.#counts.length - 1)
    this.#counts[index]!++
    this.count++
    if (ms > this.maxMs) this.maxMs = ms
  }

  /** The latency in ms that this share of all stays under; 0 where nothing was counted. */
  quantile(share: number): number {
    let left = Math.ceil(this.count * share)
    for (let index = 0; index < this.#counts.length; index++) {
      left -= this.#counts[index]!
      if (left <= 0) return this.count === 0 ? 0 : Math.min(2 ** ((index + 1) / stepsPerDoubling) / 1000, this.maxMs)
    }
    return this.maxMs
  }
}
