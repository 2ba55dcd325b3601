import type { Change } from './store'

/** Changes kept per kind: how far back a dropped watch can be resumed before it is told to list again. */
const keptChanges = 2_048

/** The newest changes of one kind, oldest first, in a ring that grows only when used. */
export class EventLog {
  #ring: Change[] = []
  #start = 0
  #floor: number

  constructor(floor: number) {
    this.#floor = floor
  }

  append(change: Change): void {
    if (this.#ring.length < keptChanges) {
      this.#ring.push(change)
      return
    }
    this.#floor = this.#ring[this.#start]!.resourceVersion
    this.#ring[this.#start] = change
    this.#start = (this.#start + 1) % keptChanges
  }

  /** What happened after that version; undefined when some of it is forgotten already. */
  since(resourceVersion: number): Change[] | undefined {
    if (resourceVersion < this.#floor) return undefined
    const changes: Change[] = []
    for (let back = this.#ring.length - 1; back >= 0; back--) {
      const change = this.#ring[(this.#start + back) % this.#ring.length]!
      if (change.resourceVersion <= resourceVersion) break
      changes.push(change)
    }
    return changes.reverse()
  }

  clear(floor: number): void {
    this.#ring = []
    this.#start = 0
    this.#floor = floor
  }
}
