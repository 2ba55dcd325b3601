import { type InputValue, secretInputKeys } from '../../templates'
import { secretOf } from './credentials'
import { type Desired, type DesiredObject, desire, type Head } from './desired'
import { labelsOf, selectorOf } from './labels'
import { claimNameOf, fileKeyOf } from './names'
import { renderDatabasePolicy, renderIngress, renderService } from './network'
import { renderPod } from './pod'
import { shareOutStorage } from './shares'
import type { InstanceSpec, PlatformSpec } from './spec'

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
export function renderInstance(spec: InstanceSpec, platform: PlatformSpec): DesiredObject[] {
  if (!nameForm.test(spec.name)) throw new Error(`instance ${spec.id} has no usable name`)
  if (!subdomainForm.test(spec.subdomain)) throw new Error(`instance ${spec.id} has no usable subdomain`)
  const head: Head = { name: spec.name, namespace: spec.namespace, labels: labelsOf(spec) }
  const secrets = secretDataOf(spec)
  const files = filesOf(spec)
  return [
    ...(hasEntries(secrets) ? [desire('Secret', head, { type: 'Opaque', data: secrets })] : []),
    ...(hasEntries(files) ? [desire('ConfigMap', head, { data: files })] : []),
    ...renderClaims(spec, platform, head),
    renderDeployment(spec, platform, head, { secrets, files }),
    renderService(spec, head),
    spec.template.exposure.kind === 'http' ? renderIngress(spec, platform, head) : renderDatabasePolicy(spec, head),
  ]
}

const hasEntries = (record: Record<string, string>): boolean => Object.keys(record).length > 0

/** `data`, not `stringData`: an apply of the latter would never take a key away again. */
function secretDataOf(spec: InstanceSpec): Record<string, string> {
  const data: Record<string, string> = {}
  for (const { key } of spec.template.secrets) data[key] = encode(secretOf(spec, key))
  for (const key of secretInputKeys(spec.template)) {
    const value: InputValue | undefined = spec.inputs[key]
    if (value !== undefined) data[key] = encode(String(value))
  }
  return data
}

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

function filesOf({ template }: InstanceSpec): Record<string, string> {
  const files: Record<string, string> = {}
  for (const container of template.containers)
    for (const [index, { content }] of (container.files ?? []).entries()) files[fileKeyOf(container, index)] = content
  return files
}

function renderClaims(spec: InstanceSpec, platform: PlatformSpec, head: Head): Desired<'PersistentVolumeClaim'>[] {
  const sizes = shareOutStorage(spec.template, spec.plan)
  return spec.template.volumes.map(({ name }, index) =>
    desire(
      'PersistentVolumeClaim',
      { ...head, name: claimNameOf(spec, name) },
      {
        spec: {
          accessModes: ['ReadWriteOnce'],
          ...(platform.storageClass && { storageClassName: platform.storageClass }),
          resources: { requests: { storage: `${sizes[index]}Mi` } },
        },
      },
    ),
  )
}

function renderDeployment(
  spec: InstanceSpec,
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
