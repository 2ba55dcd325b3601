import type { Problem } from './check-template'

/** The words of JSON Schema that templates are described with. */
export interface JsonSchema {
  type?: string
  const?: unknown
  anyOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  items?: JsonSchema
  minItems?: number
  maxItems?: number
  minProperties?: number
  maxProperties?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  minimum?: number
  maximum?: number
}

/** Of a value with more mistakes than that, the first ones are told. */
export const mostProblems = 20
const longestNameShown = 64

type Check = (value: unknown, path: string, problems: Problem[]) => void

/**
 * What is wrong with a value, each with its place as a JSON pointer: a few hundred lines less, and twenty megabytes, than a library
 * for all of JSON Schema. No message repeats a value.
 */
export function findSchemaProblems(schema: JsonSchema, value: unknown): Problem[] {
  const problems: Problem[] = []
  checkOf(schema)(value, '', problems)
  return problems.slice(0, mostProblems).map(({ path, message }) => ({ path: path || '/', message }))
}

const made = new WeakMap<JsonSchema, Check>()

function checkOf(schema: JsonSchema): Check {
  let check = made.get(schema)
  if (!check) {
    check = makeCheck(schema)
    made.set(schema, check)
  }
  return check
}

function makeCheck(schema: JsonSchema): Check {
  if (schema.anyOf) return unionCheck(schema.anyOf)
  if (schema.const !== undefined)
    return (value, path, problems) => tell(problems, value === schema.const, path, `must be ${String(schema.const)}`)
  switch (schema.type) {
    case 'object':
      return objectCheck(schema)
    case 'array':
      return arrayCheck(schema)
    case 'string':
      return textCheck(schema)
    case 'integer':
      return integerCheck(schema)
    case 'boolean':
      return (value, path, problems) => tell(problems, typeof value === 'boolean', path, 'must be true or false')
    default:
      throw new Error(
        `the schema of templates says ${JSON.stringify(schema).slice(0, 80)}, which is not understood here`,
      )
  }
}

const tell = (problems: Problem[], holds: boolean, path: string, message: string): void => {
  if (!holds) problems.push({ path, message })
}

function objectCheck(schema: JsonSchema): Check {
  const { required = [], minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema
  const checkMember = memberCheck(schema)
  return (value, path, problems) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return void problems.push({ path, message: 'must be an object' })
    const members = Object.entries(value)
    const fits = members.length >= minProperties && members.length <= maxProperties
    tell(problems, fits, path, `must have ${minProperties} to ${maxProperties} names`)
    for (const name of required) tell(problems, Object.hasOwn(value, name), `${path}/${name}`, 'is required')
    for (const [name, inner] of members) {
      if (problems.length >= mostProblems) return
      checkMember(name, inner, `${path}/${escaped(name)}`, problems)
    }
  }
}

function memberCheck({ properties = {}, additionalProperties }: JsonSchema) {
  const others = typeof additionalProperties === 'object' ? additionalProperties : undefined
  const known = Object.keys(properties).join(', ')
  return (name: string, value: unknown, path: string, problems: Problem[]) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : others
    if (schema) checkOf(schema)(value, path, problems)
    else if (additionalProperties === false)
      problems.push({ path, message: `is not a field of a template here; there are ${known}` })
  }
}

const escaped = (name: string): string => name.slice(0, longestNameShown).replaceAll('~', '~0').replaceAll('/', '~1')

function arrayCheck({ items = {}, minItems = 0, maxItems = Number.POSITIVE_INFINITY }: JsonSchema): Check {
  return (value, path, problems) => {
    if (!Array.isArray(value)) return void problems.push({ path, message: 'must be a list' })
    if (value.length < minItems || value.length > maxItems)
      return void problems.push({ path, message: `must have ${minItems} to ${maxItems} items` })
    for (const [index, item] of value.entries()) {
      if (problems.length >= mostProblems) return
      checkOf(items)(item, `${path}/${index}`, problems)
    }
  }
}

function textCheck({ minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern }: JsonSchema): Check {
  const form = pattern === undefined ? undefined : new RegExp(pattern, 'u')
  return (value, path, problems) => {
    if (typeof value !== 'string') return void problems.push({ path, message: 'must be text' })
    const length = value.length > maxLength ? [...value].length : value.length
    if (length < minLength || length > maxLength)
      return void problems.push({ path, message: `must have ${minLength} to ${maxLength} characters` })
    tell(problems, form === undefined || form.test(value), path, `must be of the form ${pattern}`)
  }
}

function integerCheck({ minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): Check {
  return (value, path, problems) => {
    const fits = typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum && value <= maximum
    tell(problems, fits, path, `must be a whole number from ${minimum} to ${maximum}`)
  }
}

function unionCheck(members: JsonSchema[]): Check {
  if (members.every((member) => member.const !== undefined)) {
    const choices = members.map((member) => member.const)
    const message = `must be one of ${choices.join(', ')}`
    return (value, path, problems) => tell(problems, choices.includes(value), path, message)
  }
  return (value, path, problems) => {
    let fewest: Problem[] | undefined
    for (const member of meant(members, value)) {
      const own: Problem[] = []
      checkOf(member)(value, path, own)
      if (own.length === 0) return
      if (!fewest || own.length < fewest.length) fewest = own
    }
    problems.push(...(fewest ?? []))
  }
}

/** Where a word of the value, such as its `type`, says which of several forms it is to have, it is held against that one alone. */
function meant(members: JsonSchema[], value: unknown): JsonSchema[] {
  if (typeof value !== 'object' || value === null) {
    const simple = members.filter(({ type, anyOf }) => anyOf || type === typeOf(value))
    return simple.length > 0 ? simple : members
  }
  const fields = value as Record<string, unknown>
  const named = members.filter(({ properties = {} }) => {
    const words = Object.entries(properties).filter(([, schema]) => schema.const !== undefined)
    return words.length > 0 && words.every(([name, schema]) => fields[name] === schema.const)
  })
  return named.length > 0 ? named : members
}

const typeOf = (value: unknown): string => (typeof value === 'number' ? 'integer' : typeof value)
