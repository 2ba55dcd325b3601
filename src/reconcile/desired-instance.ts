import type { InstanceSpec, TenantSpec } from './manifests'

export type RunStatus =
  | 'PENDING'
  | 'PROVISIONING'
  | 'RUNNING'
  | 'STOPPING'
  | 'STOPPED'
  | 'STARTING'
  | 'RESTARTING'
  | 'ERROR'
  | 'TERMINATING'
  | 'TERMINATED'

/** What an instance shall be, and how it was last seen: all the reconciler knows of the business. */
export interface DesiredInstance {
  spec: InstanceSpec
  tenant: TenantSpec
  desiredState: 'RUNNING' | 'STOPPED' | 'DELETED'
  /** Counted up by a retry; what an earlier one left behind is removed before this one is deployed. */
  deployment: number
  cleanedDeployment: number
  last: {
    status: RunStatus
    reasonCode: string | null
    statusReason: string | null
    podName: string | null
    restarts: number
    troubleSince: Date | null
    everReady: boolean
    observedGeneration: number
  }
}

export interface Observation {
  status: RunStatus
  /** A word for programs (`CrashLoopBackOff`), and a sentence for the customer. */
  reasonCode: string | null
  statusReason: string | null
  podName: string | null
  restarts: number
  troubleSince: Date | null
  observedGeneration: number
  cleanedDeployment: number
}

/** Where desired state is read and observations are written; the business behind it stays there. */
export interface InstanceSource {
  load(id: string): Promise<DesiredInstance | undefined>
  /** Every instance (of one customer) that may have, or should have, objects in the cluster. */
  listIds(customerId?: string): Promise<string[]>
  /** Keeps an observation of this generation; one that was overtaken by a newer wish is dropped. */
  save(id: string, generation: number, observation: Observation): Promise<void>
}
