import { invalid } from '../../http/input/input'
import { isKubeError, type Kube, type Pod, pods } from '../../kube'
import { AppError } from '../../lib/errors'
import { instanceLabel } from '../../reconcile/manifests'
import type { Template } from '../../templates'
import type { Instance } from '../instances'
import { toUtc } from './log-position'

export interface LogQuery {
  container?: string
  tail?: number
  /** ISO 8601. */
  since?: string
  previous?: boolean
  ansi?: boolean
}

/** With the version of its template that it was made of; none where that is no longer known. */
export interface App {
  instance: Instance
  template: Template | undefined
}

interface ShownLine {
  timestamp: string | null
  stream: 'stdout' | 'stderr'
  pod: string
  container: string
  line: string
}

const defaultTail = 100
const maxHistoryBytes = 2 * 1024 * 1024

/** The last lines of an instance's log, oldest first; empty while there is no pod. */
export async function readLogs(kube: Kube, { instance, template }: App, query: LogQuery): Promise<ShownLine[]> {
  const container = containerOf({ instance, template }, query.container)
  const sinceTime = sinceTimeOf(query)
  try {
    const pod = await findNewestPod(kube, instance)
    if (!pod) return []
    const lines: ShownLine[] = []
    const options = {
      container,
      tailLines: query.tail ?? defaultTail,
      sinceTime,
      previous: query.previous,
      timestamps: true,
      limitBytes: maxHistoryBytes,
    }
    for await (const { timestamp, text } of kube.logs(pod.metadata, options)) {
      lines.push(showLine(pod.metadata.name, container, timestamp && toUtc(timestamp), text, query.ansi === true))
    }
    return lines
  } catch (fault) {
    if (!isKubeError(fault)) throw fault
    // A container that never started has no log, which the API server calls a bad request.
    if (fault.kind === 'bad-request' || fault.kind === 'not-found') return []
    throw new AppError('CLUSTER_UNAVAILABLE', 'The cluster can’t be reached right now')
  }
}

/** The container asked for, or the one that is the app. @throws AppError VALIDATION_ERROR for one the app does not have */
export function containerOf({ instance, template }: App, asked: string | undefined): string {
  if (asked === undefined) return template?.exposure.container ?? instance.templateName
  const known = template?.containers.map(({ name }) => name) ?? []
  if (!known.includes(asked)) {
    throw invalid('query', [{ path: '/container', message: `Expected one of ${known.join(', ')}` }])
  }
  return asked
}

export const sinceTimeOf = ({ since }: LogQuery): string | undefined => since && new Date(since).toISOString()

/** The newest pod by creation time is *the* pod, whatever its phase. */
export async function findNewestPod(kube: Kube, instance: Instance, signal?: AbortSignal): Promise<Pod | undefined> {
  const selection = { namespace: instance.namespace, labelSelector: `${instanceLabel}=${instance.id}`, signal }
  const { items } = await kube.list(pods, selection)
  return items.reduce<Pod | undefined>(
    (newest, pod) => (newest && ageOf(newest) > ageOf(pod) ? newest : pod),
    undefined,
  )
}

/** Created in the same second, the name decides: the same way for everybody who asks which pod is newest. */
const ageOf = ({ metadata }: Pod): string => `${metadata.creationTimestamp} ${metadata.name}`

/** Kubernetes hands both streams out as one, so every line is shown as stdout. */
export const showLine = (
  pod: string,
  container: string,
  timestamp: string | undefined,
  text: string,
  ansi: boolean,
): ShownLine => ({
  timestamp: timestamp ?? null,
  stream: 'stdout',
  pod,
  container,
  line: ansi ? text : Bun.stripANSI(text),
})
