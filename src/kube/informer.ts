import { Backoff } from './backoff'
import { isKubeError, type KubeError, unavailable } from './errors'
import { listPages } from './list'
import type { Resource } from './resources'
import { type Change, keyOf, Store } from './store'
import type { Transport } from './transport'
import type { KubeObject, Ref, Selection } from './types'
import { versionOf, type WatchEvent, watchOnce } from './watch'

const defaultMaxObjects = 100_000
/** A list from time to time heals what a watch can't see: above all another cluster behind the same address. */
const defaultRelistMs = 10 * 60_000
const shortestWatchMs = 1_000

export interface InformerOptions<T extends KubeObject, S = T> extends Selection {
  /** Keeps only what is needed of an object; without it all but the managed fields. */
  trim?: (object: T) => S
  indexLabel?: string
  maxObjects?: number
  pageSize?: number
  relistMs?: number
  /** See watch. */
  timeoutSeconds?: number
  silenceMs?: number
}

export interface InformerHandlers<S> {
  /** Must not throw; deletions that a list discovers come too. Called before `synced` for what was there already. */
  onChange?: (change: Change<S>) => void
  onConnected?: (connected: boolean) => void
  /** Every fault; the informer goes on by itself. */
  onFault?: (fault: KubeError) => void
}

export interface Informer<S> {
  get(ref: Ref): S | undefined
  list(): S[]
  byLabel(value: string): S[]
  readonly size: number
  /** The first list is in the store. Never settles when stopped before. */
  readonly synced: Promise<void>
  /** True from a list's end for as long as the watch after it holds. */
  readonly connected: boolean
  stop(): void
}

/** Keeps a copy of a collection in memory and says what changes, for ever, whatever the API server does. */
export function startInformer<T extends KubeObject, S = T>(
  transport: Transport,
  resource: Resource<T>,
  options: InformerOptions<T, S>,
  handlers: InformerHandlers<S> = {},
): Informer<S> {
  const store = new Store<T, S>({
    trim: options.trim ?? dropManagedFields,
    indexLabel: options.indexLabel,
    maxObjects: options.maxObjects ?? defaultMaxObjects,
    onChange: (change) => handlers.onChange?.(change),
  })
  const follower = new Follower(transport, resource, options, handlers, store)
  void follower.run()
  return {
    get: (ref) => store.get(ref),
    list: () => store.list(),
    byLabel: (value) => store.byLabel(value),
    get size() {
      return store.size
    },
    synced: follower.synced.promise,
    get connected() {
      return follower.connected
    },
    stop: () => follower.stop(),
  }
}

class Follower<T extends KubeObject, S> {
  readonly synced = Promise.withResolvers<void>()
  connected = false
  readonly #stopping = new AbortController()
  readonly #backoff: Backoff

  constructor(
    readonly transport: Transport,
    readonly resource: Resource<T>,
    readonly options: InformerOptions<T, S>,
    readonly handlers: InformerHandlers<S>,
    readonly store: Store<T, S>,
  ) {
    this.#backoff = new Backoff(transport)
  }

  stop(): void {
    this.#stopping.abort()
    this.#setConnected(false)
  }

  async run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        const resourceVersion = await this.#relist(signal)
        if (signal.aborted) return
        this.#setConnected(true)
        this.synced.resolve()
        await this.#follow(resourceVersion, signal)
      } catch (fault) {
        if (signal.aborted) return
        this.#lose(isKubeError(fault) ? fault : unavailable(fault))
        await this.#backoff.wait(signal)
      }
    }
  }

  /** Page by page into the store, so that no second copy of the whole collection is ever held. */
  async #relist(signal: AbortSignal): Promise<string> {
    const seen = new Set<string>()
    let resourceVersion = ''
    for await (const page of listPages(this.transport, this.resource, { ...this.options, signal })) {
      if (page.restarted) seen.clear()
      resourceVersion = page.resourceVersion
      for (const object of page.items) {
        seen.add(keyOf(object.metadata))
        this.store.put(object)
      }
    }
    this.store.deleteAllBut(seen)
    return resourceVersion
  }

  /** Returns when it is time to list again; an open watch that broke is resumed, one that can't be opened is a fault. */
  async #follow(from: string, signal: AbortSignal): Promise<void> {
    let resourceVersion = from
    const relistAt = performance.now() + (this.options.relistMs ?? defaultRelistMs)
    while (!signal.aborted && performance.now() < relistAt) {
      const started = performance.now()
      let opened = false
      const onOpen = () => {
        opened = true
        this.#setConnected(true)
      }
      try {
        const options = { ...this.options, resourceVersion, onOpen }
        for await (const event of watchOnce(this.transport, this.resource, options, signal)) {
          // More events may have come together with the one during whose handling we were stopped.
          if (signal.aborted) return
          resourceVersion = versionOf(event)
          this.#take(event)
        }
      } catch (fault) {
        if (!opened || !isKubeError(fault) || !fault.retryable) throw fault
        this.#lose(fault)
      }
      if (performance.now() - started > shortestWatchMs) this.#backoff.reset()
      else await this.#backoff.wait(signal)
    }
  }

  #take(event: WatchEvent<T>): void {
    if (event.type === 'BOOKMARK') return
    if (event.type === 'DELETED') this.store.delete(keyOf(event.object.metadata), event.object)
    else this.store.put(event.object)
  }

  #lose(fault: KubeError): void {
    this.#setConnected(false)
    this.handlers.onFault?.(fault)
  }

  #setConnected(connected: boolean): void {
    if (this.connected === connected) return
    this.connected = connected
    this.handlers.onConnected?.(connected)
  }
}

function dropManagedFields<T extends KubeObject, S>(object: T): S {
  object.metadata.managedFields = undefined
  return object as unknown as S
}
