import type { Template, TemplateInput } from './template'

/** Names and their values: variables, or the parts of a log-in. */
export type NamedTexts = Record<string, string>
export type InputValue = string | number | boolean | string[] | NamedTexts
export type InputValues = Record<string, InputValue>

const secretTypes: ReadonlySet<TemplateInput['type']> = new Set(['secret', 'secret-variables', 'registry'])
const mapTypes: ReadonlySet<TemplateInput['type']> = new Set(['variables', 'secret-variables'])
const openTypes: ReadonlySet<TemplateInput['type']> = new Set(['integer', 'boolean', 'enum'])

/** Stored encrypted, shown masked. */
export const isSecretInput = ({ type }: Pick<TemplateInput, 'type'>): boolean => secretTypes.has(type)

/** Whether it holds names of the customer's own choice, each with its value. */
export const isMapInput = ({ type }: Pick<TemplateInput, 'type'>): boolean => mapTypes.has(type)

/** Whether its values say nothing of a person, so that they may stand in a log that can't be erased. */
export const isHarmlessInput = ({ type }: Pick<TemplateInput, 'type'>): boolean => openTypes.has(type)

/** The keys of a template's inputs that are secrets: stored encrypted, shown masked. */
export const secretInputKeys = (template: Template): string[] =>
  template.inputs.filter(isSecretInput).map(({ key }) => key)

/** The same values in two heaps: what may be read, and what is to be sealed. */
export function splitInputs({ inputs }: Template, values: InputValues): { open: InputValues; secret: InputValues } {
  const own = inputs.filter(({ key }) => values[key] !== undefined)
  const pick = (chosen: TemplateInput[]) => Object.fromEntries(chosen.map(({ key }) => [key, values[key]!]))
  return { open: pick(own.filter((input) => !isSecretInput(input))), secret: pick(own.filter(isSecretInput)) }
}

/** Whether two values are the same, whatever the order of their names. */
export const isSameValue = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

const sorted = (value: unknown): unknown =>
  isNamed(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value

export const isNamed = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
