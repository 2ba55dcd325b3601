import { isKubeError } from '../../kube'
import type { Locale } from '../../lib/locale'
import { translate } from '../../lib/translate'
import type { Parts } from '../../parts'
import { type Instance, instanceUrls } from '../instances'
import type { InstanceStatus } from '../instances/tables'

const bytesPerMb = 1024 * 1024
/** A page polls this: it had better hear nothing than wait for a cluster that is away. */
const timeoutMs = 2_000

const whyNoPod: Partial<Record<InstanceStatus, string>> = {
  STOPPED: 'The app is stopped',
  STOPPING: 'The app is stopping',
  TERMINATING: 'The app is being removed',
  TERMINATED: 'The app has been removed',
}

/**
 * CPU and memory of an instance's pod now. Whatever stands in the way is an answer with nulls and a reason: a chart that
 * polls must not take a cluster's absence for its own fault.
 */
export async function readMetrics(
  parts: Pick<Parts, 'db' | 'kube' | 'platform' | 'clock'>,
  instance: Instance | null,
  locale: Locale | undefined,
) {
  const timestamp = parts.clock.now().toISOString()
  if (!instance) {
    return {
      instanceId: null,
      status: null,
      cpu: null,
      memory: null,
      urls: null,
      timestamp,
      reason: translate('There is no app yet', locale),
    }
  }
  const urls = await instanceUrls(parts, parts.db.read, instance)
  const known = { instanceId: instance.id, status: instance.status, urls, timestamp }
  const nothing = (reason: string) => ({ ...known, cpu: null, memory: null, reason: translate(reason, locale) })
  if (!instance.podName) return nothing(whyNoPod[instance.status] ?? 'The app has no pod yet')
  try {
    const ref = { namespace: instance.namespace, name: instance.podName }
    const metrics = await parts.kube.findPodMetrics(ref, { timeoutMs })
    if (!metrics) return nothing('No figures yet: they appear about half a minute after the app starts')
    const cpuUsed = metrics.containers.reduce((sum, { cpuMillicores }) => sum + cpuMillicores, 0)
    const memoryUsed = metrics.containers.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) / bytesPerMb
    return {
      ...known,
      cpu: usageOf(Math.round(cpuUsed), instance.cpuMillicores),
      memory: usageOf(Math.round(memoryUsed * 100) / 100, instance.memoryMb),
    }
  } catch (fault) {
    if (isKubeError(fault)) return nothing('The cluster can’t be reached right now')
    throw fault
  }
}

const usageOf = (used: number, limit: number) => ({
  used,
  limit,
  percentage: limit === 0 ? 0 : Math.round((used / limit) * 100),
})
