import { LineSplitter } from './lines'
import { query } from './query'
import { pathOf, pods } from './resources'
import { closable, openLines } from './stream'
import type { Transport } from './transport'
import type { Ref } from './types'

/** A longer line is cut: one program's runaway line must not cost every reader its memory. */
const maxLineBytes = 64 * 1024
const timestampShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/

export interface LogOptions {
  container?: string
  follow?: boolean
  /** Lines of history; 0 is none. */
  tailLines?: number
  /** Either this (RFC 3339) or `sinceSeconds`. */
  sinceTime?: string
  sinceSeconds?: number
  timestamps?: boolean
  /** The run before the present one. */
  previous?: boolean
  limitBytes?: number
  signal?: AbortSignal
}

export interface LogLine {
  /** RFC 3339 with nanoseconds, where timestamps were asked for. */
  timestamp?: string
  text: string
}

/**
 * A container's log, line by line. Ends with the container's run, or at once and quietly when left or aborted; a socket
 * lost on the way throws `unavailable`.
 */
export function logs(transport: Transport, pod: Ref, options: LogOptions = {}): AsyncIterableIterator<LogLine, void> {
  return closable((signal) => readLog(transport, pod, options, signal), options.signal)
}

async function* readLog(
  transport: Transport,
  pod: Ref,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine, void> {
  const { signal: _, ...parameters } = options
  const call = {
    method: 'GET' as const,
    path: `${pathOf(pods, pod)}/log${query(parameters)}`,
    verb: 'log',
    resource: pods.plural,
    idempotent: true,
  }
  const splitter = new LineSplitter(maxLineBytes, 'cut')
  for await (const lines of openLines(transport, call, signal, { splitter })) {
    for (const line of lines) yield options.timestamps === true ? splitTimestamp(line) : { text: line }
  }
}

function splitTimestamp(line: string): LogLine {
  const timestamp = timestampShape.exec(line)?.[0]
  return timestamp === undefined ? { text: line } : { timestamp, text: line.slice(timestamp.length + 1) }
}
