import { isKubeError, unavailable } from './errors'
import type { LineSplitter } from './lines'
import type { Call, Transport } from './transport'

export interface StreamOptions {
  splitter: LineSplitter
  /** Gives the socket up when nothing came for so long. */
  silenceMs?: number
  onOpen?: () => void
}

/**
 * The lines of an answer without an end, as many at a time as came together. An abort of `signal` closes the socket at
 * once and ends the iteration quietly; a lost or silent socket throws `unavailable`.
 */
export async function* openLines(
  transport: Transport,
  call: Omit<Call, 'signal'>,
  signal: AbortSignal,
  options: StreamOptions,
): AsyncGenerator<string[], void> {
  const socket = new AbortController()
  const close = () => socket.abort()
  if (signal.aborted) return
  signal.addEventListener('abort', close, { once: true })
  const watchdog = options.silenceMs === undefined ? undefined : setTimeout(close, options.silenceMs)
  try {
    const response = await transport.open({ ...call, signal: socket.signal })
    options.onOpen?.()
    const reader = response.body?.getReader()
    while (reader) {
      watchdog?.refresh()
      const { done, value } = await reader.read()
      if (done || signal.aborted) break
      const lines: string[] = []
      options.splitter.push(value, lines)
      if (lines.length > 0) yield lines
    }
    const last = options.splitter.end()
    if (last !== undefined && !signal.aborted) yield [last]
  } catch (fault) {
    if (signal.aborted) return
    if (socket.signal.aborted) throw unavailable(new Error('silent'))
    throw isKubeError(fault) ? fault : unavailable(fault)
  } finally {
    clearTimeout(watchdog)
    signal.removeEventListener('abort', close)
    socket.abort()
  }
}

/**
 * A stream that can be left at any time: leaving the loop, `return()` and the outer signal all abort `start`'s signal
 * first, because a generator that waits for its socket would not hear of them.
 */
export function closable<T>(
  start: (signal: AbortSignal) => AsyncGenerator<T, void>,
  outer?: AbortSignal,
): AsyncIterableIterator<T, void> {
  const controller = new AbortController()
  const abort = () => controller.abort()
  if (outer?.aborted) abort()
  else outer?.addEventListener('abort', abort, { once: true })
  const source = start(controller.signal)
  const finish = () => {
    outer?.removeEventListener('abort', abort)
    abort()
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      try {
        const step = await source.next()
        if (step.done) finish()
        return step
      } catch (fault) {
        finish()
        throw fault
      }
    },
    async return() {
      finish()
      return source.return()
    },
  }
}
