import { type Desired, type DesiredObject, desire, type Head } from './desired'
import { tenantLabelsOf } from './labels'
import { renderTenantPolicies } from './policies'
import type { PlatformSpec, TenantSpec } from './spec'

/** Pinned, so that an upgrade of the cluster can't refuse apps that run today. */
const podSecurityVersion = 'v1.33'

/** Room for a pod that starts while its predecessor still ends, and for a certificate's solver. */
const leastHeadroom = { cpuMillicores: 500, memoryMb: 512 }
const defaultScratch = { limit: '512Mi', request: '0' }

/** A customer's namespace and what bounds it, in the order to apply it; the same spec gives the same objects. */
export function renderNamespace(tenant: TenantSpec, platform: PlatformSpec): DesiredObject[] {
  const labels = tenantLabelsOf(tenant.customerId)
  const head: Head = { name: 'minispod', namespace: tenant.namespace, labels }
  return [
    renderNamespaceItself(tenant, labels),
    renderQuota(tenant, head),
    renderLimitRange(platform, head),
    ...renderTenantPolicies(platform, head),
  ]
}

function renderNamespaceItself(tenant: TenantSpec, labels: Record<string, string>): Desired<'Namespace'> {
  const security = {
    'pod-security.kubernetes.io/enforce': tenant.podSecurity ?? 'restricted',
    'pod-security.kubernetes.io/enforce-version': podSecurityVersion,
    'pod-security.kubernetes.io/warn': 'restricted',
    'pod-security.kubernetes.io/warn-version': podSecurityVersion,
  }
  return desire('Namespace', { name: tenant.namespace, labels: { ...labels, ...security } }, {})
}

function renderQuota({ plans }: TenantSpec, head: Head): Desired<'ResourceQuota'> {
  const cpu = withHeadroom(
    plans.map((plan) => plan.cpuMillicores),
    leastHeadroom.cpuMillicores,
  )
  const memory = withHeadroom(
    plans.map((plan) => plan.memoryMb),
    leastHeadroom.memoryMb,
  )
  const storageGb = plans.reduce((sum, plan) => sum + plan.storageGb, 0)
  const count = plans.length
  return desire('ResourceQuota', head, {
    spec: {
      hard: {
        'requests.cpu': `${cpu}m`,
        'limits.cpu': `${cpu}m`,
        'requests.memory': `${memory}Mi`,
        'limits.memory': `${memory}Mi`,
        'requests.storage': `${storageGb}Gi`,
        persistentvolumeclaims: String(count * 5),
        pods: String(count * 2 + 2),
        services: String(count * 2 + 2),
        // Ways around the ingress, and around the bill of a cloud's load balancer.
        'services.nodeports': '0',
        'services.loadbalancers': '0',
        secrets: String(count * 4 + 10),
        configmaps: String(count * 2 + 5),
      },
    },
  })
}

const withHeadroom = (sizes: number[], least: number): number =>
  sizes.reduce((sum, size) => sum + size, 0) + Math.max(least, ...sizes)

/** For pods that aren't ours and state nothing: under a quota they would be refused. */
function renderLimitRange({ defaultLimits }: PlatformSpec, head: Head): Desired<'LimitRange'> {
  return desire('LimitRange', head, {
    spec: {
      limits: [
        {
          type: 'Container',
          default: {
            cpu: defaultLimits.cpu,
            memory: defaultLimits.memory,
            'ephemeral-storage': defaultScratch.limit,
          },
          defaultRequest: { 'ephemeral-storage': defaultScratch.request },
        },
      ],
    },
  })
}
