import type { ClusterView, SeenDeployment, SeenPod } from '../../src/reconcile/cluster-view'
import type { DesiredInstance } from '../../src/reconcile/desired-instance'
import { findTemplate } from '../../src/templates'
import { specOf } from './manifests/specs'

const ref = { namespace: 'customer-0dq1z8', name: 'n8n-7f3k' }

export function wantedOf(change: Partial<DesiredInstance> = {}, last: Partial<DesiredInstance['last']> = {}) {
  const plan = { cpuMillicores: 500, memoryMb: 1024, storageGb: 5 }
  return {
    spec: specOf(findTemplate('n8n')!, plan, { generation: 3 }),
    tenant: { namespace: ref.namespace, customerId: 'usr_1', plans: [plan] },
    desiredState: 'RUNNING',
    deployment: 1,
    cleanedDeployment: 1,
    last: {
      status: 'PROVISIONING',
      reasonCode: null,
      statusReason: null,
      podName: null,
      restarts: 0,
      troubleSince: null,
      everReady: false,
      observedGeneration: 0,
      ...last,
    },
    ...change,
  } satisfies DesiredInstance as DesiredInstance
}

/** Rolled out, as its controller last said. */
export function deploymentOf(
  change: Partial<SeenDeployment> = {},
  status: Partial<SeenDeployment['status']> = {},
): SeenDeployment {
  return {
    kind: 'Deployment',
    ref,
    uid: 'd1',
    hash: 'h',
    generation: 7,
    version: 1,
    ownedFields: '',
    touchedByOthers: false,
    deleting: false,
    instanceId: 'ins_1',
    customerId: 'usr_1',
    appGeneration: 3,
    status: {
      observedGeneration: 7,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
      ...status,
    },
    ...change,
  }
}

export function podOf(name: string, change: Partial<SeenPod> = {}, status: object = {}): SeenPod {
  return {
    ref: { namespace: ref.namespace, name },
    instanceId: 'ins_1',
    createdAt: '2026-01-01T00:00:00Z',
    deleting: false,
    ...change,
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], ...status } as SeenPod['status'],
  }
}

/** What a container says of itself that waits, or has ended, for this reason. */
export const containerIn = (state: object, more: object = {}) => ({
  conditions: [{ type: 'Ready', status: 'False' }],
  containerStatuses: [{ name: 'app', ready: false, restartCount: 4, image: '', imageID: '', state, ...more }],
})

export const viewOf = (deployment: SeenDeployment | undefined, pods: SeenPod[]) =>
  ({ findDeployment: () => deployment, podsOf: () => pods }) as unknown as ClusterView
