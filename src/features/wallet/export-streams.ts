import { AppError } from '../../lib/errors'

const maxPerUser = 2
const maxOpen = 32
/** A client that takes nothing for so long is gone, and one that takes this long in all is not waited for. */
const stallMs = 30_000
const longestMs = 15 * 60_000

interface ExportFile {
  /** Letters, digits, dots and dashes: it stands in a header. */
  name: string
  /** Made page by page; undefined after the last. */
  nextPage: () => Promise<string | undefined>
  /** Told of a fault in the middle: the status has long been sent. */
  onFault: (fault: unknown) => void
}

interface Limits {
  stallMs: number
  longestMs: number
}

/** Files that are sent while they are made, no faster than they are taken: of each no more than a page is in memory. */
export class ExportStreams {
  readonly #open = new Map<string, number>()
  readonly #limits: Limits
  #count = 0

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { stallMs, longestMs, ...limits }
  }

  get count(): number {
    return this.#count
  }

  respond(request: Request, userId: string, file: ExportFile): Response {
    const release = this.#take(userId)
    return new Response(
      new ReadableStream(pagesOf(file, request.signal, this.#limits, release), { highWaterMark: 0 }),
      {
        headers: {
          'content-type': 'text/csv;charset=utf-8;header=present',
          'content-disposition': `attachment; filename="${file.name}"`,
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        },
      },
    )
  }

  /** @throws AppError RATE_LIMITED where this user, or UNAVAILABLE where all users together, have enough of them open */
  assertRoom(userId: string): void {
    if ((this.#open.get(userId) ?? 0) >= maxPerUser) {
      throw new AppError('RATE_LIMITED', `At most ${maxPerUser} exports at a time`, { retryAfterSeconds: 5 })
    }
    if (this.#count >= maxOpen) throw new AppError('UNAVAILABLE', 'Too many exports at a time; try again later')
  }

  #take(userId: string): () => void {
    this.assertRoom(userId)
    this.#open.set(userId, (this.#open.get(userId) ?? 0) + 1)
    this.#count++
    return () => this.#release(userId)
  }

  #release(userId: string): void {
    const theirs = this.#open.get(userId)! - 1
    if (theirs === 0) this.#open.delete(userId)
    else this.#open.set(userId, theirs)
    this.#count--
  }
}

/** What is cut off ends in an error, never like a whole file: the client must see that rows are missing. */
function pagesOf(
  { nextPage, onFault }: ExportFile,
  signal: AbortSignal,
  limits: Limits,
  release: () => void,
): UnderlyingDefaultSource<Uint8Array> {
  const encoder = new TextEncoder()
  let open = true
  let stalled: Timer
  let late: Timer
  const end = () => {
    if (!open) return
    open = false
    clearTimeout(stalled)
    clearTimeout(late)
    signal.removeEventListener('abort', end)
    release()
  }
  const fail = (controller: ReadableStreamDefaultController<Uint8Array>, fault: unknown) => {
    if (!open) return
    end()
    onFault(fault)
    controller.error(fault)
  }
  return {
    start(controller) {
      const giveUp = () => fail(controller, new Error('an export was not taken in time'))
      stalled = setTimeout(giveUp, limits.stallMs)
      late = setTimeout(giveUp, limits.longestMs)
      signal.addEventListener('abort', end, { once: true })
      if (signal.aborted) end()
    },
    async pull(controller) {
      if (!open) return
      stalled.refresh()
      try {
        const page = await nextPage()
        if (!open) return
        if (page === undefined) {
          end()
          controller.close()
          return
        }
        controller.enqueue(encoder.encode(page))
        // The next page waits until everybody else's turn is over.
        await new Promise((resolve) => setImmediate(resolve))
      } catch (fault) {
        fail(controller, fault)
      }
    },
    cancel: end,
  }
}
