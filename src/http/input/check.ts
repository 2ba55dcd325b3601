import { daysInMonth } from '../../lib/calendar'
import { ruleOf } from '../../lib/text-forms'
import type { InputSchema } from './input-schema'

/** The rule that was broken and where, never the value that broke it: it may be a password. */
export interface Problem {
  path: string
  message: string
}

/** Of a value that breaks more rules than that, the first ones are told. */
const maxProblems = 20
const maxShownName = 64
/** Within an object of a body anything may stand where a name should, a password too; a slip of the pen is a word. */
const harmlessName = /^[A-Za-z]{1,32}$/

/** Adds what is wrong with a value, until there are enough problems. */
export type Check = (value: unknown, path: string, problems: Problem[]) => void

/** Holds values against a schema as JSON Schema means it: nothing is coerced, and a length counts characters. */
export function checkOf(schema: InputSchema): Check {
  if (schema.anyOf) return unionCheck(schema.anyOf)
  if (schema.const !== undefined) return typeCheck((value) => value === schema.const, `Expected ${schema.const}`)
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
      return typeCheck((value) => typeof value === 'boolean', 'Expected boolean')
    default:
      return typeCheck((value) => value === null, 'Expected null')
  }
}

function typeCheck(fits: (value: unknown) => boolean, message: string): Check {
  return (value, path, problems) => {
    if (!fits(value)) problems.push({ path: path || '/', message })
  }
}

function objectCheck(schema: InputSchema): Check {
  const { required = [], maxProperties = Number.POSITIVE_INFINITY } = schema
  const checkMember = memberCheck(schema)
  return (value, path, problems) => {
    const tell = (message: string, at = path) => void problems.push({ path: at || '/', message })
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return tell('Expected object')
    for (const name of required) {
      if (!Object.hasOwn(value, name)) tell('Expected required property', `${path}/${name}`)
    }
    const members = Object.entries(value)
    if (members.length > maxProperties) tell(`Expected at most ${maxProperties} names`)
    for (const [name, inner] of members) {
      if (problems.length >= maxProblems) return
      checkMember(name, inner, path, problems)
    }
  }
}

function memberCheck({ properties = {}, additionalProperties, propertyNames }: InputSchema) {
  const known = new Map(Object.entries(properties).map(([name, schema]) => [name, checkOf(schema)]))
  const others = typeof additionalProperties === 'object' ? checkOf(additionalProperties) : undefined
  const checkName = propertyNames && checkOf(propertyNames)
  return (name: string, value: unknown, around: string, problems: Problem[]) => {
    const path = `${around}/${name.slice(0, maxShownName)}`
    const check = known.get(name) ?? others
    if (!check) {
      const shown = around === '' || harmlessName.test(name) ? path : around
      if (additionalProperties === false) problems.push({ path: shown, message: 'Not a known name' })
      return
    }
    checkName?.(name, path, problems)
    check(value, path, problems)
  }
}

function arrayCheck({ items = {}, minItems = 0, maxItems = 0, uniqueItems = false }: InputSchema): Check {
  const checkItem = checkOf(items)
  return (value, path, problems) => {
    const tell = (message: string) => void problems.push({ path: path || '/', message })
    if (!Array.isArray(value)) return tell('Expected array')
    if (value.length < minItems) tell(`Expected at least ${minItems} items`)
    if (value.length > maxItems) return tell(`Expected at most ${maxItems} items`)
    if (uniqueItems && new Set(value).size < value.length) tell('Expected no duplicate items')
    for (const [index, item] of value.entries()) {
      if (problems.length >= maxProblems) return
      checkItem(item, `${path}/${index}`, problems)
    }
  }
}

function textCheck({ minLength = 0, maxLength = 0, pattern = '', format }: InputSchema): Check {
  const form = new RegExp(pattern, 'u')
  const brokenRule = (value: unknown): string | undefined => {
    if (typeof value !== 'string') return 'Expected string'
    // The length goes first: no pattern is asked about a text that is too long.
    if (isLonger(value, maxLength)) return `Expected at most ${maxLength} characters`
    if (minLength > 0 && !isLonger(value, minLength - 1)) return `Expected at least ${minLength} characters`
    if (!form.test(value)) return ruleOf(pattern)
    return format === 'date-time' && !hasItsDay(value) ? 'Expected a day that exists in its month' : undefined
  }
  return (value, path, problems) => {
    const message = brokenRule(value)
    if (message !== undefined) problems.push({ path: path || '/', message })
  }
}

/** The calendar comes again after 400 years; of a year below 100 Date thinks that it is one of the last century. */
function hasItsDay(moment: string): boolean {
  const [year, month, day] = moment.slice(0, 'yyyy-mm-dd'.length).split('-').map(Number) as [number, number, number]
  return day <= daysInMonth(2000 + (year % 400), month - 1)
}

/** In characters, of which one outside of the first plane is two units of a string. */
function isLonger(text: string, length: number): boolean {
  if (text.length <= length) return false
  if (text.length > 2 * length) return true
  let characters = 0
  for (const _ of text) if (++characters > length) return true
  return false
}

function integerCheck({ minimum = 0, maximum = 0 }: InputSchema): Check {
  return (value, path, problems) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
      problems.push({ path: path || '/', message: 'Expected integer' })
    } else if (value < minimum || value > maximum) {
      const message = value < minimum ? `Expected at least ${minimum}` : `Expected at most ${maximum}`
      problems.push({ path: path || '/', message })
    }
  }
}

function unionCheck(members: InputSchema[]): Check {
  const checks = members.map(checkOf)
  const message = ruleOfUnion(members)
  const byType = members.every(({ type }) => type) && new Map(members.map(({ type }, index) => [type, checks[index]!]))
  // Where each member is of a type of its own, the value's type says which one is meant, and that one what is wrong.
  if (byType && byType.size === members.length) {
    return (value, path, problems) => {
      const check = byType.get(typeOf(value))
      if (check) check(value, path, problems)
      else problems.push({ path: path || '/', message })
    }
  }
  return (value, path, problems) => {
    const fits = checks.some((check) => {
      const own: Problem[] = []
      check(value, path, own)
      return own.length === 0
    })
    if (!fits) problems.push({ path: path || '/', message })
  }
}

function typeOf(value: unknown): InputSchema['type'] {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  const type = typeof value
  return type === 'number' ? 'integer' : (type as InputSchema['type'])
}

function ruleOfUnion(members: InputSchema[]): string {
  if (members.every((member) => member.const !== undefined)) {
    return `Expected one of ${members.map((member) => String(member.const)).join(', ')}`
  }
  return `Expected ${[...new Set(members.map(({ type }) => type))].join(' or ')}`
}
