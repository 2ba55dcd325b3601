import { expired, StatusError, tooManyRequests } from '../errors'
import type { Kind, Resource } from '../kinds'
import { type Matcher, parseFieldSelector, parseLabelSelector } from '../selectors'
import type { Change, Store } from '../store'
import type { Call } from './call'
import { selectObjects } from './list'

const maxWatchers = 2_000
/** A client that is this far behind is cut off: it resumes from its last version, or lists again. */
export const maxBehindBytes = 8 * 1024 * 1024
const bufferBytes = 64 * 1024
const bookmarkEveryMs = 60_000
const defaultTimeoutSeconds = 30 * 60
const endBookmarkSeconds = 2

const encoder = new TextEncoder()

interface View {
  kind: Kind
  namespace: string
  matches: Matcher | undefined
  bookmarks: boolean
}

/** Hands every change to the streams that watch its kind. */
export class WatchHub {
  #watchers = new Map<Resource, Set<Watcher>>()
  #count = 0
  #ticker: ReturnType<typeof setInterval> | undefined

  constructor(private readonly store: Store) {
    store.onChange((change) => {
      const watchers = this.#watchers.get(change.resource)
      if (!watchers || watchers.size === 0) return
      const line = new EventLine(change)
      for (const watcher of watchers) watcher.offer(change, line)
    })
  }

  get size(): number {
    return this.#count
  }

