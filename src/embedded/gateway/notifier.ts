import { hour, minute, second } from '../../lib/clock'
import type { Body } from './bodies'

const maxOutstanding = 2_000
const maxPlanned = 10_000
const maxRemembered = 1_000

export interface NotifierOptions {
  /** Where notifications go; asked each time, since the merchant's server may start later. Null: nowhere. */
  url: () => string | null
  /** Midtrans waits 15 s for an answer. */
  timeoutMs?: number
  /** The pauses before the second try and those after; Midtrans spreads five over three and a half hours. */
  retryDelaysMs?: readonly number[]
  fetch?: (request: Request) => Promise<Response>
}

const midtransDelaysMs = [2 * minute, 10 * minute, 30 * minute, 90 * minute, 3 * hour + 30 * minute]

export type NotificationFault = { kind: 'drop' } | { kind: 'duplicate'; copies: number } | { kind: 'delay'; ms: number }

export interface Delivery {
  body: Body
  /** The merchant's HTTP status; null where none came. */
  httpStatus: number | null
}

/** Sends notifications as Midtrans does, one order's in their order, unless a fault says otherwise. */
export class Notifier {
  /** The latest tries, for tests to look at. */
  readonly deliveries: Delivery[] = []
  readonly #planned: NotificationFault[] = []
  #held: Body[] | null = null
  readonly #lanes = new Map<unknown, Promise<void>>()
  readonly #timers = new Set<Timer>()
  readonly #closing = new AbortController()
  #outstanding = 0
  #whenIdle: (() => void)[] = []

  constructor(private readonly options: NotifierOptions) {}

  send(body: Body): void {
    const fault = this.#planned.shift()
    if (fault?.kind === 'drop') return
    const copies = fault?.kind === 'duplicate' ? fault.copies : 1
    for (let copy = 0; copy < copies; copy++) {
      if (this.#held) this.#hold(this.#held, body)
      else if (fault?.kind === 'delay') this.#later(body, 0, fault.ms)
      else this.#enqueue(body)
    }
  }

  failNext(fault: NotificationFault, times = 1): void {
    if (this.#planned.length + times > maxPlanned) throw new RangeError('too many faults planned')
    for (let count = 0; count < times; count++) this.#planned.push(fault)
  }

  /** From now on notifications wait, until they are released in the order that `arrange` gives them. */
  hold(): void {
    this.#held ??= []
  }

  /** Sends what was held, one after the other, and resolves when all of it has been tried. */
  async release(arrange: (held: Body[]) => Body[] = (held) => held): Promise<void> {
    const held = this.#held ?? []
    this.#held = null
    for (const body of arrange(held)) {
      this.#outstanding++
      await this.#attempt(body, 0)
    }
  }

  /** Resolves when nothing is under way and no further try is waiting. Held notifications don't count. */
  idle(): Promise<void> {
    if (this.#outstanding === 0) return Promise.resolve()
    return new Promise((resolve) => this.#whenIdle.push(resolve))
  }

  close(): void {
    this.#closing.abort()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    this.#outstanding = 0
    this.#tellIdle()
  }

  #hold(held: Body[], body: Body): void {
    if (held.length < maxOutstanding) held.push(body)
  }

  /** What comes beyond the bound is lost, as with any notification: the merchant asks for the status. */
  #enqueue(body: Body): void {
    if (this.#closing.signal.aborted || this.#outstanding >= maxOutstanding) return
    this.#outstanding++
    const lane = body.order_id
    const tried = (this.#lanes.get(lane) ?? Promise.resolve()).then(() => this.#attempt(body, 0))
    this.#lanes.set(lane, tried)
    void tried.then(() => {
      if (this.#lanes.get(lane) === tried) this.#lanes.delete(lane)
    })
  }

  async #attempt(body: Body, retries: number): Promise<void> {
    const httpStatus = await this.#post(body)
    if (this.#closing.signal.aborted) return
    this.deliveries.push({ body, httpStatus })
    if (this.deliveries.length > maxRemembered) this.deliveries.shift()
    const delayMs = (this.options.retryDelaysMs ?? midtransDelaysMs)[retries]
    if (retries < retriesFor(httpStatus) && delayMs !== undefined) this.#later(body, retries + 1, delayMs)
    this.#outstanding--
    this.#tellIdle()
  }

  #later(body: Body, retries: number, ms: number): void {
    if (this.#closing.signal.aborted || this.#outstanding >= maxOutstanding) return
    this.#outstanding++
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      void this.#attempt(body, retries)
    }, ms)
    timer.unref()
    this.#timers.add(timer)
  }

  async #post(body: Body): Promise<number | null> {
    const url = this.options.url()
    if (url === null) return null
    const timeout = AbortSignal.timeout(this.options.timeoutMs ?? 15 * second)
    try {
      const request = new Request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', 'user-agent': 'Veritrans' },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.any([timeout, this.#closing.signal]),
      })
      const answer = await (this.options.fetch ?? fetch)(request)
      await answer.body?.cancel()
      return answer.status
    } catch {
      return null
    }
  }

  #tellIdle(): void {
    if (this.#outstanding > 0) return
    for (const resolve of this.#whenIdle.splice(0)) resolve()
  }
}

function retriesFor(httpStatus: number | null): number {
  if (httpStatus === null) return 5
  if (httpStatus >= 200 && httpStatus < 300) return 0
  if (httpStatus === 500) return 1
  return httpStatus === 503 ? 4 : 5
}
