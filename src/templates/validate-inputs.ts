import type { Problem } from './check-template'
import type { Template, TemplateInput } from './template'

export type InputValue = string | number | boolean
export type InputValues = Record<string, InputValue>
type ValidatedInputs = { ok: true; inputs: InputValues } | { ok: false; problems: Problem[] }

const maxEmailLength = 254
const maxKeyShown = 60

/**
 * Holds submitted inputs against the template: trims, fills defaults, refuses unknown keys. With `current` it is a change:
 * what isn't submitted stays, `null` clears an optional one, what can't be changed later must stay the same.
 * No message repeats a submitted value.
 */
export function validateInputs(template: Template, submitted: unknown, current?: InputValues): ValidatedInputs {
  if (typeof submitted !== 'object' || submitted === null || Array.isArray(submitted))
    return { ok: false, problems: [{ path: '/', message: 'must be an object' }] }
  const given = new Map<string, unknown>(Object.entries(submitted))
  const problems: Problem[] = []
  const inputs: InputValues = {}
  for (const input of template.inputs) {
    const result = resolveInput(input, given.get(input.key), current)
    given.delete(input.key)
    if (result.problem) problems.push({ path: `/${input.key}`, message: result.problem })
    else if (result.value !== undefined) inputs[input.key] = result.value
  }
  for (const { key, together = [] } of template.inputs)
    for (const other of together)
      if (key in inputs && !(other in inputs)) problems.push({ path: `/${other}`, message: `is required with ${key}` })
  for (const key of given.keys()) problems.push({ path: `/${key.slice(0, maxKeyShown)}`, message: 'is not an input' })
  return problems.length > 0 ? { ok: false, problems } : { ok: true, inputs }
}

/** The keys of a template's inputs that are secrets: stored encrypted, shown masked. */
export const secretInputKeys = (template: Template): string[] =>
  template.inputs.filter(({ type }) => type === 'secret').map(({ key }) => key)

interface Resolved {
  value?: InputValue | undefined
  problem?: string | undefined
}

function resolveInput(input: TemplateInput, submitted: unknown, current: InputValues | undefined): Resolved {
  const stored = current?.[input.key]
  const fallback = current ? stored : 'default' in input ? input.default : undefined
  const value = submitted === undefined ? fallback : normalise(input, submitted)
  if (value === undefined || value === null || value === '') {
    if (input.required) return { problem: 'is required' }
    return current && !input.changeable && stored !== undefined ? { problem: "can't be changed later" } : {}
  }
  const problem = checkInput(input, value)
  if (problem) return { problem }
  if (current && !input.changeable && value !== stored) return { problem: "can't be changed later" }
  return { value: value as InputValue }
}

function normalise(input: TemplateInput, value: unknown): unknown {
  if (typeof value !== 'string' || input.type === 'secret') return value
  return input.type === 'email' ? value.trim().toLowerCase() : value.trim()
}

/** Why a value can't be that input's, or nothing. */
export function checkInput(input: TemplateInput, value: unknown): string | undefined {
  switch (input.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false'
    case 'integer':
      return checkInteger(input, value)
    case 'enum':
      return typeof value === 'string' && input.options.includes(value)
        ? undefined
        : `must be one of ${input.options.join(', ')}`
    case 'email':
      return checkText(
        value,
        3,
        maxEmailLength,
        '^[^\\s@,;<>"]+@[^\\s@,;<>"]+\\.[^\\s@,;<>".]+$',
        'must be an e-mail address',
      )
    default:
      return checkText(value, input.minLength ?? 0, input.maxLength, input.pattern, 'must be a value of this form')
  }
}

function checkInteger(input: Extract<TemplateInput, { type: 'integer' }>, value: unknown): string | undefined {
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= input.min && value <= input.max
  return fits ? undefined : `must be a whole number from ${input.min} to ${input.max}`
}

function checkText(value: unknown, min: number, max: number, pattern: string | undefined, rule: string) {
  if (typeof value !== 'string') return 'must be text'
  if (value.length < min || value.length > max) return `must have ${min} to ${max} characters`
  // A line break or NUL can't be carried by an environment variable safely.
  if (/\p{Cc}/u.test(value)) return 'must not contain control characters'
  if (pattern && !new RegExp(pattern, 'u').test(value)) return rule
  return undefined
}
