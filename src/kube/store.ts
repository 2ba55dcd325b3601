import { tooLarge } from './errors'
import type { KubeObject, Ref } from './types'

export type Change<S> =
  | { type: 'added'; key: string; object: S }
  | { type: 'modified'; key: string; object: S; before: S }
  | { type: 'deleted'; key: string; object: S }

interface StoreOptions<T extends KubeObject, S> {
  trim: (object: T) => S
  /** The label by whose value `byLabel` finds. */
  indexLabel?: string
  maxObjects: number
  onChange: (change: Change<S>) => void
}

interface Entry<S> {
  object: S
  resourceVersion: string
  label: string | undefined
}

/** `namespace/name`, or the name alone for what lives in no namespace. */
export function keyOf(ref: Ref): string {
  return ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`
}

/** What an informer knows, by key and by one label. Says nothing of an object that came again unchanged. */
export class Store<T extends KubeObject, S> {
  readonly #entries = new Map<string, Entry<S>>()
  readonly #keysByLabel = new Map<string, Set<string>>()

  constructor(readonly options: StoreOptions<T, S>) {}

  get size(): number {
    return this.#entries.size
  }

  get(ref: Ref): S | undefined {
    return this.#entries.get(keyOf(ref))?.object
  }

  list(): S[] {
    return Array.from(this.#entries.values(), (entry) => entry.object)
  }

  byLabel(value: string): S[] {
    const keys = this.#keysByLabel.get(value)
    return keys ? Array.from(keys, (key) => this.#entries.get(key)!.object) : []
  }

  put(raw: T): void {
    const key = keyOf(raw.metadata)
    const before = this.#entries.get(key)
    const { resourceVersion } = raw.metadata
    if (before?.resourceVersion === resourceVersion) return
    if (!before && this.#entries.size >= this.options.maxObjects) throw tooLarge('the store', this.options.maxObjects)
    const label = this.options.indexLabel === undefined ? undefined : raw.metadata.labels?.[this.options.indexLabel]
    const object = this.options.trim(raw)
    this.#entries.set(key, { object, resourceVersion, label })
    if (!before || before.label !== label) {
      this.#unindex(key, before?.label)
      this.#index(key, label)
    }
    this.options.onChange(
      before ? { type: 'modified', key, object, before: before.object } : { type: 'added', key, object },
    )
  }

  /** The last state comes with the event; a deletion found by listing has only what was known. */
  delete(key: string, raw?: T): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#unindex(key, entry.label)
    this.options.onChange({ type: 'deleted', key, object: raw ? this.options.trim(raw) : entry.object })
  }

  deleteAllBut(seen: Set<string>): void {
    for (const key of this.#entries.keys()) {
      if (!seen.has(key)) this.delete(key)
    }
  }

  #index(key: string, label: string | undefined): void {
    if (label === undefined) return
    const keys = this.#keysByLabel.get(label)
    if (keys) keys.add(key)
    else this.#keysByLabel.set(label, new Set([key]))
  }

  #unindex(key: string, label: string | undefined): void {
    const keys = label === undefined ? undefined : this.#keysByLabel.get(label)
    if (!keys) return
    keys.delete(key)
    if (keys.size === 0) this.#keysByLabel.delete(label!)
  }
}
