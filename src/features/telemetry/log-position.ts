/** Where a reader of a log is: pod, container, the time of the last line, and how many lines of that very time were read. */
export interface LogPosition {
  pod: string
  container: string
  /** RFC 3339 with nanoseconds, as the cluster writes it. */
  timestamp: string
  ordinal: number
}

/** As it travels in an event's id and comes back as Last-Event-ID. */
export const formatPosition = ({ pod, container, timestamp, ordinal }: LogPosition): string =>
  [pod, container, timestamp, ordinal].join('|')

const timestampShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

/** Undefined for anything that is not an id of ours: the stream then starts as if nothing had been read. */
export function parsePosition(id: string | null): LogPosition | undefined {
  const [pod, container, timestamp, ordinal] = (id ?? '').split('|')
  if (!pod || !container || !timestamp || !timestampShape.test(timestamp) || !/^\d{1,6}$/.test(ordinal ?? ''))
    return undefined
  return { pod, container, timestamp, ordinal: Number(ordinal) }
}

const offsetShape = /^(.{19})(\.\d+)?([+-]\d\d:\d\d)$/

/** A node writes its own time zone's offset; the digits of the fraction, beyond what a Date holds, stay. */
export function toUtc(timestamp: string): string {
  const [, seconds, fraction = '', offset] = offsetShape.exec(timestamp) ?? []
  if (offset === undefined) return timestamp
  return `${new Date(`${seconds}${offset}`).toISOString().slice(0, 19)}${fraction}Z`
}

/** Fractions come with as many digits as they need: compared as text only once they are of one length. */
export function compareTimestamps(a: string, b: string): number {
  const left = padded(a)
  const right = padded(b)
  return left < right ? -1 : left > right ? 1 : 0
}

function padded(timestamp: string): string {
  const [seconds = '', fraction = ''] = timestamp.replace(/Z$/, '').split('.')
  return `${seconds}.${fraction.padEnd(9, '0')}`
}
