import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { isHarmlessInput, isSameValue, splitInputs, type Template } from '../../templates'
import { getTemplate } from '../app-templates'
import { changeDesire, checkInputs } from './desire'
import { assertOwnInputs } from './own-inputs'
import { getOwnInstance } from './read'
import { allInputs, openSecrets, sealSecrets } from './sealed-secrets'
import type { Instance, InstanceStatus } from './tables'
import { assertNoUpdate } from './updates/rows'

/** Changes what the customer may set of an app; the running app takes it over by a new pod. Secrets are sealed, never shown. */
export async function configureInstance(
  parts: Pick<Parts, 'clock' | 'reconciler' | 'sealer'>,
  tx: Tx,
  actor: Actor,
  id: string,
  config: Record<string, unknown>,
): Promise<Instance> {
  const instance = await getOwnInstance(tx, actor, id)
  if (instance.desiredState === 'DELETED') throw new AppError('INVALID_STATE', 'This instance is terminated')
  await assertNoUpdate(tx, instance.id)
  const template = await getTemplate(tx, instance.templateName, instance.templateVersion)
  assertOwnInputs(template, instance.customerInputs, config)
  const sealed = openSecrets(parts, instance)
  const current = allInputs(instance, sealed)
  const checked = checkInputs(template, config, current)
  const { open, secret } = splitInputs(template, checked)
  const sealedSecrets = sealSecrets(parts, instance.id, { ...sealed, inputs: secret })
  const change = { inputs: open, sealedSecrets, status: statusAfterChange(instance) }
  const [before, after] = toldOf(template, current, checked)
  return changeDesire(parts, tx, instance, change, { actor, action: 'instance.configure', before, after })
}

type Inputs = Record<string, unknown>

/**
 * The inputs that change, for the audit log: numbers, choices and switches with their values, of texts and secrets only that
 * they were set. The log can't be erased, and a text may say who somebody is.
 */
function toldOf({ inputs }: Template, current: Inputs, checked: Inputs): [before: Inputs, after: Inputs] {
  const changed = inputs.filter(({ key }) => !isSameValue(current[key], checked[key]))
  const tell = (values: Inputs) => ({
    inputs: Object.fromEntries(
      changed.map((input) => {
        const value = values[input.key]
        return [input.key, value === undefined ? null : isHarmlessInput(input) ? value : '(set)']
      }),
    ),
  })
  return [tell(current), tell(checked)]
}

/** Another configuration or size may cure what was wrong with the app: an error is not kept without its reason. */
export function statusAfterChange({ status, desiredState, readyAt }: Instance): InstanceStatus {
  if (status === 'RUNNING') return 'RESTARTING'
  if (status !== 'ERROR') return status
  if (desiredState === 'STOPPED') return 'STOPPING'
  return readyAt ? 'RESTARTING' : 'PROVISIONING'
}
