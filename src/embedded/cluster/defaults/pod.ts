import type { Container, PodSpec, Volume } from '../types'

/**
 * Defaults are filled in where they are missing, in place. That is safe for an object that shares parts with a stored one:
 * what is stored has all its defaults already, so only parts that are new are touched.
 */
export function defaultPodSpec(spec: PodSpec): void {
  spec.restartPolicy ??= 'Always'
  spec.terminationGracePeriodSeconds ??= 30
  spec.dnsPolicy ??= 'ClusterFirst'
  spec.schedulerName ??= 'default-scheduler'
  spec.securityContext ??= {}
  if (spec.serviceAccountName && !spec.serviceAccount) spec.serviceAccount = spec.serviceAccountName
  for (const container of spec.containers ?? []) defaultContainer(container)
  for (const container of spec.initContainers ?? []) defaultContainer(container)
  for (const volume of spec.volumes ?? []) defaultVolume(volume)
}

type Probe = {
  httpGet?: { scheme?: string; path?: string }
  timeoutSeconds?: number
  periodSeconds?: number
  successThreshold?: number
  failureThreshold?: number
}

function defaultContainer(container: Container): void {
  const open = container as Container & Record<string, unknown>
  open.terminationMessagePath ??= '/dev/termination-log'
  open.terminationMessagePolicy ??= 'File'
  open.imagePullPolicy ??= pullPolicyOf(container.image ?? '')
  container.resources ??= {}
  for (const port of container.ports ?? []) port.protocol ??= 'TCP'
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    if (open[probe]) defaultProbe(open[probe] as Probe)
  }
  for (const { valueFrom } of container.env ?? []) {
    const field = (valueFrom as { fieldRef?: { apiVersion?: string } } | undefined)?.fieldRef
    if (field) field.apiVersion ??= 'v1'
  }
}

function defaultProbe(probe: Probe): void {
  if (probe.httpGet) {
    probe.httpGet.scheme ??= 'HTTP'
    probe.httpGet.path ??= '/'
  }
  probe.timeoutSeconds ??= 1
  probe.periodSeconds ??= 10
  probe.successThreshold ??= 1
  probe.failureThreshold ??= 3
}

function defaultVolume(volume: Volume): void {
  for (const source of ['secret', 'configMap', 'projected', 'downwardAPI']) {
    const held = volume[source] as { defaultMode?: number } | undefined
    if (held) held.defaultMode ??= 0o644
  }
  const sources = Object.keys(volume).length - 1
  if (sources === 0) volume.emptyDir = {}
}

/** A missing tag means `latest`, and latest is always pulled; a digest never is again. */
function pullPolicyOf(image: string): string {
  if (image.includes('@')) return 'IfNotPresent'
  const tag = image.slice(image.lastIndexOf('/') + 1).split(':')[1]
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent'
}
