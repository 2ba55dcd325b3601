import { concreteOf } from '../../templates'
import { type Desired, type DesiredObject, desire, type Head } from './desired'
import { labelsOf, selectorOf } from './labels'
import { claimNameOf, fileKeyOf } from './names'
import { renderDatabasePolicy, renderIngress, renderService } from './network'
import { renderPod } from './pod'
import { renderPullSecret } from './pull-secret'
import { secretDataOf } from './secret-data'
import { shareOutStorage } from './shares'
import type { ConcreteSpec, InstanceSpec, PlatformSpec } from './spec'

export const generationAnnotation = 'minispod.io/generation'

const revisionHistoryLimit = 2
const progressDeadlineSeconds = 1200
// With the longest suffix this stays a DNS label, and so does the name of the pod.
const nameForm = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/
const subdomainForm = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * An instance's objects, in the order to apply them; the same spec gives the same objects. Throws where the spec breaks an
 * invariant (names, ids, a missing secret): no cluster would take it either.
 */
export function renderInstance(wanted: InstanceSpec, platform: PlatformSpec): DesiredObject[] {
  const spec: ConcreteSpec = { ...wanted, template: concreteOf(wanted.template, wanted.inputs) }
  if (!nameForm.test(spec.name)) throw new Error(`instance ${spec.id} has no usable name`)
  if (!subdomainForm.test(spec.subdomain)) throw new Error(`instance ${spec.id} has no usable subdomain`)
  const head: Head = { name: spec.name, namespace: spec.namespace, labels: labelsOf(spec) }
  const secrets = secretDataOf(spec)
  const pullSecrets = renderPullSecret(spec, head)
  const files = filesOf(spec)
  return [
    ...(hasEntries(secrets) ? [desire('Secret', head, { type: 'Opaque', data: secrets })] : []),
    ...pullSecrets,
    ...(hasEntries(files) ? [desire('ConfigMap', head, { data: files })] : []),
    ...renderClaims(spec, platform, head),
    renderDeployment(spec, platform, head, { secrets, files, ...(pullSecrets[0] && { pull: pullSecrets[0].data }) }),
    renderService(spec, head),
    spec.template.exposure.kind === 'http' ? renderIngress(spec, platform, head) : renderDatabasePolicy(spec, head),
  ]
}

const hasEntries = (record: Record<string, string>): boolean => Object.keys(record).length > 0

function filesOf({ template }: ConcreteSpec): Record<string, string> {
  const files: Record<string, string> = {}
  for (const container of template.containers)
    for (const [index, { content }] of (container.files ?? []).entries()) files[fileKeyOf(container, index)] = content
  return files
}

function renderClaims(spec: ConcreteSpec, platform: PlatformSpec, head: Head): Desired<'PersistentVolumeClaim'>[] {
  const sizes = shareOutStorage(spec.template, spec.plan)
  const storageClassName = spec.storageClass ?? platform.storageClass
  return spec.template.volumes.map(({ name }, index) =>
    desire(
      'PersistentVolumeClaim',
      { ...head, name: claimNameOf(spec, name) },
      {
        spec: {
          accessModes: ['ReadWriteOnce'],
          ...(storageClassName && { storageClassName }),
          resources: { requests: { storage: `${sizes[index]}Mi` } },
        },
      },
    ),
  )
}

function renderDeployment(
  spec: ConcreteSpec,
  platform: PlatformSpec,
  head: Head,
  config: unknown,
): Desired<'Deployment'> {
  const rolling = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  return desire(
    'Deployment',
    { ...head, annotations: { [generationAnnotation]: String(spec.generation) } },
    {
      spec: {
        replicas: spec.replicas,
        selector: { matchLabels: selectorOf(spec) },
        strategy: spec.template.strategy === 'recreate' ? { type: 'Recreate' } : rolling,
        revisionHistoryLimit,
        progressDeadlineSeconds,
        template: renderPod(spec, platform, config),
      },
    },
  )
}
