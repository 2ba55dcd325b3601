const maxKept = 1_000

/** Who opened a stream, and by what. */
export interface StreamOwner {
  userId: string
  sessionId?: string
  tokenId?: string
  /** When what they called with runs out. */
  expiresAt?: Date
}

/** Streams of one person, one session or one token. */
export type StreamsOf = { userId: string } | { sessionId: string } | { tokenId: string }

interface Closing {
  at: number
  reason: string
}

/**
 * Whose streams were closed last, and when. A request that was let in just before that moment may come to open its stream
 * just after it. Bounded: of a request older than what was forgotten nobody can say, so its stream is closed too, and its
 * client comes again.
 */
export class Closings {
  readonly #kept = new Map<string, Closing>()
  #forgottenAt = Number.NEGATIVE_INFINITY

  constructor(private readonly max = maxKept) {}

  /** @param at when, by performance.now() */
  note(of: StreamsOf, closing: Closing): void {
    const [key] = keysOf(of)
    this.#kept.delete(key!)
    this.#kept.set(key!, closing)
    if (this.#kept.size <= this.max) return
    const [oldest, { at }] = this.#kept.entries().next().value!
    this.#kept.delete(oldest)
    this.#forgottenAt = at
  }

  /** Why a stream may not open for a request that came at `requestedAt`; undefined if it may. */
  findReason(owner: StreamOwner, requestedAt: number): string | undefined {
    if (requestedAt <= this.#forgottenAt) return 'open it again'
    for (const key of keysOf(owner)) {
      const closing = this.#kept.get(key)
      if (closing && requestedAt <= closing.at) return closing.reason
    }
    return undefined
  }
}

export const isOf = (owner: StreamOwner, of: StreamsOf): boolean => keysOf(owner).includes(keysOf(of)[0]!)

const keysOf = (owner: Partial<StreamOwner>): string[] =>
  (['userId', 'sessionId', 'tokenId'] as const)
    .filter((kind) => owner[kind] !== undefined)
    .map((kind) => `${kind} ${owner[kind]}`)
