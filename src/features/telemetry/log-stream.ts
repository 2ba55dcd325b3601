import type { EventSink } from '../../http/event-stream'
import { isKubeError, type Kube, type KubeErrorKind } from '../../kube'
import { sleep } from '../../lib/sleep'
import type { Instance } from '../instances'
import { compareTimestamps, formatPosition, type LogPosition, toUtc } from './log-position'
import { type App, containerOf, findNewestPod, type LogQuery, showLine, sinceTimeOf } from './logs'

const defaultTail = 100
/** How often to look for a pod, or for its successor; every look that finds nothing new makes the next one later. */
const lookAgainMs = 1_000
const longestWaitMs = 5_000

/** How often to ask whether the pod that is followed is still the one, and how long its last lines may take when it is not. */
const stillThereMs = 1_000
const lastLinesMs = 5_000
/** Not started yet, or just gone: the next look finds out. A cluster that is away is told, once. */
const passing: ReadonlySet<KubeErrorKind> = new Set(['bad-request', 'not-found', 'aborted'])

export interface WantedLog {
  container: string
  tailLines: number
  sinceTime: string | undefined
  ansi: boolean
}

/** @throws AppError VALIDATION_ERROR, while the status of the answer can still say so */
export const wantedLog = (app: App, query: LogQuery): WantedLog => ({
  container: containerOf(app, query.container),
  tailLines: query.tail ?? defaultTail,
  sinceTime: sinceTimeOf(query),
  ansi: query.ansi === true,
})

interface LogSource {
  kube: Kube
  /** The instance as it stands now. */
  reload(): Promise<Instance | undefined>
}

/** How far a log was read. It outlives a lost connection: what was sent is not sent again. */
interface Reading {
  position: LogPosition | undefined
  /** The pod that was there when the reader came; null where there was none. */
  firstPod: string | null | undefined
}

/**
 * Follows an instance's log into a stream: history, then every new line, from pod to pod across restarts. Goes on after
 * `from`, so that a reader who comes back misses nothing and sees nothing twice.
 */
export async function followLogs(
  { kube, reload }: LogSource,
  instance: Instance,
  wanted: WantedLog,
  from: LogPosition | undefined,
  sink: EventSink,
): Promise<void> {
  const { container } = wanted
  const reading: Reading = { position: from?.container === container ? from : undefined, firstPod: undefined }
  let told = ''
  let waitMs = lookAgainMs
  const tell = (status: string, pod: string | null) => {
    if (told !== `${status} ${pod}`) sink.send({ event: 'status', data: { status, pod, container } })
    told = `${status} ${pod}`
  }
  while (!sink.signal.aborted) {
    const before = reading.position
    try {
      const pod = await findNewestPod(kube, instance, sink.signal)
      if (reading.firstPod === undefined) reading.firstPod = pod?.metadata.name ?? null
      tell(pod ? 'following' : 'waiting', pod?.metadata.name ?? null)
      if (pod) await followWhileThere({ kube, reload }, instance, pod.metadata.name, wanted, reading, sink)
    } catch (fault) {
      if (!isKubeError(fault)) throw fault
      if (!passing.has(fault.kind)) tell('cluster unavailable', null)
    }
    waitMs = reading.position === before ? Math.min(waitMs * 2, longestWaitMs) : lookAgainMs
    await sleep(waitMs, sink.signal)
  }
}

/**
 * A log ends with its container. One whose node is gone says nothing more and never ends either: it is left a while after
 * the instance has another pod, or none.
 */
async function followWhileThere(
  { kube, reload }: LogSource,
  instance: Instance,
  pod: string,
  wanted: WantedLog,
  reading: Reading,
  sink: EventSink,
): Promise<void> {
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  sink.signal.addEventListener('abort', leave, { once: true })
  let goneSince: number | undefined
  const look = setInterval(async () => {
    const current = await reload().catch(() => instance)
    goneSince = isPodOf(current, pod) ? undefined : (goneSince ?? performance.now())
    if (goneSince !== undefined && performance.now() - goneSince >= lastLinesMs) leave()
  }, stillThereMs)
  try {
    await followPod(kube, instance, pod, wanted, reading, sink, leaving.signal)
  } finally {
    clearInterval(look)
    sink.signal.removeEventListener('abort', leave)
  }
}

/** While it is stopping an instance shows no pod, and yet the old one may have much to say. */
const isPodOf = (instance: Instance | undefined, pod: string): boolean =>
  instance !== undefined &&
  instance.status !== 'STOPPED' &&
  instance.status !== 'TERMINATED' &&
  (instance.podName === null || instance.podName === pod)

/** One run of one container, to its end or until it is left. */
async function followPod(
  kube: Kube,
  instance: Instance,
  pod: string,
  { container, ansi, tailLines, sinceTime }: WantedLog,
  reading: Reading,
  sink: EventSink,
  signal: AbortSignal,
): Promise<void> {
  const known = reading.position?.pod === pod ? reading.position : undefined
  // A pod that came while the reader was there is read from its beginning; only a first look starts at the tail.
  const isFirstLook = reading.position === undefined && reading.firstPod === pod
  const start = isFirstLook ? { tailLines, sinceTime } : { sinceTime: known?.timestamp }
  const options = { container, follow: true, timestamps: true, ...start, signal }
  let skip = known
  let repeats = 0
  for await (const line of kube.logs({ namespace: instance.namespace, name: pod }, options)) {
    if (line.timestamp === undefined) continue
    const timestamp = toUtc(line.timestamp)
    // "Since" is inclusive, and coarser than a line's time: what was read is left out here.
    const order = skip ? compareTimestamps(timestamp, skip.timestamp) : 1
    if (order < 0 || (order === 0 && ++repeats <= skip!.ordinal)) continue
    if (order > 0) skip = undefined
    const last = reading.position
    const ordinal = last?.pod === pod && last.timestamp === timestamp ? last.ordinal + 1 : 1
    reading.position = { pod, container, timestamp, ordinal }
    sink.send({
      id: formatPosition(reading.position),
      event: 'line',
      data: showLine(pod, container, timestamp, line.text, ansi),
    })
    await sink.ready()
  }
}
