import { join } from 'node:path'
import type { Fact, HarnessMessage, LoadMessage, LoadOrder } from './facts'
import { Model } from './model'

const markWithinMs = 60_000
const load = join(import.meta.dir, 'load.ts')

/** Answers to the load's wishes; facts are kept here. */
export type Wish = Extract<LoadMessage, { type: 'notification' | 'call' }>

/** The process that does business, and what it has told. It outlives every server. */
export class LoadProcess {
  readonly #child: Bun.Subprocess
  readonly #facts: Fact[] = []
  readonly #model = new Model()
  #learned = 0
  #answers = 0
  #waiting: (() => void)[] = []
  #marked: ((count: number) => void) | undefined
  #drained: (() => void) | undefined
  #ended = false

  constructor(order: LoadOrder, onWish: (wish: Wish) => void) {
    this.#child = Bun.spawn([process.execPath, load], {
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', CRASH_LOAD: JSON.stringify(order) },
      stdin: 'ignore',
      stdout: 'inherit',
      stderr: 'inherit',
      ipc: (message: LoadMessage) => this.#receive(message, onWish),
      onExit: () => {
        this.#ended = true
        this.#wake()
      },
    })
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#model.counts
  }

  /** How many answers there were. */
  get answers(): number {
    return this.#answers
  }

  /** Waits for so many more, at most for so long. @returns whether they came */
  async waitForAnswers(more: number, ms: number): Promise<boolean> {
    const wanted = this.#answers + more
    const before = performance.now() + ms
    while (this.#answers < wanted) {
      const left = before - performance.now()
      if (left <= 0 || this.#ended) return false
      await Promise.race([new Promise<void>((resolve) => this.#waiting.push(resolve)), Bun.sleep(left)])
    }
    return true
  }

  /** Everything that was answered until now: asked while no server runs, it is what the dead one has promised. */
  async mark(): Promise<number> {
    const marked = new Promise<number>((resolve) => {
      this.#marked = resolve
    })
    this.#send({ type: 'mark' })
    return await within(marked, markWithinMs, 'the load does not answer')
  }

  /** Only ever grows: what was told up to one kill is not forgotten at the next. */
  modelUpTo(count: number): Model {
    while (this.#learned < count) this.#model.learn(this.#facts[this.#learned++]!)
    return this.#model
  }

  /** From here on no top-up is begun: one that is cut off takes a minute to end. */
  ease(): void {
    this.#send({ type: 'ease' })
  }

  /** Lets it bring to an end what is open. */
  async drain(ms: number): Promise<Model> {
    const drained = new Promise<void>((resolve) => {
      this.#drained = resolve
    })
    this.#send({ type: 'drain' })
    await within(drained, ms, 'the load does not come to an end')
    return this.modelUpTo(this.#facts.length)
  }

  async close(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#child.exited
  }

  #receive(message: LoadMessage, onWish: (wish: Wish) => void): void {
    switch (message.type) {
      case 'fact':
        this.#facts.push(message.fact)
        if (message.fact.kind !== 'asked' && message.fact.kind !== 'desiring') this.#answers++
        this.#wake()
        break
      case 'marked':
        this.#marked?.(message.number)
        break
      case 'drained':
        this.#drained?.()
        break
      default:
        onWish(message)
    }
  }

  #send(message: HarnessMessage): void {
    if (this.#ended) throw new Error('the load has ended')
    this.#child.send(message)
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

export async function within<T>(promise: Promise<T>, ms: number, otherwise: string): Promise<T> {
  let timer: Timer | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(otherwise)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
