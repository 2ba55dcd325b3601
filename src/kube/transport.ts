import { sleep } from '../lib/sleep'
import { readText } from './answer'
import type { Connection } from './connection'
import { Deadline } from './deadline'
import { errorOfAnswer, isKubeError, type KubeError, unavailable, unexpected, withoutWords } from './errors'
import { Slots } from './slots'

const defaultTimeoutMs = 10_000
const defaultConcurrency = 64
const maxWaiting = 10_000
const maxTries = 3
/** A longer Retry-After is handed to the caller instead of being waited for here. */
const maxRetryAfterMs = 5_000
const firstRetryMs = 150
const maxErrorBytes = 64 * 1024
const defaultMaxAnswerBytes = 64 * 1024 * 1024
const idleSeconds = 60
/** Shorter than any credential, and longer than a word. */
const minRedactedLength = 12

export interface CallReport {
  verb: string
  resource: string
  /** 0 where no answer came. */
  status: number
  /** Until the head of the answer had come. */
  ms: number
}

export interface KubeOptions {
  /** Limit of one unary call, tries and waiting for a slot included (default 10 s). */
  timeoutMs?: number
  /** Unary calls in flight at a time (default 64); streams do not count. */
  concurrency?: number
  maxAnswerBytes?: number
  userAgent?: string
  onCall?: (report: CallReport) => void
  random?: () => number
  /** Waits before another try. */
  sleep?: typeof sleep
}

export interface CallOptions {
  signal?: AbortSignal
  timeoutMs?: number
}

export interface Call extends CallOptions {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  verb: string
  resource: string
  body?: string
  contentType?: string
  /** Whether sending it twice does no more than sending it once. */
  idempotent: boolean
}

/** Sends calls over one keep-alive session: time and size limits, retries, slots, and one kind of error. */
export class Transport {
  readonly random: () => number
  readonly sleep: typeof sleep
  readonly #connection: Connection
  readonly #options: KubeOptions
  readonly #slots: Slots
  readonly #maxAnswerBytes: number
  #session: Bun.FetchSession | undefined
  #sessionTls: Connection['tls']
  #headersOf: Record<string, string> | undefined
  #headers: Record<string, string> = {}

  constructor(connection: Connection, options: KubeOptions = {}) {
    this.#connection = connection
    this.#options = options
    this.#slots = new Slots(options.concurrency ?? defaultConcurrency, maxWaiting)
    this.#maxAnswerBytes = options.maxAnswerBytes ?? defaultMaxAnswerBytes
    this.random = options.random ?? Math.random
    this.sleep = options.sleep ?? sleep
  }

  async json<T>(call: Call): Promise<T> {
    const text = await this.text(call)
    try {
      return JSON.parse(text) as T
    } catch {
      throw unexpected(`the answer to ${call.verb} ${call.resource} is no JSON`)
    }
  }

