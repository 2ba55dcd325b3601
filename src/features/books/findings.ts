/** Of one check; where one row is wrong thousands may be. */
const shownOfEach = 100

/** What was found to be off, in words that name the row; of each check only so many, and how many more there are. */
export class Findings {
  readonly #shown = new Map<string, string[]>()
  readonly #counts = new Map<string, number>()

  add(check: string, mismatch: string): void {
    const count = this.#counts.get(check) ?? 0
    this.#counts.set(check, count + 1)
    // What stands in a damaged row must not end the line, or speak to the terminal.
    const line = mismatch.replace(/\p{Cc}/gu, '?')
    if (count === 0) this.#shown.set(check, [line])
    else if (count < shownOfEach) this.#shown.get(check)!.push(line)
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0)
  }

  /** What is shown of each check that found anything. */
  byCheck(): Map<string, string[]> {
    const shown = [...this.#shown].map(([check, mismatches]): [string, string[]] => {
      const more = this.#counts.get(check)! - mismatches.length
      return [check, more > 0 ? [...mismatches, `${check}: and ${more} more`] : mismatches]
    })
    return new Map(shown)
  }

  list(): string[] {
    return [...this.byCheck().values()].flat()
  }
}

/** What `verify --json` prints: of each check a hundred mismatches at most, `total` counts all of them. */
export interface VerifyReport {
  mismatches: string[]
  total: number
  /** Absent where it could not be looked at to its end. */
  audit?: { entries: number; head: { number: number; hash: string } }
}
