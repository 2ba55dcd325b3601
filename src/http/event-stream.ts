import { type Clock, systemClock } from '../lib/clock'
import { AppError } from '../lib/errors'
import { Closings, isOf, type StreamOwner, type StreamsOf } from './closings'
import { contextOf } from './request-context'

const defaultHeartbeatMs = 15_000
const maxBufferedBytes = 256 * 1024
const maxStreamsPerUser = 12

export interface ServerEvent {
  /** What a client sends back as Last-Event-ID to go on from here. */
  id?: string
  event: string
  data: unknown
}

export interface EventSink {
  readonly signal: AbortSignal
  send(event: ServerEvent): void
  /** Resolves when the client has taken what was sent: a producer that can wait, waits. */
  ready(): Promise<void>
  close(): void
}

type Produce = (sink: EventSink) => Promise<void>

interface StreamsOptions {
  clock?: Clock
  heartbeatMs?: number
}

/** Every open stream, so that a shutdown or the end of a session reaches them, and nobody opens too many. */
export class EventStreams {
  readonly #open = new Map<Stream, StreamOwner>()
  readonly #closings = new Closings()
  readonly #clock: Clock
  readonly #heartbeatMs: number
  #shuttingDown = false

  constructor({ clock = systemClock, heartbeatMs = defaultHeartbeatMs }: StreamsOptions = {}) {
    this.#clock = clock
    this.#heartbeatMs = heartbeatMs
  }

  get count(): number {
    return this.#open.size
  }

  /**
   * Answers with a stream of server-sent events that `produce` feeds until it returns or the client goes. It ends at once
   * if its owner was shut out since the request came, and at the next heartbeat after what they called with has run out.
   */
  respond(request: Request, owner: StreamOwner, produce: Produce): Response {
    if (this.#shuttingDown) throw new AppError('UNAVAILABLE', 'The server is shutting down')
    this.#assertRoom(owner)
    const stream = new Stream(request.signal, {
      heartbeatMs: this.#heartbeatMs,
      onBeat: (beating) => this.#endExpired(beating, owner),
      onClosed: (closed) => this.#open.delete(closed),
    })
    // The caller may be gone already: its stream was closed while it was made.
    if (!stream.signal.aborted) this.#open.set(stream, owner)
    const reason = this.#closings.findReason(owner, contextOf(request).startedAt)
    if (reason === undefined) void stream.run(produce)
    else stream.end(reason)
    return new Response(stream.body, {
      headers: {
        'content-type': 'text/event-stream;charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      },
    })
  }

  /** Tells every stream (or those of one user, session or token) why it ends, and ends it; after all of them no new one is opened. */
  closeAll(reason: string, of?: StreamsOf): void {
    if (of) this.#closings.note(of, { at: performance.now(), reason })
    else this.#shuttingDown = true
    for (const [stream, owner] of this.#open) if (!of || isOf(owner, of)) stream.end(reason)
  }

  #assertRoom({ userId }: StreamOwner): void {
    let theirs = 0
    for (const other of this.#open.values()) if (other.userId === userId) theirs++
    if (theirs >= maxStreamsPerUser) {
      throw new AppError('RATE_LIMITED', `At most ${maxStreamsPerUser} streams at a time`, { retryAfterSeconds: 5 })
    }
  }

  #endExpired(stream: Stream, { expiresAt }: StreamOwner): void {
    if (expiresAt && expiresAt <= this.#clock.now()) stream.end('the sign-in or token has expired')
  }
}

interface StreamOptions {
  heartbeatMs: number
  onBeat: (stream: Stream) => void
  onClosed: (stream: Stream) => void
}

class Stream implements EventSink {
  readonly body: ReadableStream<Uint8Array>
  readonly #abort = new AbortController()
  readonly #encoder = new TextEncoder()
  readonly #onClosed: (stream: Stream) => void
  #controller!: ReadableStreamDefaultController<Uint8Array>
  #heartbeat: Timer
  #drained: (() => void) | undefined
  #closed = false

  constructor(request: AbortSignal, { heartbeatMs, onBeat, onClosed }: StreamOptions) {
    this.#onClosed = onClosed
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
          // The head of an answer is sent with its first byte: a client that waits to be connected must not wait for news.
          controller.enqueue(this.#encoder.encode(': open\n\n'))
        },
        pull: () => {
          this.#drained?.()
          this.#drained = undefined
        },
        cancel: () => this.close(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: maxBufferedBytes }),
    )
    this.#heartbeat = setInterval(() => {
      onBeat(this)
      this.send({ event: 'ping', data: { timestamp: new Date().toISOString() } })
    }, heartbeatMs)
    request.addEventListener('abort', () => this.close(), { once: true })
    if (request.aborted) this.close()
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  async run(produce: Produce): Promise<void> {
    try {
      await produce(this)
    } catch (error) {
      // The status line is long gone: a fault can only be told in the stream itself.
      const message = error instanceof AppError ? error.message : 'Internal error'
      const code = error instanceof AppError ? error.code : 'INTERNAL_ERROR'
      this.send({ event: 'error', data: { code, message } })
    } finally {
      this.close()
    }
  }

  send({ id, event, data }: ServerEvent): void {
    if (this.#closed) return
    const text = `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    this.#controller.enqueue(this.#encoder.encode(text))
    // A client that does not read is let go, not waited for: it comes back with Last-Event-ID.
    if ((this.#controller.desiredSize ?? 0) < -maxBufferedBytes) this.close()
  }

  async ready(): Promise<void> {
    if (this.#closed || (this.#controller.desiredSize ?? 0) > 0) return
    await new Promise<void>((resolve) => {
      this.#drained = resolve
    })
  }

  end(reason: string): void {
    this.send({ event: 'status', data: { status: 'closing', reason } })
    this.close()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#heartbeat)
    this.#abort.abort()
    this.#drained?.()
    try {
      this.#controller.close()
    } catch {
      // Already cancelled by the client.
    }
    this.#onClosed(this)
  }
}
