import { forbidden } from '../errors'
import { kindOf } from '../kinds'
import type { Container, DraftObject, JsonObject, Namespace, PodSpec } from '../types'

/** Who breaks a rule and what they would have to do, as Pod Security admission words it. */
type Rule = (pod: PodUnderReview) => string | undefined

interface PodUnderReview {
  spec: PodSpec
  context: JsonObject
  containers: Container[]
}

const defaultCapabilities = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP'],
  ...['SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
])
const safeSysctls = new Set([
  ...['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.ip_unprivileged_port_start'],
  ...['net.ipv4.tcp_syncookies', 'net.ipv4.ping_group_range', 'net.ipv4.ip_local_reserved_ports'],
  ...['net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl'],
  ...['net.ipv4.tcp_keepalive_probes', 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'],
])
const restrictedVolumes = new Set([
  ...['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'],
])

const levelLabel = 'pod-security.kubernetes.io/enforce'
const versionLabel = 'pod-security.kubernetes.io/enforce-version'

/** Refuses a pod that the namespace's Pod Security level does not allow. */
export function assertPodSecurity(namespace: Namespace, pod: DraftObject): void {
  const level = namespace.metadata.labels?.[levelLabel]
  if (level !== 'restricted' && level !== 'baseline') return
  const broken = violations(level, pod.spec as PodSpec)
  if (broken.length === 0) return
  const version = namespace.metadata.labels?.[versionLabel] ?? 'latest'
  const message = `violates PodSecurity "${level}:${version}": ${broken.join(', ')}`
  throw forbidden(kindOf('pods'), pod.metadata.name, message)
}

function violations(level: 'restricted' | 'baseline', spec: PodSpec): string[] {
  const pod: PodUnderReview = {
    spec,
    context: spec.securityContext ?? {},
    containers: [...(spec.initContainers ?? []), ...spec.containers],
  }
  const rules = level === 'restricted' ? [...sharedRules, ...restrictedRules] : [...sharedRules, ...baselineRules]
  return rules.flatMap((rule) => rule(pod) ?? [])
}

const contextOf = (container: Container): JsonObject => container.securityContext ?? {}

const quoted = (names: string[]): string => names.map((name) => `"${name}"`).join(', ')

function containersThat({ containers }: PodUnderReview, offends: (container: Container) => boolean): string[] {
  return containers.filter(offends).map((container) => container.name)
}

const plural = (names: string[]): string => `container${names.length > 1 ? 's' : ''} ${quoted(names)}`

const hostNamespaces: Rule = ({ spec }) => {
  const used = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field])
  return used.length > 0 ? `host namespaces (${used.map((field) => `${field}=true`).join(', ')})` : undefined
}

const privileged: Rule = (pod) => {
  const names = containersThat(pod, (container) => contextOf(container).privileged === true)
  return names.length > 0 ? `privileged (${plural(names)} must not set securityContext.privileged=true)` : undefined
}

const hostPorts: Rule = (pod) => {
  const names = containersThat(pod, ({ ports }) => ports?.some((port) => port.hostPort) ?? false)
  const ports = pod.containers.flatMap((each) => each.ports?.flatMap((port) => port.hostPort || []) ?? [])
  if (names.length === 0) return undefined
  const listed = ports.length > 1 ? `hostPorts ${ports.join(', ')}` : `hostPort ${ports[0]}`
  return `hostPort (${plural(names)} ${names.length > 1 ? 'use' : 'uses'} ${listed})`
}

const sysctls: Rule = ({ context }) => {
  const set = (context.sysctls as { name: string }[] | undefined)?.filter(({ name }) => !safeSysctls.has(name)) ?? []
  return set.length > 0 ? `forbidden sysctls (${set.map(({ name }) => name).join(', ')})` : undefined
}

const sharedRules = [hostNamespaces, privileged, hostPorts, sysctls]

type Capabilities = { add?: string[]; drop?: string[] } | undefined
const capabilitiesOf = (container: Container): Capabilities => contextOf(container).capabilities as Capabilities

function addedCapabilities(pod: PodUnderReview, allowed: (name: string) => boolean): string[] {
  return pod.containers.flatMap((container) => {
    const added = capabilitiesOf(container)?.add?.filter((name) => !allowed(name)) ?? []
    return added.length > 0
      ? [`container "${container.name}" must not include ${quoted(added)} in securityContext.capabilities.add`]
      : []
  })
}

