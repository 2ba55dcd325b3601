import type { Tx } from '../../../db'
import type { Actor } from '../../../http/access'
import { AppError } from '../../../lib/errors'
import { randomBytes } from '../../../lib/ids'
import type { Parts } from '../../../parts'
import { findShortfalls, generateSecrets, splitInputs } from '../../../templates'
import { findCurrent, findVersion, getTemplate } from '../../app-templates'
import { statusAfterChange } from '../configure'
import type { Gate } from '../control'
import { changeDesire } from '../desire'
import { assertOwnInputs } from '../own-inputs'
import { allInputs, openSecrets, sealSecrets } from '../sealed-secrets'
import type { Instance } from '../tables'
import { inputsAfter } from './inputs'
import { assertNoUpdate, insertUpdate } from './rows'

export type UpdateNeeds = Pick<Parts, 'clock' | 'reconciler' | 'sealer'>

export interface WantedUpdate {
  /** Else the version that is sold. */
  version?: number
  config?: Record<string, unknown>
  actor?: Actor
  rolloutId?: string
  /** Throws where the subscription does not allow it. */
  mayUpdate: Gate
}

/**
 * Takes an app to a newer version of its template. Secrets that it has stay, those that are new are made. What is seen of the app
 * decides then; until that its inputs from before are kept.
 * @throws AppError INVALID_STATE, NOT_FOUND, INSUFFICIENT_RESOURCES, VALIDATION_ERROR, or what `mayUpdate` refuses with
 */
export async function beginUpdate(
  parts: UpdateNeeds,
  tx: Tx,
  instance: Instance,
  { version, config = {}, actor, rolloutId, mayUpdate }: WantedUpdate,
): Promise<Instance> {
  await assertMayBegin(tx, instance, mayUpdate)
  const to = await findNewer(tx, instance, version)
  const before = await getTemplate(tx, instance.templateName, instance.templateVersion)
  const after = to.template
  assertOwnInputs(after, instance.customerInputs, config)
  const missing = findShortfalls(after, instance)
  if (missing.length > 0) {
    const details = { missing, minimum: after.minimum }
    throw new AppError('INSUFFICIENT_RESOURCES', 'The plan of this app is too small for the new version', details)
  }
  const sealed = openSecrets(parts, instance)
  const current = allInputs(instance, sealed)
  const { open, secret } = splitInputs(after, inputsAfter({ before, after }, current, config))
  const generated = { ...sealed.generated, ...generateSecrets(after, randomBytes, sealed.generated) }
  const kept = { generated, inputs: secret, before: current }
  await insertUpdate(tx, {
    instanceId: instance.id,
    fromVersion: instance.templateVersion,
    toVersion: to.version,
    rolloutId: rolloutId ?? null,
    createdAt: parts.clock.now(),
  })
  const change = {
    templateVersion: to.version,
    inputs: open,
    sealedSecrets: sealSecrets(parts, instance.id, kept),
    status: statusAfterChange(instance),
  }
  return changeDesire(parts, tx, instance, change, {
    ...(actor && { actor }),
    action: 'instance.update',
    ...(rolloutId && { reason: `update of all, ${rolloutId}` }),
    before: { templateVersion: instance.templateVersion },
    after: { templateVersion: to.version },
  })
}

/** One that is just starting again ran before: what is seen of it then decides, as of any other. */
const updatable: ReadonlySet<Instance['status']> = new Set(['RUNNING', 'ERROR', 'STARTING', 'RESTARTING'])

async function assertMayBegin(tx: Tx, instance: Instance, mayUpdate: Gate): Promise<void> {
  const { status, desiredState } = instance
  await assertNoUpdate(tx, instance.id)
  if (desiredState !== 'RUNNING' || !updatable.has(status))
    throw new AppError('INVALID_STATE', 'Only an app that runs or has failed can be updated', { status })
  await mayUpdate(tx, instance)
}

async function findNewer(tx: Tx, { templateName, templateVersion }: Instance, wanted: number | undefined) {
  const sold = await findCurrent(tx, templateName)
  if (!sold || sold.version <= templateVersion)
    throw new AppError('INVALID_STATE', 'The app has the newest version already', { version: templateVersion })
  if (wanted === undefined || wanted === sold.version) return sold
  const found = wanted > templateVersion && wanted < sold.version && (await findVersion(tx, templateName, wanted))
  if (found) return found
  const details = { version: templateVersion, newest: sold.version }
  throw new AppError('INVALID_STATE', 'The app can’t be updated to this version', details)
}
