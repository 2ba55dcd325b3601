import { eq } from 'drizzle-orm'
import { placeholdersFor, prepared, type Tx } from '../../db'
import type { Actor } from '../../http/access'
import { invalid } from '../../http/input/input'
import { newId, randomBytes, randomPart } from '../../lib/ids'
import type { Parts } from '../../parts'
import { generateSecrets, type InputValues, splitInputs, type Template, validateInputs } from '../../templates'
import { getTemplate } from '../app-templates'
import { recordAct } from '../audit'
import { customerInputsOf, openPresets, type Plan, type Service } from '../catalog'
import { assertOwnInputs } from './own-inputs'
import { sealSecrets } from './sealed-secrets'
import type { Instance } from './tables'
import { type InstanceStatus, instances } from './tables'

type Needs = Pick<Parts, 'clock' | 'config' | 'sealer' | 'reconciler'>

const suffixLength = 8

/** One namespace per customer; the id without its prefix is a valid DNS label. */
export const namespaceOf = (config: Pick<Parts['config'], 'namespacePrefix'>, userId: string): string =>
  `${config.namespacePrefix}${userId.slice('usr_'.length)}`

interface NewInstance {
  subscriptionId: string
  userId: string
  templateName: string
  /** The one that is sold now. */
  templateVersion: number | null
  plan: Plan
  /** Of its volumes; null lets the platform choose. */
  storageClass: string | null
  /** What is sold, with what the operator has settled of it. */
  service: Service
  config: Record<string, unknown>
}

/** Writes down that an app shall run. Nothing is promised to the cluster before the commit; then the reconciler is woken. */
export async function desireInstance(parts: Needs, tx: Tx, wanted: NewInstance): Promise<Instance> {
  const template = await getTemplate(tx, wanted.templateName, wanted.templateVersion)
  const customerInputs = customerInputsOf(template, wanted.service)
  assertOwnInputs(template, customerInputs, wanted.config)
  const inputs = checkInputs(template, { ...wanted.config, ...fixedFor(parts, template, wanted.service) })
  const now = parts.clock.now()
  const id = newId('instance', now.getTime())
  const name = `${template.name}-${randomPart(suffixLength)}`
  const { open, secret } = splitInputs(template, inputs)
  const row: Instance = {
    id,
    subscriptionId: wanted.subscriptionId,
    userId: wanted.userId,
    name,
    namespace: namespaceOf(parts.config, wanted.userId),
    subdomain: name,
    templateName: template.name,
    templateVersion: wanted.templateVersion!,
    cpuMillicores: wanted.plan.cpuMillicores,
    memoryMb: wanted.plan.memoryMb,
    storageGb: wanted.plan.storageGb,
    storageClass: wanted.storageClass,
    inputs: open,
    customerInputs,
    sealedSecrets: sealSecrets(parts, id, { generated: generateSecrets(template, randomBytes), inputs: secret }),
    desiredState: 'RUNNING',
    generation: 1,
    restartedAt: null,
    deployment: 1,
    deployedAt: now,
    status: 'PENDING',
    reasonCode: null,
    statusReason: null,
    observedGeneration: 0,
    cleanedDeployment: 1,
    podName: null,
    restarts: 0,
    troubleSince: null,
    readyAt: null,
    statusChangedAt: now,
    createdAt: now,
    updatedAt: now,
  }
  await insertInstance(tx).run(row)
  tx.afterCommit(() => parts.reconciler.wake(id))
  return row
}

/** A preset of an input that a newer version of the template no longer has says nothing. */
function fixedFor(parts: Needs, { inputs }: Template, service: Service): InputValues {
  const known = new Set(inputs.map(({ key }) => key))
  return Object.fromEntries(Object.entries(openPresets(parts, service)).filter(([key]) => known.has(key)))
}

export function checkInputs(template: Template, submitted: unknown, current?: InputValues): InputValues {
  const checked = validateInputs(template, submitted, current)
  if (!checked.ok)
    throw invalid(
      'body',
      checked.problems.map(({ path, message }) => ({ path: path === '/' ? '/config' : `/config${path}`, message })),
    )
  return checked.inputs
}

type Wished =
  | 'templateVersion'
  | 'desiredState'
  | 'restartedAt'
  | 'deployment'
  | 'deployedAt'
  | 'inputs'
  | 'sealedSecrets'
  | 'cpuMillicores'
  | 'memoryMb'
  | 'storageGb'
  | 'storageClass'

type Change = Partial<Pick<Instance, Wished>> & {
  /** Shown at once; the reconciler corrects it by what it sees. */
  status: InstanceStatus
}

type AuditedChange = Record<string, unknown>

/** Changes what is desired of an instance, audited, and wakes the reconciler once it is committed. */
export async function changeDesire(
  parts: Pick<Parts, 'clock' | 'reconciler'>,
  tx: Tx,
  instance: Instance,
  change: Change,
  act: { actor?: Actor; action: string; reason?: string; before?: AuditedChange; after?: AuditedChange },
): Promise<Instance> {
  const now = parts.clock.now()
  const changed: Partial<Instance> = {
    ...change,
    generation: instance.generation + 1,
    statusReason: null,
    reasonCode: null,
    troubleSince: null,
    statusChangedAt: now,
    updatedAt: now,
  }
  await tx.update(instances).set(changed).where(eq(instances.id, instance.id)).run()
  await recordAct(tx, {
    actor: act.actor,
    action: act.action,
    target: { kind: 'instance', id: instance.id },
    reason: act.reason,
    before: { desiredState: instance.desiredState, status: instance.status, ...act.before },
    after: { desiredState: change.desiredState ?? instance.desiredState, status: change.status, ...act.after },
    at: now,
  })
  tx.afterCommit(() => parts.reconciler.wake(instance.id))
  return { ...instance, ...changed }
}

const insertInstance = prepared((db) => db.insert(instances).values(placeholdersFor(instances)).prepare())
