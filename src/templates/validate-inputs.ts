import { findInputProblems } from './check-input'
import type { Problem } from './check-template'
import { findConflicts, findEarlyConflicts } from './conflicts'
import { qualifyImage } from './image-reference'
import { type InputValue, type InputValues, isMapInput, isNamed, isSameValue, isSecretInput } from './input-values'
import type { Template, TemplateInput } from './template'

export type ValidatedInputs = { ok: true; inputs: InputValues } | { ok: false; problems: Problem[] }

const maxKeyShown = 60
/** Of a configuration with more mistakes than that, the first ones are told. */
const maxProblems = 50

/**
 * Holds submitted inputs against the template: trims, fills defaults, refuses unknown keys. With `current` it is a change:
 * what isn't submitted stays, `null` clears an optional one or a single name of several, what can't be changed later must stay
 * the same. No message repeats a submitted value.
 */
export function validateInputs(template: Template, submitted: unknown, current?: InputValues): ValidatedInputs {
  const resolved = resolveInputs(template, submitted, (input, given) => resolveInput(input, given, current))
  if (!resolved.ok) return resolved
  const problems = [...findMissing(template, resolved.inputs), ...findConflicts(template, resolved.inputs)]
  return problems.length > 0 ? { ok: false, problems } : resolved
}

/** The same for values that are fixed before the rest is known: no defaults, and nothing is required. */
export function validatePresets(template: Template, submitted: unknown, current: InputValues = {}): ValidatedInputs {
  const resolved = resolveInputs(template, submitted, (input, given) => {
    const value = given === undefined ? current[input.key] : normalise(input, given, current[input.key])
    return isNothing(value) ? { problems: [] } : checked(input, value)
  })
  const problems = resolved.ok ? findEarlyConflicts(template, resolved.inputs) : []
  return problems.length > 0 ? { ok: false, problems } : resolved
}

function resolveInputs(
  template: Template,
  submitted: unknown,
  resolve: (input: TemplateInput, given: unknown) => Resolved,
): ValidatedInputs {
  if (!isNamed(submitted)) return { ok: false, problems: [{ path: '/', message: 'must be an object' }] }
  const given = new Map<string, unknown>(Object.entries(submitted))
  const problems: Problem[] = []
  const inputs: InputValues = {}
  for (const input of template.inputs) {
    const result = resolve(input, given.get(input.key))
    given.delete(input.key)
    for (const { path, message } of result.problems) problems.push({ path: `/${input.key}${path}`, message })
    if (result.value !== undefined) inputs[input.key] = result.value
  }
  for (const key of given.keys()) problems.push({ path: `/${key.slice(0, maxKeyShown)}`, message: 'is not an input' })
  return problems.length > 0 ? { ok: false, problems: problems.slice(0, maxProblems) } : { ok: true, inputs }
}

interface Resolved {
  value?: InputValue
  problems: Problem[]
}

const refused = (message: string): Resolved => ({ problems: [{ path: '', message }] })

function resolveInput(input: TemplateInput, submitted: unknown, current: InputValues | undefined): Resolved {
  const stored = current?.[input.key]
  const fallback = current ? stored : 'default' in input ? input.default : undefined
  const value = submitted === undefined ? fallback : normalise(input, submitted, stored)
  const isFrozen = current !== undefined && !input.changeable
  if (isNothing(value)) {
    if (input.required) return refused('is required')
    return isFrozen && stored !== undefined ? refused("can't be changed later") : { problems: [] }
  }
  const result = checked(input, value)
  return isFrozen && result.value !== undefined && !isSameValue(result.value, stored)
    ? refused("can't be changed later")
    : result
}

function checked(input: TemplateInput, value: unknown): Resolved {
  const problems = findInputProblems(input, value)
  if (problems.length > 0) return { problems }
  return { value: input.type === 'image' ? qualifyImage(value as string) : (value as InputValue), problems }
}

/** An input of several names is changed name by name: what isn't named stays, `null` takes one away. */
function normalise(input: TemplateInput, value: unknown, stored: InputValue | undefined): unknown {
  if (isMapInput(input) && isNamed(value)) {
    const merged = { ...(isNamed(stored) ? stored : {}), ...value }
    return Object.fromEntries(Object.entries(merged).filter(([, text]) => text !== null))
  }
  if (typeof value !== 'string' || isSecretInput(input)) return value
  return input.type === 'email' ? value.trim().toLowerCase() : value.trim()
}

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isNamed(value) && Object.keys(value).length === 0)

function findMissing(template: Template, inputs: InputValues): Problem[] {
  return template.inputs.flatMap(({ key, together = [] }) =>
    together
      .filter((other) => key in inputs && !(other in inputs))
      .map((other) => ({ path: `/${other}`, message: `is required with ${key}` })),
  )
}
