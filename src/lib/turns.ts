/** Lets what concerns one key happen one after another, in the order of the calls; different keys don't wait for each other. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Keys that somebody acts on or waits for. */
  get size(): number {
    return this.#last.size
  }

  take<T>(key: string, act: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(act, act)
    // Kept only while somebody may have to wait for it.
    const settled = turn
      .catch(() => {})
      .then(() => {
        if (this.#last.get(key) === settled) this.#last.delete(key)
      })
    this.#last.set(key, settled)
    return turn
  }
}
