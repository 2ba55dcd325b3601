import { AsyncLocalStorage } from 'node:async_hooks'

/** Whoever a timer belongs to. What a process that was killed had set never fires. */
export interface Owner {
  alive: boolean
}

/** Whose code runs: the house's, or the world's around it. */
export const ownership = new AsyncLocalStorage<Owner>()

type Callback = (...args: unknown[]) => void

/** As code expects one that `setTimeout` or `setInterval` gives. */
export class VirtualTimer {
  cancelled = false
  /** Counted up by `refresh`: an older place in the queue is none any more. */
  turn = 0
  due = 0
  readonly owner = ownership.getStore()
  readonly #context = AsyncLocalStorage.snapshot()

  constructor(
    readonly timers: VirtualTimers,
    readonly run: Callback,
    readonly args: unknown[],
    readonly delayMs: number,
    readonly repeats: boolean,
  ) {}

  fire(): void {
    if (this.owner?.alive === false) return
    this.#context(this.run, ...this.args)
  }

  refresh(): this {
    this.timers.place(this)
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  hasRef(): boolean {
    return false
  }

  [Symbol.dispose](): void {
    this.cancelled = true
  }
}

interface Place {
  due: number
  order: number
  timer: VirtualTimer
  turn: number
}

const isBefore = (a: Place, b: Place): boolean => a.due < b.due || (a.due === b.due && a.order < b.order)

/** Timers in the order in which they are due; of two at one moment the one that was set first. */
export class VirtualTimers {
  /** Milliseconds that only pass while the simulation lets them: what `performance.now()` says. */
  now = 0
  readonly #heap: Place[] = []
  #order = 0

  set(run: Callback, ms: number | undefined, args: unknown[], repeats: boolean): VirtualTimer {
    const delay = Math.max(Number.isFinite(Number(ms)) ? Number(ms) : 0, repeats ? 1 : 0)
    const timer = new VirtualTimer(this, run, args, delay, repeats)
    this.place(timer)
    return timer
  }

  place(timer: VirtualTimer): void {
    if (timer.cancelled) return
    timer.due = this.now + timer.delayMs
    this.#push({ due: timer.due, order: this.#order++, timer, turn: ++timer.turn })
  }

  /** When the next one is due. */
  next(): number | undefined {
    this.#dropDead()
    return this.#heap[0]?.due
  }

  /** Lets it become as late as the next one is due, and fires that one. */
  fireNext(): void {
    this.#dropDead()
    const place = this.#pop()
    if (!place) return
    this.now = Math.max(this.now, place.due)
    const { timer } = place
    if (timer.repeats) this.place(timer)
    else timer.cancelled = true
    timer.fire()
  }

  #dropDead(): void {
    for (let first = this.#heap[0]; first; first = this.#heap[0]) {
      const { timer, turn } = first
      if (!timer.cancelled && turn === timer.turn && timer.owner?.alive !== false) return
      this.#pop()
    }
  }

  #push(place: Place): void {
    const heap = this.#heap
    let at = heap.push(place) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(place, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = place
  }

  #pop(): Place | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (!first || !last || heap.length === 0) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
    return first
  }
}
