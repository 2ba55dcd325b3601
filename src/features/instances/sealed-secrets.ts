import { sealedPlace } from '../../db'
import type { Parts } from '../../parts'
import type { InputValues } from '../../templates'
import { type Instance, instances } from './tables'

type Needs = Pick<Parts, 'sealer'>

/** What is sealed with an instance: generated credentials and the inputs that are secrets. */
export interface SealedSecrets {
  generated: Record<string, string>
  inputs: InputValues
  /** All inputs as they were, while an update is under way that may be taken back. */
  before?: InputValues
}

export const sealContext = (instanceId: string): string => sealedPlace(instances.sealedSecrets, instanceId)

export const openSecrets = (
  { sealer }: Needs,
  { id, sealedSecrets }: Pick<Instance, 'id' | 'sealedSecrets'>,
): SealedSecrets => JSON.parse(sealer.open(sealedSecrets, sealContext(id))) as SealedSecrets

/** As the instance's row holds it. */
export const sealSecrets = ({ sealer }: Needs, instanceId: string, secrets: SealedSecrets): string =>
  sealer.seal(JSON.stringify(secrets), sealContext(instanceId))

/** All inputs of an app, the secret ones in the clear. */
export const allInputs = ({ inputs }: Pick<Instance, 'inputs'>, sealed: SealedSecrets): InputValues => ({
  ...(inputs as InputValues),
  ...sealed.inputs,
})
