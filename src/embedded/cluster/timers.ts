/** Pending timers of the simulation, so that closing or resetting the cluster leaves none behind. */
export class Timers {
  #pending = new Map<string, ReturnType<typeof setTimeout>>()

  /** One timer per key: setting it again replaces the one before. */
  set(key: string, ms: number, run: () => void): void {
    clearTimeout(this.#pending.get(key))
    this.#pending.set(
      key,
      setTimeout(() => {
        this.#pending.delete(key)
        run()
      }, ms),
    )
  }

  has(key: string): boolean {
    return this.#pending.has(key)
  }

  cancel(key: string): void {
    clearTimeout(this.#pending.get(key))
    this.#pending.delete(key)
  }

  get size(): number {
    return this.#pending.size
  }

  clear(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer)
    this.#pending.clear()
  }
}
