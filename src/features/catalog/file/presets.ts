import type { Problem } from '../../../http/input/check'
import { AppError } from '../../../lib/errors'
import type { Parts } from '../../../parts'
import { type InputValues, isNamed, splitInputs, type Template } from '../../../templates'
import { assertOrderable, settle } from '../admin/presets'
import type { Settled } from '../presets'
import type { ServiceInFile } from './form'

type Values = Record<string, unknown>

/** What a service fixes, as a file may have it: a secret stays in the shop that it was said in, and only its name goes out. */
export function saidOfPresets(template: Template | undefined, { presets, customerInputs }: Settled) {
  const { open, secret } = template ? splitInputs(template, presets) : { open: presets, secret: {} }
  return { presets: inOrder(open), secretPresets: Object.keys(secret).sort(), customerInputs }
}

/** As a verb takes it: what is fixed no longer is null, within variables too. */
export function presetChange(before: Values, after: Values): Values {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key))
  const kept = Object.entries(after).map(([key, value]) => {
    const old = before[key]
    return [key, isNamed(old) && isNamed(value) ? presetChange(old, value) : value]
  })
  return Object.fromEntries([...kept, ...gone.map((key) => [key, null])])
}

/** What is wrong with what a file fixes, under the names of the service. `there` is what the service has of the same template. */
export function findPresetProblems(
  parts: Pick<Parts, 'sealer'>,
  template: Template,
  { presets = {}, customerInputs = null, status }: ServiceInFile,
  there: Settled | undefined,
): Problem[] {
  const secret = Object.keys(splitInputs(template, presets as InputValues).secret)
  if (secret.length > 0) return secret.map((key) => ({ path: `/presets/${key}`, message: inTheFile }))
  const before = there ?? { id: 'svc_new', presets: {}, sealedPresets: null, customerInputs: null }
  const { presets: open } = saidOfPresets(template, before)
  try {
    const settled = settle(parts, template, { presets: presetChange(open, presets), customerInputs }, before)
    if (status === undefined || status === 'ACTIVE') assertOrderable(template, { id: before.id, ...settled })
    return []
  } catch (refusal) {
    if (!(refusal instanceof AppError)) throw refusal
    if (refusal.code === 'VALIDATION_ERROR') return refusal.details?.problems as Problem[]
    return [{ path: '/presets', message: refusal.message }]
  }
}

const inTheFile = 'A secret is not taken from a file: set it at the service'

/** Names in one order, so that the same values are the same text. */
function inOrder(values: Values): Values {
  const entries = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, value]) => [key, isNamed(value) ? inOrder(value) : value]))
}
