import { invalid } from '../../../http/input/input'
import { AppError } from '../../../lib/errors'
import type { Parts } from '../../../parts'
import {
  type InputValue,
  type InputValues,
  isMapInput,
  isNamed,
  isSameValue,
  type Problem,
  splitInputs,
  type Template,
  validatePresets,
} from '../../../templates'
import { customerInputsOf, isForCustomer, openPresets, presetContext, type Settled } from '../presets'

/** What stands for a secret wherever a service is shown. */
const mask = '***'

interface Wanted {
  presets?: Record<string, unknown>
  customerInputs?: string[] | null
}

/**
 * What a service fixes of its template, as it is stored: the values that may be shown, with a mask in the place of each secret, and
 * the secret ones sealed. `before` is what it has fixed of the same template so far. @throws AppError VALIDATION_ERROR
 */
export function settle(
  parts: Pick<Parts, 'sealer'>,
  template: Template,
  { presets = {}, customerInputs }: Wanted,
  before: Settled,
): Omit<Settled, 'id'> {
  const current = openPresets(parts, before)
  const checked = validatePresets(template, presets, current)
  const masks = findMasks(template, presets)
  if (!checked.ok || masks.length > 0)
    throw invalid(
      'body',
      [...masks, ...(checked.ok ? [] : checked.problems)].map(({ path, message }) => ({
        path: path === '/' ? '/presets' : `/presets${path}`,
        message,
      })),
    )
  const chosen = customerInputs === undefined ? before.customerInputs : customerInputs
  assertChoosable(template, checked.inputs, chosen ?? [])
  const { open, secret } = splitInputs(template, checked.inputs)
  return {
    presets: { ...open, ...masked(template, secret) },
    sealedPresets: sealAnew(parts, before, splitInputs(template, current).secret, secret),
    customerInputs: chosen,
  }
}

/** What says the same keeps the text that it is sealed as, so that nothing seems to change. */
function sealAnew(
  { sealer }: Pick<Parts, 'sealer'>,
  { id, sealedPresets }: Settled,
  current: InputValues,
  secret: InputValues,
): string | null {
  if (Object.keys(secret).length === 0) return null
  if (sealedPresets !== null && isSameValue(secret, current)) return sealedPresets
  return sealer.seal(JSON.stringify(secret), presetContext(id))
}

/** Of a log-in only the password is hidden, of secret variables every value. */
function masked({ inputs }: Template, secret: InputValues): InputValues {
  const hide = (key: string, value: InputValue): InputValue => {
    const input = inputs.find((own) => own.key === key)
    if (!input || !isNamed(value)) return mask
    if (!isMapInput(input)) return { ...value, password: mask } as InputValue
    return Object.fromEntries(Object.keys(value).map((name) => [name, mask]))
  }
  return Object.fromEntries(Object.entries(secret).map(([key, value]) => [key, hide(key, value)]))
}

/** What was read is sent back whole: a mask must not become the secret. */
function findMasks(template: Template, presets: Record<string, unknown>): Problem[] {
  const { secret } = splitInputs(template, presets as InputValues)
  return Object.entries(secret).flatMap(([key, value]) =>
    (isNamed(value) ? Object.entries(value) : [['', value]])
      .filter(([, text]) => text === mask)
      .map(([name]) => ({
        path: name ? `/${key}/${name}` : `/${key}`,
        message: 'stands for a secret that is not shown: leave it out to keep it',
      })),
  )
}

/** @throws AppError VALIDATION_ERROR */
function assertChoosable({ inputs }: Template, presets: InputValues, chosen: string[]): void {
  const known = new Set(inputs.map(({ key }) => key))
  const problems = chosen.flatMap((key, index): Problem[] => {
    const path = `/customerInputs/${index}`
    if (!known.has(key)) return [{ path, message: 'is not an input' }]
    return Object.hasOwn(presets, key) ? [{ path, message: 'is fixed by the service' }] : []
  })
  if (problems.length > 0) throw invalid('body', problems)
}

/** What nobody could ever order is not for sale. @throws AppError INVALID_STATE */
export function assertOrderable(template: Template, settled: Settled): void {
  const chosen = customerInputsOf(template, settled)
  const missing = template.inputs.filter(
    (input) =>
      input.required &&
      !('default' in input && input.default !== undefined) &&
      !Object.hasOwn(settled.presets, input.key) &&
      !isForCustomer(input, chosen),
  )
  if (missing.length === 0) return
  throw new AppError(
    'INVALID_STATE',
    'The template needs values that nobody gives: fix them (presets), or let customers set them (customerInputs)',
    { inputs: missing.map(({ key }) => key) },
  )
}
