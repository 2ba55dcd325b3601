import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from '../../../src/lib/clock'
import { Random } from './random'
import { type Owner, ownership, VirtualTimer, VirtualTimers } from './timers'

const turn = setImmediate
/** More events without a moment's rest are a loop. */
const maxTurns = 20_000

interface Immediate {
  run: () => void
  owner: Owner | undefined
  cancelled: boolean
}

/**
 * The time and the chance of this whole process, in the simulation's hands: timers fire when it says so, and every random number
 * follows from the seed. The wall clock is told separately, because a day passes in one jump: what was set before it then
 * fires late, as after a night in which a machine slept.
 */
export class Runtime implements Clock {
  readonly timers = new VirtualTimers()
  readonly #random: Random
  #immediates: Immediate[] = []
  /** The world's wall clock is the timers' plus this. */
  #wallMs: number
  /** How wrong the house's clock is. */
  skewMs = 0

  constructor(seed: number, start: Date) {
    this.#wallMs = start.getTime()
    this.#random = new Random(seed, 'product')
  }

  /** What the house's clock says. */
  now(): Date {
    return new Date(this.wall() + this.skewMs)
  }

  /** What time it really is. */
  wall(): number {
    return this.#wallMs + Math.floor(this.timers.now)
  }

  readonly trueClock: Clock = { now: () => new Date(this.wall()) }

  /** Time passes at once; no timer fires for it. */
  jumpTo(wall: number): void {
    if (wall > this.wall()) this.#wallMs += wall - this.wall()
  }

  /** Takes the place of the runtime's own clocks, timers and random numbers, for as long as this process lives. */
  install(): void {
    const { timers } = this
    const clear = (timer: unknown) => {
      if (timer instanceof VirtualTimer) timer.cancelled = true
    }
    const replaced = {
      setTimeout: (run: () => void, ms?: number, ...args: unknown[]) => timers.set(run, ms, args, false),
      setInterval: (run: () => void, ms?: number, ...args: unknown[]) => timers.set(run, ms, args, true),
      setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => this.#soon(run, args),
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: (immediate: Immediate | undefined) => {
        if (immediate) immediate.cancelled = true
      },
    }
    Object.assign(globalThis, replaced)
    Object.assign(performance, { now: () => timers.now })
    Object.assign(Bun, {
      sleep: (ms: number) => new Promise<void>((wake) => void timers.set(() => wake(), ms, [], false)),
    })
    Object.assign(AbortSignal, { timeout: (ms: number) => this.#signalAfter(ms) })
    Object.assign(Date, { now: () => (ownership.getStore() ? this.now().getTime() : this.wall()) })
    Object.assign(Math, { random: () => this.#random.fraction() })
    Object.assign(crypto, {
      getRandomValues: <T extends ArrayBufferView>(into: T): T => {
        this.#random.fill(new Uint8Array(into.buffer, into.byteOffset, into.byteLength))
        return into
      },
      randomUUID: () => this.#uuid(),
    })
  }

  /** Runs what waits for the present turn of the event loop, until nothing does. */
  async drain(): Promise<void> {
    for (let turns = 0; ; turns++) {
      await new Promise((resolve) => turn(resolve))
      if (this.#immediates.length === 0) {
        // What a stream hands on comes one turn later.
        await new Promise((resolve) => turn(resolve))
        if (this.#immediates.length === 0) return
      }
      if (turns > maxTurns) throw new Error('the event loop does not come to rest')
      const due = this.#immediates
      this.#immediates = []
      for (const { run, cancelled, owner } of due) if (!cancelled && owner?.alive !== false) run()
    }
  }

  /** Fires timer after timer while the next one is due within `withinMs`, for `atMostMs` in all. */
  async settle(withinMs: number, atMostMs: number): Promise<void> {
    const end = this.timers.now + atMostMs
    for (let fired = 0; ; fired++) {
      await this.drain()
      const next = this.timers.next()
      if (next === undefined || next > this.timers.now + withinMs || next > end) return
      if (fired > maxTurns) throw new Error('timers fire without a rest')
      this.timers.fireNext()
    }
  }

  /** Lets time pass until this is settled. */
  async until<T>(work: Promise<T>, atMostMs = 120_000): Promise<T> {
    let isOver = false
    const over = () => {
      isOver = true
    }
    work.then(over, over)
    const end = this.timers.now + atMostMs
    for (let fired = 0; ; fired++) {
      await this.drain()
      if (isOver) return work
      if (fired > maxTurns) throw new Error('timers fire without a rest')
      const next = this.timers.next()
      if (next === undefined || next > end) throw new Error('waits for something that never comes')
      this.timers.fireNext()
    }
  }

  #soon(run: (...args: unknown[]) => void, args: unknown[]): Immediate {
    const context = AsyncLocalStorage.snapshot()
    const immediate = { run: () => context(run, ...args), owner: ownership.getStore(), cancelled: false }
    this.#immediates.push(immediate)
    return immediate
  }

  #signalAfter(ms: number): AbortSignal {
    const controller = new AbortController()
    this.timers.set(() => controller.abort(new DOMException('The operation timed out.', 'TimeoutError')), ms, [], false)
    return controller.signal
  }

  #uuid(): string {
    const bytes = new Uint8Array(16)
    this.#random.fill(bytes)
    bytes[6] = (bytes[6]! & 15) | 64
    bytes[8] = (bytes[8]! & 63) | 128
    const hex = Buffer.from(bytes).toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }
}