  open(call: Call): Response {
    if (this.#count >= maxWatchers) throw tooManyRequests('too many watches', 5)
    const { query, kind, path } = call
    const byLabel = parseLabelSelector(query.get('labelSelector'))
    const byField = parseFieldSelector(query.get('fieldSelector'), kind.resource)
    const view: View = {
      kind,
      namespace: kind.namespaced ? path.namespace : '',
      matches: byLabel && byField ? (object) => byLabel(object) && byField(object) : (byLabel ?? byField),
      bookmarks: query.get('allowWatchBookmarks') === 'true' || query.get('allowWatchBookmarks') === '1',
    }
    const seconds = Number(query.get('timeoutSeconds')) || defaultTimeoutSeconds
    const watcher = new Watcher(view, seconds, (ended) => this.#remove(ended))
    const start = startOf(call)
    const stream = watcher.stream(() => {
      this.#add(watcher)
      watcher.bookmarkBeforeEnd(() => this.store.version)
      this.#begin(watcher, call, start)
    })
    return new Response(stream, {
      headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, private' },
    })
  }

  closeAll(): void {
    for (const watchers of this.#watchers.values()) for (const watcher of [...watchers]) watcher.end()
  }

  #begin(watcher: Watcher, call: Call, start: number | undefined): void {
    if (start === undefined) {
      for (const object of selectObjects(call)) watcher.send('ADDED', object)
      if (call.query.get('sendInitialEvents') === 'true') watcher.bookmark(this.store.version, true)
      return
    }
    const missed = this.store.log(call.kind.resource).since(start)
    if (!missed || start > this.store.version) {
      watcher.fail(expired(`too old resource version: ${start} (${this.store.version})`))
      return
    }
    for (const change of missed) watcher.offer(change, new EventLine(change))
  }

  #add(watcher: Watcher): void {
    const { resource } = watcher.view.kind
    const watchers = this.#watchers.get(resource) ?? new Set()
    watchers.add(watcher)
    this.#watchers.set(resource, watchers)
    this.#count++
    this.#ticker ??= setInterval(() => this.#bookmarkAll(), bookmarkEveryMs)
  }

  #remove(watcher: Watcher): void {
    if (!this.#watchers.get(watcher.view.kind.resource)?.delete(watcher)) return
    this.#count--
    if (this.#count > 0) return
    clearInterval(this.#ticker)
    this.#ticker = undefined
  }

  #bookmarkAll(): void {
    for (const watchers of this.#watchers.values()) {
      for (const watcher of watchers) watcher.bookmark(this.store.version)
    }
  }
}

/** From which version on; undefined asks for the present state first. */
function startOf({ query }: Call): number | undefined {
  const text = query.get('resourceVersion') ?? ''
  if (text === '' || text === '0' || query.get('sendInitialEvents') === 'true') return undefined
  const version = Number(text)
  if (Number.isInteger(version) && version >= 0) return version
  const problem = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`
  throw new StatusError(500, undefined, `resourceVersion: Invalid value: ${JSON.stringify(text)}: ${problem}`)
}

/** A change written out once, however many watch it. */
class EventLine {
  #object: string | undefined

  constructor(private readonly change: Change) {}

  as(type: string): string {
    this.#object ??= JSON.stringify(this.change.object)
    return `{"type":"${type}","object":${this.#object}}\n`
  }
}

/** White space between two events, as every reader of a stream of JSON takes it. */
const opening = new TextEncoder().encode('\n')

class Watcher {
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #pending: string[] = []
  #flush: ReturnType<typeof setImmediate> | undefined
  #timers: ReturnType<typeof setTimeout>[] = []

  constructor(
    readonly view: View,
    private readonly seconds: number,
    private readonly ended: (watcher: Watcher) => void,
  ) {}

  stream(begin: () => void): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
          this.#timers.push(setTimeout(() => this.end(), this.seconds * 1_000))
          begin()
          // Bun sends an answer's head with its first bytes: without any, a watch of nothing would look like no answer.
          if (this.#controller && this.#pending.length === 0) controller.enqueue(opening)
        },
        cancel: () => this.#stop(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: bufferBytes }),
    )
  }

  offer(change: Change, line: EventLine): void {
    const { namespace, matches } = this.view
    const { object, previous, type } = change
    if (namespace && object.metadata.namespace !== namespace) return
    if (!matches) {
      this.#write(line.as(type))
      return
    }
    const before = type !== 'ADDED' && previous !== undefined && matches(previous)
    const now = type !== 'DELETED' && matches(object)
    if (now) this.#write(line.as(before ? 'MODIFIED' : 'ADDED'))
    else if (before) this.#write(line.as('DELETED'))
  }

  send(type: string, object: unknown): void {
    this.#write(`{"type":"${type}","object":${JSON.stringify(object)}}\n`)
  }

  bookmark(version: number, initial = false): void {
    if (!this.view.bookmarks) return
    const annotations = initial ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}
    const { kind, apiVersion } = this.view.kind
    this.send('BOOKMARK', { kind, apiVersion, metadata: { resourceVersion: String(version), ...annotations } })
  }

  /** A bookmark shortly before the end, so that the next watch starts from there. */
  bookmarkBeforeEnd(version: () => number): void {
    const ms = Math.max(0, this.seconds - endBookmarkSeconds) * 1_000
    if (this.view.bookmarks) this.#timers.push(setTimeout(() => this.bookmark(version()), ms))
  }

  fail(error: StatusError): void {
    this.send('ERROR', error.body())
    this.end()
  }

  end(): void {
    this.#send()
    const controller = this.#controller
    this.#stop()
    controller?.close()
  }

  #write(line: string): void {
    if (!this.#controller) return
    this.#pending.push(line)
    this.#flush ??= setImmediate(() => this.#send())
  }

  #send(): void {
    clearImmediate(this.#flush)
    this.#flush = undefined
    if (!this.#controller || this.#pending.length === 0) return
    const bytes = encoder.encode(this.#pending.join(''))
    this.#pending = []
    if ((this.#controller.desiredSize ?? 0) < -maxBehindBytes) {
      const controller = this.#controller
      this.#stop()
      controller.error(new Error('the watcher is too slow'))
      return
    }
    this.#controller.enqueue(bytes)
  }

  #stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    clearImmediate(this.#flush)
    this.#controller = undefined
    this.#pending = []
    this.ended(this)
  }
}
