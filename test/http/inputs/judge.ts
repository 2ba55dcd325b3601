import type { Shape } from './fields'

/**
 * Whether a value fits what the document says, as any reader of JSON Schema (2020-12) would understand it. Written apart from
 * the edge's own check, which it judges.
 */
export function fits(shape: Shape, value: unknown): boolean {
  if (shape.anyOf) return shape.anyOf.some((member) => fits(member, value))
  if (shape.enum && !shape.enum.includes(value)) return false
  if (shape.const !== undefined && value !== shape.const) return false
  const types = [shape.type ?? []].flat()
  if (types.length > 0 && !types.some((type) => isOfType(type, value))) return false
  if (typeof value === 'string') return fitsText(shape, value)
  if (typeof value === 'number') return value >= (shape.minimum ?? value) && value <= (shape.maximum ?? value)
  if (Array.isArray(value)) return fitsList(shape, value)
  return typeof value !== 'object' || value === null || fitsObject(shape, value as Record<string, unknown>)
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}

function fitsText({ minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format }: Shape, text: string) {
  const { length } = [...text]
  if (length < minLength || length > maxLength) return false
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(text)) return false
  return format !== 'date-time' || hasItsDay(text)
}

/** Written back by a calendar of our own, the day is another one where its month has none such. */
function hasItsDay(text: string): boolean {
  const day = text.slice(0, 'yyyy-mm-dd'.length)
  // A leap year goes for year 0 and for 2000 alike.
  const date = new Date(`${2000 + (Number(day.slice(0, 4)) % 400)}${day.slice(4)}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(4, 'yyyy-mm-dd'.length) === day.slice(4)
}

function fitsList({ items = {}, minItems = 0, maxItems = 0, uniqueItems = false }: Shape, list: unknown[]): boolean {
  if (list.length < minItems || list.length > maxItems) return false
  if (uniqueItems && new Set(list.map((item) => JSON.stringify(item))).size < list.length) return false
  return list.every((item) => fits(items, item))
}

function fitsObject(shape: Shape, object: Record<string, unknown>): boolean {
  const { properties = {}, required = [], additionalProperties = true, propertyNames, maxProperties } = shape
  const names = Object.keys(object)
  if (required.some((name) => !names.includes(name)) || names.length > (maxProperties ?? names.length)) return false
  return names.every((name) => {
    if (propertyNames && !fits(propertyNames, name)) return false
    if (Object.hasOwn(properties, name)) return fits(properties[name]!, object[name])
    return typeof additionalProperties === 'boolean' ? additionalProperties : fits(additionalProperties, object[name])
  })
}

/** What a text in a URL means: a whole number and a yes or no are written as JSON writes them. Undefined where it is neither. */
export function readText({ type }: Shape, text: string): unknown {
  if (type === 'integer') return /^-?(?:0|[1-9]\d*)$/.test(text) ? Number(text) : undefined
  if (type === 'boolean') return text === 'true' || text === 'false' ? text === 'true' : undefined
  return text
}