  /** The answer's body; a retry happens only where it can't do the thing twice. */
  async text(call: Call): Promise<string> {
    const timeoutMs = call.timeoutMs ?? this.#options.timeoutMs ?? defaultTimeoutMs
    const deadline = new Deadline(timeoutMs, call.signal)
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#once(call, deadline)
        } catch (fault) {
          const failure = deadline.explain(fault, `${call.verb} ${call.resource}`)
          if (attempt === 1 && failure.status === 401 && (await this.#renewCredentials())) continue
          const waitMs = attempt < maxTries ? this.#retryDelay(call, failure, attempt) : undefined
          if (waitMs === undefined || waitMs > deadline.remainingMs()) throw failure
          await this.sleep(waitMs, deadline.signal)
          if (deadline.signal.aborted) throw failure
        }
      }
    } finally {
      deadline.end()
    }
  }

  /** An answer whose body has no end; the time limit holds until its head has come, the caller's signal closes it. */
  async open(call: Call): Promise<Response> {
    const deadline = new Deadline(call.timeoutMs ?? this.#options.timeoutMs ?? defaultTimeoutMs, call.signal)
    try {
      const response = await this.#send(call, deadline.signal)
      if (!response.ok) throw await this.#failure(call, response)
      deadline.stopClock()
      return response
    } catch (fault) {
      deadline.end()
      const failure = deadline.explain(fault, `${call.verb} ${call.resource}`)
      if (failure.status === 401) await this.#renewCredentials()
      throw failure
    }
  }

  close(): void {
    this.#session?.close()
  }

  async #once(call: Call, deadline: Deadline): Promise<string> {
    const turn = this.#slots.take(deadline.signal)
    if (turn) await turn
    try {
      const response = await this.#send(call, deadline.signal)
      if (!response.ok) throw await this.#failure(call, response)
      return await readText(response, this.#maxAnswerBytes)
    } finally {
      this.#slots.give()
    }
  }

  async #send(call: Call, signal: AbortSignal): Promise<Response> {
    const started = performance.now()
    try {
      const common = this.#commonHeaders(await this.#connection.headers())
      const init: BunFetchRequestInit & { timeout: false } = {
        method: call.method,
        headers:
          call.body === undefined ? common : { ...common, 'content-type': call.contentType ?? 'application/json' },
        body: call.body,
        signal,
        redirect: 'manual',
        timeout: false,
      }
      const response = await this.#fetch(this.#connection.server + call.path, init)
      this.#report(call, response.status, started)
      return response
    } catch (fault) {
      this.#report(call, 0, started)
      throw isKubeError(fault) ? fault : unavailable(fault)
    }
  }

  #commonHeaders(credentials: Record<string, string>): Record<string, string> {
    if (this.#headersOf === credentials) return this.#headers
    this.#headersOf = credentials
    this.#headers = {
      ...credentials,
      accept: 'application/json',
      // Bodies are counted as they come, and the way to the API server is short.
      'accept-encoding': 'identity',
      'user-agent': this.#options.userAgent ?? 'minispod',
    }
    return this.#headers
  }

  #fetch(url: string, init: BunFetchRequestInit): Promise<Response> {
    const { fetch } = this.#connection
    return fetch ? fetch(new Request(url, init)) : this.#currentSession().fetch(url, init)
  }

  #currentSession(): Bun.FetchSession {
    const { tls, proxy } = this.#connection
    if (this.#session && this.#sessionTls === tls) return this.#session
    this.#session?.close()
    this.#sessionTls = tls
    this.#session = new Bun.FetchSession({ tls, proxy, keepAlive: { idleTimeout: idleSeconds } })
    return this.#session
  }

  async #failure(call: Call, response: Response): Promise<KubeError> {
    const text = await readText(response, maxErrorBytes).catch(() => '')
    const credential = this.#headers.authorization?.split(' ')[1]
    const said = credential && credential.length >= minRedactedLength ? text.replaceAll(credential, '[redacted]') : text
    const failure = errorOfAnswer(response.status, said, response.headers.get('retry-after'))
    // What does not fit is quoted in the refusal, and in a Secret that is a secret; a 403 speaks of names and counts.
    return call.resource === 'secrets' && failure.status !== 403 ? withoutWords(failure) : failure
  }

  /** True where there were others to be had than those just refused. */
  async #renewCredentials(): Promise<boolean> {
    const refused = await this.#connection.headers()
    return (await this.#connection.headers(true)) !== refused
  }

  #retryDelay(call: Call, failure: KubeError, attempt: number): number | undefined {
    // 429 comes before anything is done; a lost answer may be that of a deed that is done.
    const refused = failure.status === 429
    const lost = failure.kind === 'unavailable' && call.idempotent
    if (!refused && !lost) return undefined
    const asked = failure.retryAfterMs
    if (asked !== undefined) return asked <= maxRetryAfterMs ? asked : undefined
    return firstRetryMs * 2 ** attempt * (0.5 + this.random() / 2)
  }

  #report(call: Call, status: number, started: number): void {
    this.#options.onCall?.({ verb: call.verb, resource: call.resource, status, ms: performance.now() - started })
  }
}
