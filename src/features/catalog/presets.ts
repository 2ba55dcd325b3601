import { sealedPlace } from '../../db'
import type { Parts } from '../../parts'
import type { InputValues, Template } from '../../templates'
import { type Service, services } from './tables'

/** What an operator has settled of a service's template before anybody orders: values, and who sets the others. */
export type Settled = Pick<Service, 'id' | 'presets' | 'sealedPresets' | 'customerInputs'>

export const presetContext = (serviceId: string): string => sealedPlace(services.sealedPresets, serviceId)

/** The fixed values, secret ones in the clear: for what an app is made of, never for an answer. */
export function openPresets({ sealer }: Pick<Parts, 'sealer'>, { id, presets, sealedPresets }: Settled): InputValues {
  const secret =
    sealedPresets === null ? {} : (JSON.parse(sealer.open(sealedPresets, presetContext(id))) as InputValues)
  return { ...presets, ...secret }
}

/** The inputs that customers of a service set; null for all that the template doesn't leave to its operator. */
export function customerInputsOf({ inputs }: Template, { presets, customerInputs }: Settled): string[] | null {
  if (customerInputs !== null) return customerInputs
  if (Object.keys(presets).length === 0) return null
  return inputs.filter(({ key, byOperator }) => !byOperator && !Object.hasOwn(presets, key)).map(({ key }) => key)
}

/** What everybody may know of it: keys, no values. */
export const shownInputsOf = ({ presets, customerInputs }: Settled) => ({
  fixed: Object.keys(presets),
  customer: customerInputs,
})

/** Whether whoever owns an app sets this input, by the list that the app was made with. */
export const isForCustomer = (
  { key, byOperator }: Template['inputs'][number],
  customerInputs: readonly string[] | null,
): boolean => (customerInputs === null ? !byOperator : customerInputs.includes(key))
