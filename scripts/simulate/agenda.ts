interface Entry {
  at: number
  order: number
  run: () => Promise<void>
}

/** What happens in the world, by the wall clock: of two things at one moment the one that was planned first. */
export class Agenda {
  readonly #entries: Entry[] = []
  #order = 0

  plan(at: number, run: () => Promise<void>): void {
    const entry = { at, order: this.#order++, run }
    let low = 0
    let high = this.#entries.length
    // The soonest stands last.
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#entries[middle]!
      if (other.at > at || (other.at === at && other.order > entry.order)) low = middle + 1
      else high = middle
    }
    this.#entries.splice(low, 0, entry)
  }

  next(): number | undefined {
    return this.#entries.at(-1)?.at
  }

  take(): Entry | undefined {
    return this.#entries.pop()
  }
}
