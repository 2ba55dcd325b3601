import { type ErrorCode, statusOfCode } from '../lib/errors'
import { exampleErrors } from './example-errors'
import { exampleTime, exampleTimes, exampleValues } from './example-values'

type Json = Record<string, unknown>
type Schemas = Record<string, unknown>
/** `owner` is the model, or the object without a name, that the field stands in. */
interface Place {
  name: string
  owner: string
  isInput: boolean
}

/**
 * Puts an example beside every body, answer and path parameter. Examples are put together from example-values.ts along the
 * schemas, so a new field is either known there or fails the test that builds the document. Swagger UI fills forms in with
 * them; that is why filters and keys of idempotency have none, and optional fields of a body only where their model names them.
 * @throws Error for a field that has no example
 */
export function addExamples(operation: Json, schemas: Schemas): void {
  for (const parameter of (operation.parameters ?? []) as Json[]) {
    if (parameter.in !== 'path') continue
    parameter.example = exampleOf(parameter.schema as Json, schemas, placeOf(String(parameter.name), true))
  }
  const body = contentOf(operation.requestBody)
  if (body) body.example = exampleOf(body.schema as Json, schemas, placeOf('body', true))
  for (const [status, response] of Object.entries((operation.responses ?? {}) as Record<string, Json>)) {
    const content = contentOf(response)
    if (!content) continue
    if (Number(status) < 400) content.example = exampleOf(content.schema as Json, schemas, placeOf('answer', false))
    else content.examples = errorExamples(Number(status), String(response.description))
  }
}

const placeOf = (name: string, isInput: boolean): Place => ({ name, owner: '', isInput })

const contentOf = (holder: unknown): Json | undefined =>
  ((holder as Json | undefined)?.content as Record<string, Json> | undefined)?.['application/json']

function errorExamples(status: number, description: string): Json {
  const codes = description.split(', ').filter((code) => statusOfCode[code as ErrorCode] === status) as ErrorCode[]
  return Object.fromEntries(
    codes.map((code) => [
      code,
      {
        summary: exampleErrors[code].message,
        value: {
          success: false,
          error: { code, ...exampleErrors[code] },
          timestamp: exampleTime,
          requestId: exampleValues.requestId,
        },
      },
    ]),
  )
}

function exampleOf(schema: Json, schemas: Schemas, place: Place): unknown {
  const { $ref } = schema
  if (typeof $ref === 'string') {
    const owner = $ref.slice($ref.lastIndexOf('/') + 1)
    return exampleOf(schemas[owner] as Json, schemas, { ...place, owner, name: '' })
  }
  const own = known(place)
  if (own !== undefined && fits(schema, own)) return own
  const members = (schema.anyOf ?? schema.oneOf) as Json[] | undefined
  if (members) return exampleOf(members.find(({ type }) => type !== 'null') ?? {}, schemas, place)
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  if (schema.properties) return objectOf(schema, schemas, place)
  if ([schema.type].flat().includes('array')) return [exampleOf(schema.items as Json, schemas, place)]
  if (schema.format === 'date-time') return exampleTimes[place.name] ?? exampleTime
  if (schema.type === 'boolean') return schema.default ?? true
  if (schema.type === 'object') return {}
  if (schema.type === 'null') return null
  if (schema.default !== undefined) return schema.default
  throw new Error(`${place.owner || '(no model)'}.${place.name} has no example: put one into http/example-values.ts`)
}

const known = ({ owner, name }: Place): unknown => {
  const own = exampleValues[`${owner}.${name}`]
  return own === undefined ? exampleValues[name] : own
}

/** A name may stand for a list of what it means once, or for a set of words of its own. */
function fits(schema: Json, value: unknown): boolean {
  const { type, format, enum: words, minimum, maximum, properties } = schema
  if (value === null) return isNullable(schema)
  if (schema.const !== undefined) return value === schema.const
  if (Array.isArray(words)) return words.includes(value)
  if (Object.keys(properties ?? {}).length > 0 || format === 'date-time') return false
  const types = Array.isArray(type) ? type : [type]
  if (typeof value === 'number') {
    const inRange = value >= Number(minimum ?? value) && value <= Number(maximum ?? value)
    return inRange && (types.includes('number') || (types.includes('integer') && Number.isInteger(value)))
  }
  return types.includes(typeof value)
}

const isNullable = ({ type, anyOf }: Json): boolean =>
  [type].flat().includes('null') || ((anyOf ?? []) as Json[]).some(isNullable)

function objectOf({ properties, required = [] }: Json, schemas: Schemas, around: Place): Json {
  const place = { ...around, owner: around.name || around.owner }
  const shown = Object.entries(properties as Record<string, Json>).filter(
    ([name]) => !place.isInput || (required as string[]).includes(name) || `${place.owner}.${name}` in exampleValues,
  )
  return Object.fromEntries(shown.map(([name, schema]) => [name, exampleOf(schema, schemas, { ...place, name })]))
}
