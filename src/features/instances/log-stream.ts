import type { EventSink } from '../../http/event-stream'
import { isKubeError, type Kube } from '../../kube'
import { sleep } from '../../lib/sleep'
import { compareTimestamps, formatPosition, type LogPosition } from './log-position'
import { containerOf, findNewestPod, type LogQuery, showLine } from './logs'
import type { Instance } from './read'

const defaultTail = 100
/** How often to look for a pod, or for its successor, while there is nothing to follow. */
const lookAgainMs = 1_000
const longestWaitMs = 10_000

/**
 * Follows an instance's log into a stream: history, then every new line, from pod to pod across restarts. Goes on after
 * `from`, so that a reader who comes back misses nothing and sees nothing twice.
 */
export async function followLogs(
  kube: Kube,
  instance: Instance,
  query: LogQuery,
  from: LogPosition | undefined,
  sink: EventSink,
): Promise<void> {
  const container = containerOf(instance, query.container)
  let position = from?.container === container ? from : undefined
  let told = ''
  let waitMs = lookAgainMs
  const tell = (status: string, pod: string | null) => {
    if (told !== `${status} ${pod}`) sink.send({ event: 'status', data: { status, pod, container } })
    told = `${status} ${pod}`
  }
  while (!sink.signal.aborted) {
    try {
      const pod = await findNewestPod(kube, instance, sink.signal)
      if (!pod) {
        tell('waiting', null)
      } else {
        tell('following', pod.metadata.name)
        position = await followPod(kube, instance, { pod: pod.metadata.name, container }, query, position, sink)
      }
      waitMs = lookAgainMs
    } catch (fault) {
      if (!isKubeError(fault)) throw fault
      // Not started yet, or just gone: the next look finds out. A cluster that is away is told, once.
      if (fault.kind !== 'bad-request' && fault.kind !== 'not-found' && fault.kind !== 'aborted')
        tell('cluster unavailable', null)
      waitMs = Math.min(waitMs * 2, longestWaitMs)
    }
    await sleep(waitMs, sink.signal)
  }
}

/** One run of one container, to its end. Returns how far it was read. */
async function followPod(
  kube: Kube,
  instance: Instance,
  at: { pod: string; container: string },
  query: LogQuery,
  from: LogPosition | undefined,
  sink: EventSink,
): Promise<LogPosition | undefined> {
  const known = from?.pod === at.pod ? from : undefined
  // A pod that came after the one we read is read from its beginning; only a first look starts at the tail.
  const tailLines = from === undefined ? (query.tail ?? defaultTail) : undefined
  const sinceTime =
    known?.timestamp ?? (from === undefined && query.since ? new Date(query.since).toISOString() : undefined)
  const options = { container: at.container, follow: true, timestamps: true, tailLines, sinceTime, signal: sink.signal }
  let position = from
  let skip = known
  let repeats = 0
  for await (const { timestamp, text } of kube.logs({ namespace: instance.namespace, name: at.pod }, options)) {
    if (timestamp === undefined) continue
    // "Since" is inclusive, and coarser than a line's time: what was read is left out here.
    const order = skip ? compareTimestamps(timestamp, skip.timestamp) : 1
    if (order < 0 || (order === 0 && ++repeats <= skip!.ordinal)) continue
    if (order > 0) skip = undefined
    const sameMoment = position?.pod === at.pod && position.timestamp === timestamp
    position = { ...at, timestamp, ordinal: sameMoment ? position!.ordinal + 1 : 1 }
    sink.send({
      id: formatPosition(position),
      event: 'line',
      data: showLine(at.pod, at.container, timestamp, text, query.ansi === true),
    })
    await sink.ready()
  }
  return position
}
