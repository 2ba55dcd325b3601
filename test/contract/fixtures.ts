import {
  type Deployment,
  deployments,
  type Manifest,
  type PersistentVolumeClaim,
  type Pod,
  pods,
  type Ref,
} from '../../src/kube'
import type { Hand } from '../support/hand'
import { eventually } from './waiting'

export interface AppShape {
  image?: string
  replicas?: number
  recreate?: boolean
  cpu?: string
  claim?: string
  deadlineSeconds?: number
  annotations?: Record<string, string>
}

/** A Deployment of one container, allowed under the restricted Pod Security level. */
export function appOf(ref: Ref, shape: AppShape = {}): Manifest<Deployment> {
  const labels = { 'app.kubernetes.io/name': ref.name }
  return {
    metadata: { name: ref.name, namespace: ref.namespace, labels },
    spec: {
      replicas: shape.replicas ?? 1,
      progressDeadlineSeconds: shape.deadlineSeconds,
      selector: { matchLabels: labels },
      strategy: shape.recreate ? { type: 'Recreate' } : undefined,
      template: { metadata: { labels, annotations: shape.annotations }, spec: podSpecOf(shape) },
    },
  }
}

export function podSpecOf(shape: AppShape = {}): NonNullable<Pod['spec']> {
  return {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'app',
        image: shape.image ?? 'registry.example/app:1',
        ports: [{ containerPort: 8080 }],
        resources: { requests: { cpu: shape.cpu ?? '10m', memory: '16Mi' }, limits: { memory: '64Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        volumeMounts: shape.claim ? [{ name: 'files', mountPath: '/files' }] : undefined,
      },
    ],
    volumes: shape.claim ? [{ name: 'files', persistentVolumeClaim: { claimName: shape.claim } }] : undefined,
  }
}

export function claimOf(ref: Ref, storageClassName: string, size = '1Gi'): Manifest<PersistentVolumeClaim> {
  return {
    metadata: { name: ref.name, namespace: ref.namespace },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: size } } },
  }
}

export async function podsOf(kube: Hand, app: Ref): Promise<Pod[]> {
  const labelSelector = `app.kubernetes.io/name=${app.name}`
  const { items } = await kube.list(pods, { namespace: app.namespace, labelSelector })
  return items
}

export async function onePodOf(kube: Hand, app: Ref): Promise<Pod> {
  return eventually(async () => (await podsOf(kube, app)).find((pod) => !pod.metadata.deletionTimestamp))
}

export function conditionOf<C extends { type: string }>(
  object: { status?: { conditions?: C[] } },
  type: string,
): C | undefined {
  return object.status?.conditions?.find((condition) => condition.type === type)
}

export async function readyApp(kube: Hand, app: Ref): Promise<Deployment> {
  return eventually(async () => {
    const deployment = await kube.get(deployments, app)
    return deployment.status?.readyReplicas === deployment.spec?.replicas && deployment
  })
}

export async function runningPodOf(kube: Hand, app: Ref): Promise<Pod> {
  return eventually(async () => {
    const found = (await podsOf(kube, app)).find((pod) => !pod.metadata.deletionTimestamp)
    return found?.status?.containerStatuses?.[0]?.ready === true && found
  })
}
