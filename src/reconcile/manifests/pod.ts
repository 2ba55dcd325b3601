import type { Deployment } from '../../kube'
import type { ConcreteContainer } from '../../templates'
import { type ConfiguredContainer, renderContainer } from './container'
import { hashOf } from './desired'
import { podLabelsOf } from './labels'
import { claimNameOf, scratchMbOf, scratchNameOf } from './names'
import { renderPullReference } from './pull-secret'
import { shareOut } from './shares'
import type { ConcreteSpec, PlatformSpec } from './spec'

type PodTemplate = NonNullable<Deployment['spec']>['template']
type PodSpec = NonNullable<PodTemplate['spec']>
type PodVolume = NonNullable<PodSpec['volumes']>[number]

const configHashAnnotation = 'minispod.io/config-hash'
const restartedAtAnnotation = 'minispod.io/restarted-at'

const firstUnprivilegedPort = 1024

/** The pod of an instance: `config` is what it reads at its start only, so that a change of it rolls the pod. */
export function renderPod(spec: ConcreteSpec, platform: PlatformSpec, config: unknown): PodTemplate {
  const { template } = spec
  const shares = shareOut(template, spec.plan)
  const containers: ConfiguredContainer[] = template.containers.map((container, index) => ({
    container,
    ...shares[index]!,
  }))
  return {
    metadata: {
      labels: podLabelsOf(spec),
      annotations: {
        'kubectl.kubernetes.io/default-container': template.exposure.container,
        [configHashAnnotation]: hashOf(config),
        ...(spec.restartedAt && { [restartedAtAnnotation]: spec.restartedAt }),
      },
    },
    spec: {
      automountServiceAccountToken: false,
      // Old-style service variables would tell one app of all the others, and clash with settings of the apps.
      enableServiceLinks: false,
      terminationGracePeriodSeconds: template.stopSeconds,
      ...renderPullReference(spec),
      securityContext: renderPodSecurity(spec),
      containers: containers.map((configured) => renderContainer(configured, spec, platform)),
      volumes: renderVolumes(spec),
    },
  }
}

function renderPodSecurity({ template }: ConcreteSpec): PodSpec['securityContext'] {
  const lowPort = template.containers.some(({ ports }) => ports.some(({ port }) => port < firstUnprivilegedPort))
  return {
    ...(template.podSecurity.level === 'restricted' && { runAsNonRoot: true }),
    seccompProfile: { type: 'RuntimeDefault' },
    fsGroup: template.fsGroup,
    // Walking a full volume at each start takes minutes, and would loosen what PostgreSQL insists on being 0700.
    fsGroupChangePolicy: 'OnRootMismatch',
    ...(lowPort && { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] }),
  }
}

function renderVolumes(spec: ConcreteSpec): PodVolume[] {
  const { containers, volumes } = spec.template
  return [
    ...volumes.map(({ name }) => ({ name, persistentVolumeClaim: { claimName: claimNameOf(spec, name) } })),
    ...containers.filter(needsScratch).map((container) => ({
      name: scratchNameOf(container),
      emptyDir: { sizeLimit: `${scratchMbOf(container)}Mi` },
    })),
    ...(containers.some(({ files }) => files?.length) ? [{ name: 'files', configMap: { name: spec.name } }] : []),
  ]
}

const needsScratch = (container: ConcreteContainer): boolean => (container.scratch?.length ?? 0) > 0
