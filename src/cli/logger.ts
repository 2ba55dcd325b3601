import pino from 'pino'
import type { Config } from '../config'
import { createAccessLog, noAccessLog } from '../http/access-log'

const flushEveryMs = 100
const bufferBytes = 8 * 1024
/** Of lines of the access log: a write of any size goes through a thread of its own and wakes this one again. */
const batchLength = 64 * 1024
/** Of what nobody takes; beyond it lines are dropped. */
const maxWaitingBytes = 4 * 1024 * 1024

const longestFlushMs = 500
// Past the exit handlers: pino's own would wait for the reader for ever.
const leave = (code: number): never => (process as unknown as { reallyExit(code: number): never }).reallyExit(code)

/** JSON lines on stdout, written in batches: a line at a time would cost a request more than its answer. */
export function createLogger(config: Config) {
  const destination = pino.destination({
    dest: 1,
    sync: false,
    minLength: bufferBytes,
    maxLength: maxWaitingBytes,
    periodicFlush: flushEveryMs,
  })
  // A disk without room, a reader that is stuck or gone: what is lost then is the log, not the server.
  destination.on('error', () => {})
  // pino asks for it after a fatal line, and it would try a full disk again for ever.
  destination.flushSync = () => destination.flush()
  const log = pino({ level: config.logLevel, base: null, serializers: { err: describeFault } }, destination)
  const batch = inBatches((text) => destination.write(text))
  /** Ends the process once what was logged is out; a reader that is stuck or gone does not hold it. */
  const end = (code: number) => {
    batch.flush()
    setTimeout(() => leave(code), longestFlushMs)
    // Where a write is under way the first flush waits for that one alone; what came after it is still to be written.
    destination.flush(() => destination.flush(() => leave(code)))
  }
  return { log, accessLog: log.isLevelEnabled('info') ? createAccessLog(batch.add) : noAccessLog, end }
}

/** Message, code and stack; not the fields of an error, where libraries keep requests and keys. */
function describeFault(fault: unknown): unknown {
  if (!(fault instanceof Error)) return { message: String(fault) }
  const { name, message, stack } = fault
  const cause = fault.cause instanceof Error ? { name: fault.cause.name, message: fault.cause.message } : undefined
  return { name, message, code: (fault as { code?: unknown }).code, stack, cause }
}

/** Lines gathered into one write: a write for each would measure and queue it for each. */
function inBatches(write: (text: string) => void): { add: (line: string) => void; flush: () => void } {
  let gathered = ''
  const flush = () => {
    const text = gathered
    gathered = ''
    if (text !== '') write(text)
  }
  const add = (line: string) => {
    if (gathered === '') setTimeout(flush, flushEveryMs / 2)
    gathered += line
    if (gathered.length > batchLength) flush()
  }
  return { add, flush }
}
