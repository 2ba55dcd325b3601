import type { ConcreteTemplate, InputValues, PlanSize, Template } from '../../templates'

/** Everything that decides what one instance's objects look like. Ids must be valid label values. */
export interface InstanceSpec {
  id: string
  subscriptionId: string
  customerId: string
  namespace: string
  /** A DNS label of 40 characters at most, unique in the namespace and never changed: every object is named after it. */
  name: string
  /** The first label of the app's public host, unique on the platform. */
  subdomain: string
  template: Template
  plan: PlanSize
  /** Of its volumes; without it the platform's. A claim can't change it later. */
  storageClass?: string
  /** As `validateInputs` handed them out, secret ones in the clear. */
  inputs: InputValues
  /** The generated ones, in the clear, a value for every secret of the template. */
  secrets: Record<string, string>
  replicas: 0 | 1
  /** ISO time of the last restart that was asked for; a new value rolls the pod. */
  restartedAt?: string
  generation: number
}

/** The same with its inputs put into the template: what the objects are made of. */
export type ConcreteSpec = Omit<InstanceSpec, 'template'> & { template: ConcreteTemplate }

/** What the operator has configured, the same for every instance. */
export interface PlatformSpec {
  appsDomain: string
  scheme: 'http' | 'https'
  /** Of the public URLs; left out where it is the scheme's own. */
  port?: number
  storageClass?: string
  ingressClass?: string
  clusterIssuer?: string
  imageRegistryPrefix?: string
  /** Kubernetes quantities for containers that state none, such as a certificate solver. */
  defaultLimits: { cpu: string; memory: string }
  /** Default `cluster.local`. */
  clusterDomain?: string
  /** Who may reach the apps; default: K3s' own Traefik. */
  ingressController?: { namespace: string; podLabels: Record<string, string> }
}

/** A customer's namespace, with the plan of every instance that may have objects there, kept data included. */
export interface TenantSpec {
  namespace: string
  customerId: string
  plans: PlanSize[]
  /** `baseline` only while an instance whose template needs it is there. */
  podSecurity?: 'restricted' | 'baseline'
}
