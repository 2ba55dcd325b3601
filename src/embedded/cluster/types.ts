/** The parts of Kubernetes objects that the simulation itself reads; everything else rides along untouched. */
export type * from './resource-types'

export type JsonObject = { [field: string]: unknown }

export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

export interface ManagedFieldsEntry {
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  time: string
  fieldsType: 'FieldsV1'
  fieldsV1: FieldTree
  subresource?: string
}

/** FieldsV1: `f:` for fields, `k:` for keyed list items, `v:` for set members, `.` for the item itself. */
export interface FieldTree {
  [segment: string]: FieldTree
}

export interface Metadata {
  name: string
  namespace?: string
  uid: string
  resourceVersion: string
  generation?: number
  generateName?: string
  creationTimestamp: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: OwnerReference[]
  managedFields?: ManagedFieldsEntry[]
}

export interface KubeObject<Spec = unknown, Status = unknown> {
  apiVersion: string
  kind: string
  metadata: Metadata
  spec?: Spec
  status?: Status
  [field: string]: unknown
}

/** An object on its way in: the server fills in what is missing. */
export interface DraftObject {
  apiVersion: string
  kind: string
  metadata: Partial<Metadata>
  [field: string]: unknown
}

export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
  lastTransitionTime?: string
  lastUpdateTime?: string
  lastProbeTime?: string | null
}

export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

export type ResourceList = Record<string, string>

export interface Container {
  name: string
  image?: string
  ports?: { containerPort: number; name?: string; protocol?: string; hostPort?: number }[]
  env?: { name: string; value?: string; valueFrom?: EnvSource }[]
  envFrom?: { secretRef?: OptionalRef; configMapRef?: OptionalRef }[]
  resources?: { requests?: ResourceList; limits?: ResourceList }
  securityContext?: JsonObject
  volumeMounts?: { name: string; mountPath: string }[]
}

interface OptionalRef {
  name?: string
  key?: string
  optional?: boolean
}

interface EnvSource {
  secretKeyRef?: OptionalRef
  configMapKeyRef?: OptionalRef
}

export interface Volume {
  name: string
  persistentVolumeClaim?: { claimName: string }
  secret?: { secretName?: string; optional?: boolean }
  configMap?: { name?: string; optional?: boolean }
  [source: string]: unknown
}

export interface PodSpec {
  containers: Container[]
  initContainers?: Container[]
  volumes?: Volume[]
  nodeName?: string
  nodeSelector?: Record<string, string>
  tolerations?: { key?: string; operator?: string; value?: string; effect?: string }[]
  restartPolicy?: string
  terminationGracePeriodSeconds?: number
  securityContext?: JsonObject
  serviceAccountName?: string
  [field: string]: unknown
}

export interface ContainerState {
  waiting?: { reason: string; message?: string }
  running?: { startedAt: string }
  terminated?: {
    exitCode: number
    reason: string
    startedAt: string
    finishedAt: string
    containerID?: string
  }
}

export interface ContainerStatus {
  name: string
  image: string
  imageID: string
  containerID?: string
  ready: boolean
  started: boolean
  restartCount: number
  state: ContainerState
  lastState: ContainerState
}

export interface PodStatus {
  phase?: string
  conditions?: Condition[]
  containerStatuses?: ContainerStatus[]
  initContainerStatuses?: ContainerStatus[]
  hostIP?: string
  podIP?: string
  podIPs?: { ip: string }[]
  qosClass?: string
  startTime?: string
  [field: string]: unknown
}

export type Pod = KubeObject<PodSpec, PodStatus>

export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
  spec: PodSpec
}

export interface WorkloadSpec {
  replicas?: number
  selector: LabelSelector
  template: PodTemplate
}

export interface DeploymentSpec extends WorkloadSpec {
  strategy?: { type?: string; rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string } }
  progressDeadlineSeconds?: number
  revisionHistoryLimit?: number
  minReadySeconds?: number
  paused?: boolean
}

export interface WorkloadStatus {
  observedGeneration?: number
  replicas?: number
  readyReplicas?: number
  availableReplicas?: number
  updatedReplicas?: number
  unavailableReplicas?: number
  fullyLabeledReplicas?: number
  terminatingReplicas?: number
  conditions?: Condition[]
  [field: string]: unknown
}

export type Deployment = KubeObject<DeploymentSpec, WorkloadStatus>
export type ReplicaSet = KubeObject<WorkloadSpec, WorkloadStatus>