const baselineCapabilities: Rule = (pod) => {
  const added = addedCapabilities(pod, (name) => defaultCapabilities.has(name))
  return added.length > 0 ? `non-default capabilities (${added.join('; ')})` : undefined
}

const hostPath: Rule = ({ spec }) => {
  const names = spec.volumes?.filter((volume) => volume.hostPath).map((volume) => volume.name) ?? []
  return names.length > 0 ? `hostPath volumes (volume${names.length > 1 ? 's' : ''} ${quoted(names)})` : undefined
}

const seccompTypeOf = (context: JsonObject): unknown => (context.seccompProfile as JsonObject | undefined)?.type

const baselineSeccomp: Rule = (pod) => {
  const names = containersThat(pod, (container) => seccompTypeOf(contextOf(container)) === 'Unconfined')
  const whole = seccompTypeOf(pod.context) === 'Unconfined'
  if (!whole && names.length === 0) return undefined
  const who = [...(whole ? ['pod'] : []), ...(names.length > 0 ? [plural(names)] : [])].join(' and ')
  return `seccompProfile (${who} must not set securityContext.seccompProfile.type to "Unconfined")`
}

const baselineRules = [baselineCapabilities, hostPath, baselineSeccomp]

const escalation: Rule = (pod) => {
  const names = containersThat(pod, (container) => contextOf(container).allowPrivilegeEscalation !== false)
  if (names.length === 0) return undefined
  return `allowPrivilegeEscalation != false (${plural(names)} must set securityContext.allowPrivilegeEscalation=false)`
}

const restrictedCapabilities: Rule = (pod) => {
  const keep = containersThat(pod, (container) => !capabilitiesOf(container)?.drop?.includes('ALL'))
  const parts = keep.length > 0 ? [`${plural(keep)} must set securityContext.capabilities.drop=["ALL"]`] : []
  parts.push(...addedCapabilities(pod, (name) => name === 'NET_BIND_SERVICE'))
  return parts.length > 0 ? `unrestricted capabilities (${parts.join('; ')})` : undefined
}

const volumeTypes: Rule = ({ spec }) => {
  const wrong = (spec.volumes ?? []).flatMap((volume) => {
    const type = Object.keys(volume).find((field) => field !== 'name')
    return type && !restrictedVolumes.has(type) ? [`volume "${volume.name}" uses restricted volume type "${type}"`] : []
  })
  return wrong.length > 0 ? `restricted volume types (${wrong.join(', ')})` : undefined
}

/** Containers that neither say so themselves nor inherit it from the pod. */
function undecided(pod: PodUnderReview, isRight: (context: JsonObject) => boolean, known: (c: JsonObject) => boolean) {
  return containersThat(pod, (container) => {
    const own = contextOf(container)
    return known(own) ? !isRight(own) : !isRight(pod.context)
  })
}

const nonRoot: Rule = (pod) => {
  const names = undecided(
    pod,
    (context) => context.runAsNonRoot === true,
    (context) => context.runAsNonRoot !== undefined,
  )
  if (names.length === 0) return undefined
  return `runAsNonRoot != true (pod or ${plural(names)} must set securityContext.runAsNonRoot=true)`
}

const rootUser: Rule = (pod) => {
  const names = containersThat(pod, (container) => contextOf(container).runAsUser === 0)
  const whole = pod.context.runAsUser === 0
  if (!whole && names.length === 0) return undefined
  const who = [...(whole ? ['pod'] : []), ...(names.length > 0 ? [plural(names)] : [])].join(' and ')
  return `runAsUser=0 (${who} must not set runAsUser=0)`
}

const restrictedSeccomp: Rule = (pod) => {
  const names = undecided(
    pod,
    (context) => ['RuntimeDefault', 'Localhost'].includes(String(seccompTypeOf(context))),
    (context) => seccompTypeOf(context) !== undefined,
  )
  if (names.length === 0) return undefined
  return `seccompProfile (pod or ${plural(names)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`
}

const restrictedRules = [escalation, restrictedCapabilities, volumeTypes, nonRoot, rootUser, restrictedSeccomp]
