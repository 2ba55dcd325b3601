import { errorOfStatus, type KubeStatus, unexpected } from './errors'
import { LineSplitter } from './lines'
import { query } from './query'
import { collectionOf, type Resource } from './resources'
import { openLines } from './stream'
import type { Transport } from './transport'
import type { KubeObject, Selection } from './types'

/** The API server sends a bookmark every minute: a socket silent for longer than this is a dead one. */
const defaultSilenceMs = 100_000
const defaultTimeoutSeconds = 300
const maxEventBytes = 16 * 1024 * 1024

export type WatchEvent<T> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T }
  | { type: 'BOOKMARK'; resourceVersion: string }

export interface WatchOptions extends Selection {
  /** Events after this version; absent begins with an ADDED for everything there is. */
  resourceVersion?: string
  /** The server ends the watch after this; up to half as much is added at random. */
  timeoutSeconds?: number
  silenceMs?: number
  onOpen?: () => void
}

interface RawEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: T
}

/**
 * One connection's worth of events; ends when the server ends it. Throws `gone` when the version is too old (list again),
 * `unavailable` for a lost or silent socket; ends quietly when aborted.
 */
export async function* watchOnce<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  options: WatchOptions,
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
