import type { Deployment } from '../../kube'
import type { ConcreteContainer, Probe } from '../../templates'
import { renderEnvironment } from './environment'
import { mirrorImage } from './image'
import { fileKeyOf, scratchMbOf, scratchNameOf } from './names'
import type { ConcreteSpec, PlatformSpec } from './spec'
import { publicAuthorityOf } from './urls'

type PodSpec = NonNullable<NonNullable<Deployment['spec']>['template']['spec']>
type RenderedContainer = PodSpec['containers'][number]
type RenderedProbe = NonNullable<RenderedContainer['readinessProbe']>
type Mount = NonNullable<RenderedContainer['volumeMounts']>[number]

/** A template's container with its part of the plan. */
export interface ConfiguredContainer {
  container: ConcreteContainer
  cpuMillicores: number
  memoryMb: number
}

const probeDefaults = { periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 }

export function renderContainer(
  { container, cpuMillicores, memoryMb }: ConfiguredContainer,
  spec: ConcreteSpec,
  platform: PlatformSpec,
): RenderedContainer {
  const { startup, readiness, liveness } = container.probes
  const compute = { cpu: `${cpuMillicores}m`, memory: `${memoryMb}Mi` }
  return {
    name: container.name,
    ...renderImage(container, platform),
    ...(container.command && { command: container.command }),
    ...(container.args && { args: container.args }),
    ports: container.ports.map(({ name, port }) => ({ name, containerPort: port, protocol: 'TCP' })),
    env: renderEnvironment(container.env, spec, platform, memoryMb),
    // What is sold is what is reserved: a neighbour can't take it. Scratch is bounded, but nobody paid for it.
    resources: {
      requests: { ...compute, 'ephemeral-storage': '0' },
      limits: { ...compute, 'ephemeral-storage': `${scratchMbOf(container)}Mi` },
    },
    volumeMounts: renderMounts(container),
    ...(startup && { startupProbe: renderProbe(startup, spec, platform) }),
    readinessProbe: renderProbe(readiness, spec, platform),
    ...(liveness && { livenessProbe: renderProbe(liveness, spec, platform) }),
    ...(container.afterStart && { lifecycle: { postStart: { exec: { command: container.afterStart } } } }),
    securityContext: {
      ...(container.user !== 0 && { runAsNonRoot: true }),
      runAsUser: container.user,
      runAsGroup: container.group,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: container.readOnlyRoot,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  }
}

/**
 * An image of somebody's own choice is pulled from where it says, and asked for at each start: what one customer may pull with
 * a password would else be there for every other one whose pod comes to the same node.
 */
const renderImage = (
  { image, isGivenImage }: ConcreteContainer,
  { imageRegistryPrefix }: PlatformSpec,
): Pick<RenderedContainer, 'image' | 'imagePullPolicy'> =>
  isGivenImage ? { image, imagePullPolicy: 'Always' } : { image: mirrorImage(image, imageRegistryPrefix) }

function renderMounts(container: ConcreteContainer): Mount[] {
  return [
    // A folder of the volume, not its root: a fresh disk's `lost+found` there makes databases refuse it.
    ...container.mounts.map(({ volume, path, subPath, readOnly }) => ({
      name: volume,
      mountPath: path,
      subPath,
      ...(readOnly && { readOnly }),
    })),
    ...(container.scratch ?? []).map((path, index) => ({
      name: scratchNameOf(container),
      mountPath: path,
      subPath: `path-${index}`,
    })),
    ...(container.files ?? []).map(({ path }, index) => ({
      name: 'files',
      mountPath: path,
      subPath: fileKeyOf(container, index),
      readOnly: true,
    })),
  ]
}

function renderProbe(probe: Probe, spec: ConcreteSpec, platform: PlatformSpec): RenderedProbe {
  const timing = {
    periodSeconds: probe.periodSeconds ?? probeDefaults.periodSeconds,
    timeoutSeconds: probe.timeoutSeconds ?? probeDefaults.timeoutSeconds,
    failureThreshold: probe.failureThreshold ?? probeDefaults.failureThreshold,
  }
  if ('exec' in probe) return { exec: { command: probe.exec }, ...timing }
  if ('tcp' in probe) return { tcpSocket: { port: probe.tcp }, ...timing }
  const headers = [
    { name: 'Host', value: publicAuthorityOf(spec, platform) },
    { name: 'X-Forwarded-Proto', value: platform.scheme },
  ]
  return { httpGet: { path: probe.path, port: probe.port, ...(probe.asPublic && { httpHeaders: headers }) }, ...timing }
}
