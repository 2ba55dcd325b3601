import pino from 'pino'
import type { Config } from '../config'

const flushEveryMs = 100
const bufferBytes = 8 * 1024

/** JSON lines on stdout, written in batches: a line at a time would cost a request more than its answer. */
export function createLogger(config: Config) {
  const destination = pino.destination({ dest: 1, sync: false, minLength: bufferBytes, periodicFlush: flushEveryMs })
  const log = pino({ level: config.logLevel, base: null, serializers: { err: describeFault } }, destination)
  return { log, flush: () => destination.flushSync() }
}

/** Message, code and stack; not the fields of an error, where libraries keep requests and keys. */
function describeFault(fault: unknown): unknown {
  if (!(fault instanceof Error)) return { message: String(fault) }
  const { name, message, stack } = fault
  const cause = fault.cause instanceof Error ? { name: fault.cause.name, message: fault.cause.message } : undefined
  return { name, message, code: (fault as { code?: unknown }).code, stack, cause }
}
