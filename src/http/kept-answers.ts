import { setBounded } from '../lib/bounded-map'

/** The answer to a request of the same path, made of what is kept; undefined where that does not hold any more. */
export type AnswerAgain = (request: Request) => Response | undefined

interface KeptAnswer {
  /** The pattern that found it. */
  route: string
  again: AnswerAgain
}

/** More than there are pages: a path can be written in several ways. */
const maxPaths = 4_000

/**
 * Paths whose answer a feature keeps and knows to be current by itself: the router has found it before, and what the edge checks of a
 * request is checked all the same. A path with a query is none of them: a route looks at that.
 */
export class KeptAnswers {
  readonly #byPath = new Map<string, KeptAnswer>()

  find(target: string): KeptAnswer | undefined {
    return this.#byPath.get(target)
  }

  keep(target: string, kept: KeptAnswer): void {
    if (target.includes('?')) return
    setBounded(this.#byPath, maxPaths, target, kept)
  }
}
