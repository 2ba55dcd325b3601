import { tagOf } from '../../templates'
import type { ConcreteSpec, InstanceSpec } from './spec'

export const managedByLabel = 'app.kubernetes.io/managed-by'
export const managedBy = 'minispod'
export const instanceLabel = 'minispod.io/instance'
const subscriptionLabel = 'minispod.io/subscription'
export const customerLabel = 'minispod.io/customer'
/** Who may reach the pod: `http` the ingress controller, `internal` the customer's other apps. */
export const exposureLabel = 'minispod.io/exposure'
/** Where the pod may go: `internet` or `none`. */
export const egressLabel = 'minispod.io/egress'

const labelValue = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/

/** Never changed: a Deployment's selector is immutable, and a pod outside of it would be orphaned. */
export const selectorOf = (spec: Pick<InstanceSpec, 'id'>): Record<string, string> => ({ [instanceLabel]: spec.id })

export function labelsOf(spec: ConcreteSpec): Record<string, string> {
  const { template } = spec
  const main = template.containers.find(({ name }) => name === template.exposure.container)
  const version = (main && tagOf(main.image)) ?? ''
  return assertLabels({
    'app.kubernetes.io/name': template.name,
    'app.kubernetes.io/instance': spec.name,
    'app.kubernetes.io/component': template.exposure.kind === 'internal' ? 'database' : 'app',
    'app.kubernetes.io/part-of': 'minispod',
    [managedByLabel]: managedBy,
    ...(labelValue.test(version) && { 'app.kubernetes.io/version': version }),
    [instanceLabel]: spec.id,
    [subscriptionLabel]: spec.subscriptionId,
    [customerLabel]: spec.customerId,
  })
}

export const podLabelsOf = (spec: ConcreteSpec): Record<string, string> => ({
  ...labelsOf(spec),
  [exposureLabel]: spec.template.exposure.kind,
  [egressLabel]: spec.template.egress,
})

export const tenantLabelsOf = (customerId: string): Record<string, string> =>
  assertLabels({
    'app.kubernetes.io/component': 'tenant',
    'app.kubernetes.io/part-of': 'minispod',
    [managedByLabel]: managedBy,
    [customerLabel]: customerId,
  })

function assertLabels(labels: Record<string, string>): Record<string, string> {
  for (const [key, value] of Object.entries(labels))
    if (!labelValue.test(value)) throw new Error(`label ${key} can't carry its value`)
  return labels
}
