import { Backoff } from './backoff'
import { errorOfStatus, isKubeError, type KubeError, type KubeStatus, unexpected } from './errors'
import { LineSplitter } from './lines'
import { query } from './query'
import { collectionOf, type Resource } from './resources'
import { closable, openLines } from './stream'
import type { Transport } from './transport'
import type { KubeObject, Selection } from './types'

/** The API server sends a bookmark every minute: a socket silent for longer than this is a dead one. */
const defaultSilenceMs = 100_000
const defaultTimeoutSeconds = 300
const maxEventBytes = 16 * 1024 * 1024
/** A watch that ends sooner, with nothing seen, did not really start. */
const shortestWatchMs = 1_000

export type WatchEvent<T> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T }
  | { type: 'BOOKMARK'; resourceVersion: string }

export interface WatchOptions extends Selection {
  /** Events after this version; absent begins with an ADDED for everything there is. */
  resourceVersion?: string
  /** The server ends the watch after this and it is resumed; up to half as much is added at random. */
  timeoutSeconds?: number
  silenceMs?: number
  /** Told of every lost connection; the watch goes on by itself. */
  onFault?: (fault: KubeError) => void
  signal?: AbortSignal
}

interface RawEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: T
}

/**
 * Watches for ever: dropped, silent and ended sockets are resumed where they stopped. Throws `gone` when the version is
 * too old to resume from (list again), and whatever else another try would not cure. Ends quietly when aborted.
 */
export function watch<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  options: WatchOptions = {},
): AsyncIterableIterator<WatchEvent<T>, void> {
  return closable((signal) => resume(transport, resource, options, signal), options.signal)
}

async function* resume<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  options: WatchOptions,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>, void> {
  const backoff = new Backoff(transport)
  let resourceVersion = options.resourceVersion
  while (!signal.aborted) {
    const started = performance.now()
    try {
      for await (const event of watchOnce(transport, resource, { ...options, resourceVersion }, signal)) {
        resourceVersion = versionOf(event)
        backoff.reset()
        yield event
      }
      if (performance.now() - started > shortestWatchMs) continue
    } catch (fault) {
      if (!isKubeError(fault) || !fault.retryable) throw fault
      options.onFault?.(fault)
    }
    await backoff.wait(signal)
  }
}

/** One connection's worth of events; ends when the server ends it. */
export async function* watchOnce<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  options: WatchOptions & { onOpen?: () => void },
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>, void> {
  const call = {
    method: 'GET' as const,
    path: watchPath(resource, options, transport.random),
    verb: 'watch',
    resource: resource.plural,
    idempotent: true,
  }
  const stream = {
    splitter: new LineSplitter(maxEventBytes, 'refuse'),
    silenceMs: options.silenceMs ?? defaultSilenceMs,
    onOpen: options.onOpen,
  }
  for await (const lines of openLines(transport, call, signal, stream)) {
    for (const line of lines) {
      if (line !== '') yield parseEvent<T>(line)
    }
  }
}

export function versionOf<T extends KubeObject>(event: WatchEvent<T>): string {
  return event.type === 'BOOKMARK' ? event.resourceVersion : event.object.metadata.resourceVersion
}

function watchPath<T extends KubeObject>(resource: Resource<T>, options: WatchOptions, random: () => number): string {
  const { labelSelector, fieldSelector, resourceVersion, timeoutSeconds } = options
  const parameters = {
    watch: true,
    allowWatchBookmarks: true,
    labelSelector,
    fieldSelector,
    resourceVersion,
    timeoutSeconds: timeoutSeconds ?? Math.round(defaultTimeoutSeconds * (1 + random() / 2)),
  }
  return collectionOf(resource, options.namespace) + query(parameters)
}

function parseEvent<T extends KubeObject>(line: string): WatchEvent<T> {
  let event: RawEvent<T>
  try {
    event = JSON.parse(line) as RawEvent<T>
  } catch {
    // The rest of an event whose socket broke: resuming brings it again.
    throw unexpected('an event of a watch is cut off')
  }
  if (event.type === 'ERROR') throw errorOfStatus(event.object as unknown as KubeStatus)
  if (event.type === 'BOOKMARK') return { type: 'BOOKMARK', resourceVersion: event.object.metadata.resourceVersion }
  return { type: event.type, object: event.object }
}
