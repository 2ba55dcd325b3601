import type { Timers } from './timers'

const sliceMs = 4
const firstRetryMs = 20
const maxRetryMs = 30_000

/** Reads the object again and brings the world closer to it; called with a key only, never with a stale object. */
type Reconcile = (namespace: string, name: string) => void

export type Report = (controller: string, key: string, error: unknown) => void

interface Item {
  controller: string
  namespace: string
  name: string
}

/**
 * Keys waiting to be reconciled, each at most once. Works in short slices between which HTTP requests get their turn, and
 * does nothing at all while no key waits. A reconcile that throws is tried again with a growing pause.
 */
export class WorkQueue {
  #reconciles = new Map<string, Reconcile>()
  #waiting = new Map<string, Item>()
  #failures = new Map<string, number>()
  #scheduled: ReturnType<typeof setImmediate> | undefined

  constructor(
    private readonly timers: Timers,
    private readonly report: Report,
  ) {}

  register(controller: string, reconcile: Reconcile): void {
    this.#reconciles.set(controller, reconcile)
  }

  add(controller: string, namespace: string, name: string): void {
    const key = `${controller} ${namespace}/${name}`
    if (this.#waiting.has(key)) return
    this.#waiting.set(key, { controller, namespace, name })
    this.#scheduled ??= setImmediate(() => this.#run())
  }

  addAfter(ms: number, controller: string, namespace: string, name: string): void {
    this.timers.set(`queue ${controller} ${namespace}/${name}`, ms, () => this.add(controller, namespace, name))
  }

  /** Takes back an `addAfter` that has become pointless. */
  cancelAfter(controller: string, namespace: string, name: string): void {
    this.timers.cancel(`queue ${controller} ${namespace}/${name}`)
  }

  get length(): number {
    return this.#waiting.size
  }

  clear(): void {
    clearImmediate(this.#scheduled)
    this.#scheduled = undefined
    this.#waiting.clear()
    this.#failures.clear()
  }

  #run(): void {
    this.#scheduled = undefined
    const end = performance.now() + sliceMs
    for (const [key, item] of this.#waiting) {
      this.#waiting.delete(key)
      this.#reconcile(key, item)
      if (performance.now() > end) break
    }
    if (this.#waiting.size > 0) this.#scheduled ??= setImmediate(() => this.#run())
  }

  #reconcile(key: string, { controller, namespace, name }: Item): void {
    try {
      this.#reconciles.get(controller)?.(namespace, name)
      this.#failures.delete(key)
    } catch (error) {
      const failures = (this.#failures.get(key) ?? 0) + 1
      this.#failures.set(key, failures)
      this.report(controller, `${namespace}/${name}`, error)
      const pause = Math.min(firstRetryMs * 2 ** Math.min(failures, 12), maxRetryMs)
      this.addAfter(pause, controller, namespace, name)
    }
  }
}
