import type { Socket } from 'bun'
import { Latencies } from './latencies'
import { ResponseReader } from './response-reader'

export interface LoadOrder {
  host: string
  port: number
  connections: number
  /** Complete requests, head and body. Taken in turn by all connections; each waits for its answer before the next. */
  requests: string[]
  /** Repeats the requests for so long; without it each is sent exactly once. */
  durationMs?: number
  /** So much at the beginning is sent but not counted. */
  warmupMs?: number
}

export interface LoadResult {
  /** Complete answers, counted from the end of the warm-up. */
  answers: number
  seconds: number
  perSecond: number
  statuses: Record<string, number>
  /** Connections that failed or were closed while an answer was due. */
  broken: number
  latencyMs: { p50: number; p90: number; p99: number; max: number }
}

/** A single request's time limit: a load that hangs ends with an error instead of never. */
const stallMs = 30_000
const maxBroken = 100

export async function runLoad(order: LoadOrder): Promise<LoadResult> {
  const load = new Load(order)
  return load.run()
}

interface Connection {
  reader: ResponseReader
  sentAt: number
  rest: Uint8Array | undefined
}

class Load {
  readonly #order: LoadOrder
  readonly #requests: Uint8Array[]
  readonly #done = Promise.withResolvers<void>()
  readonly #sockets = new Set<Socket<Connection>>()
  #latencies = new Latencies()
  #statuses = new Map<number, number>()
  #next = 0
  #open = 0
  #broken = 0
  #countFrom = 0
  #until = Number.POSITIVE_INFINITY
  #lastAnswerAt = 0

  constructor(order: LoadOrder) {
    this.#order = order
    this.#requests = order.requests.map((request) => Buffer.from(request))
  }

  async run(): Promise<LoadResult> {
    const { connections, durationMs, warmupMs = 0 } = this.#order
    const startedAt = performance.now()
    this.#countFrom = startedAt + warmupMs
    this.#lastAnswerAt = startedAt
    if (durationMs !== undefined) this.#until = this.#countFrom + durationMs
    const watchdog = setInterval(() => {
      if (performance.now() - this.#lastAnswerAt > stallMs)
        this.#done.reject(new Error('no answer within half a minute'))
    }, 1000)
    try {
      await Promise.all(Array.from({ length: connections }, () => this.#connect()))
      await this.#done.promise
    } finally {
      clearInterval(watchdog)
      for (const socket of this.#sockets) socket.terminate()
    }
    return this.#result(Math.min(this.#lastAnswerAt, this.#until) - this.#countFrom)
  }

  #result(ms: number): LoadResult {
    const latencies = this.#latencies
    const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => latencies.quantile(share)) as [number, number, number]
    return {
      answers: latencies.count,
      seconds: ms / 1000,
      perSecond: latencies.count / (ms / 1000),
      statuses: Object.fromEntries(this.#statuses),
      broken: this.#broken,
      latencyMs: { p50, p90, p99, max: latencies.maxMs },
    }
  }

  async #connect(): Promise<void> {
    this.#open++
    const handlers = {
      data: (socket: Socket<Connection>, bytes: Buffer) => this.#receive(socket, bytes),
      drain: (socket: Socket<Connection>) => this.#flush(socket),
      close: (socket: Socket<Connection>) => this.#closed(socket),
      error: () => {},
    }
    const { host: hostname, port } = this.#order
    const data: Connection = { reader: new ResponseReader(), sentAt: 0, rest: undefined }
    const socket = await Bun.connect<Connection>({ hostname, port, data, socket: handlers })
    socket.setNoDelay(true)
    this.#sockets.add(socket)
    this.#send(socket)
  }

  #send(socket: Socket<Connection>): void {
    const now = performance.now()
    const request = this.#take(now)
    if (request === undefined) {
      socket.data.sentAt = 0
      socket.end()
      return
    }
    socket.data.sentAt = now
    const written = socket.write(request)
    if (written < request.length) socket.data.rest = request.subarray(Math.max(written, 0))
  }

  #take(now: number): Uint8Array | undefined {
    if (now >= this.#until) return undefined
    if (this.#order.durationMs !== undefined) return this.#requests[this.#next++ % this.#requests.length]
    return this.#requests[this.#next++]
  }

  #flush(socket: Socket<Connection>): void {
    const { rest } = socket.data
    if (!rest) return
    const written = socket.write(rest)
    socket.data.rest = written < rest.length ? rest.subarray(Math.max(written, 0)) : undefined
  }

  #receive(socket: Socket<Connection>, bytes: Buffer): void {
    const { reader } = socket.data
    try {
      if (!reader.feed(bytes)) return
    } catch (error) {
      this.#done.reject(error)
      return
    }
    this.#count(performance.now(), socket.data.sentAt, reader.status)
    if (!reader.closes) {
      this.#send(socket)
      return
    }
    socket.data.sentAt = 0
    socket.end()
    this.#reconnect()
  }

  #reconnect(): void {
    this.#connect().catch((error) => this.#done.reject(error))
  }

  #count(now: number, sentAt: number, status: number): void {
    this.#lastAnswerAt = now
    if (now < this.#countFrom || now > this.#until) return
    this.#latencies.add(now - sentAt)
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1)
  }

  #closed(socket: Socket<Connection>): void {
    this.#sockets.delete(socket)
    this.#open--
    if (socket.data.sentAt > 0) {
      if (++this.#broken > maxBroken) this.#done.reject(new Error('the server keeps closing connections'))
      else this.#reconnect()
    } else if (this.#open === 0) {
      this.#done.resolve()
    }
  }
}

/** Runs it in a process of its own, so that it takes no time from whoever asks. */
export async function runLoadElsewhere(order: LoadOrder): Promise<LoadResult> {
  const child = Bun.spawn([process.execPath, import.meta.path], {
    stdin: Buffer.from(JSON.stringify(order)),
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const printed = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error('the load generator failed')
  return JSON.parse(printed)
}

if (import.meta.main) {
  console.log(JSON.stringify(await runLoad(await Bun.stdin.json())))
  process.exit(0)
}
