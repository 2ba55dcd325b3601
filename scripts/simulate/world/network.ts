import { type Owner, ownership } from './timers'

type Handler = (request: Request) => Promise<Response>

export type Place = 'cluster' | 'gateway'

/** The wires between the house, its cluster and its payment provider: no socket, but what can go wrong with one. */
export class Network {
  readonly #handlers = new Map<Place, Handler>()
  readonly #down = new Set<Place>()
  readonly #streams = new Map<AbortController, Place>()

  serve(place: Place, handler: Handler): void {
    this.#handlers.set(place, handler)
  }

  isDown(place: Place): boolean {
    return this.#down.has(place)
  }

  /** From now on nothing reaches it, and what is open breaks. */
  cut(place: Place): void {
    this.#down.add(place)
    this.#breakAll((of) => of === place)
  }

  mend(place: Place): void {
    this.#down.delete(place)
  }

  /** As a process leaves its sockets that is no more. */
  breakEverything(): void {
    this.#breakAll(() => true)
  }

  fetchFor(place: Place, owner: Owner & { dying?: boolean }): Handler {
    return async (request) => {
      if (!owner.alive || owner.dying || this.#down.has(place)) throw refused()
      const handler = this.#handlers.get(place)!
      const isStream = request.url.includes('watch=true') || request.url.includes('follow=true')
      const answer = await untilAborted(
        request.signal,
        ownership.exit(() => handler(request)),
      )
      if (owner.dying) throw refused()
      return isStream && answer.ok ? this.#breakable(place, request.signal, answer) : answer
    }
  }

  #breakAll(isThis: (place: Place) => boolean): void {
    for (const [stream, place] of this.#streams) if (isThis(place)) stream.abort(refused())
  }

  /** A body that ends with an error once its reader leaves or the wire is cut, as a socket's does. */
  #breakable(place: Place, signal: AbortSignal, answer: Response): Response {
    const breaking = new AbortController()
    this.#streams.set(breaking, place)
    const leave = () => breaking.abort(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    const source = answer.body!.getReader()
    const end = () => {
      this.#streams.delete(breaking)
      signal.removeEventListener('abort', leave)
    }
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        breaking.signal.addEventListener('abort', () => {
          end()
          ownership.exit(() => void source.cancel().catch(() => {}))
          controller.error(breaking.signal.reason)
        })
        if (signal.aborted) leave()
      },
      pull: async (controller) => {
        const { done, value } = await source.read()
        if (breaking.signal.aborted) return
        if (!done) return controller.enqueue(value)
        end()
        controller.close()
      },
      cancel: () => {
        end()
        return source.cancel()
      },
    })
    return new Response(body, { status: answer.status, headers: answer.headers })
  }
}

const refused = (): Error => Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })

async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const gone = Promise.withResolvers<never>()
  const leave = () => gone.reject(signal.reason)
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([work, gone.promise])
  } finally {
    signal.removeEventListener('abort', leave)
    gone.promise.catch(() => {})
  }
}
