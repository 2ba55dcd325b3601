import { badRequest, StatusError } from '../errors'
import type { Kind } from '../kinds'
import type { DraftObject } from '../types'
import { findMismatches, fits, type Mismatch } from './check'
import { schemaOf } from './schema'

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

/** Checks a create's or update's body against the schema. Unknown fields are refused (Strict) or taken out. */
export function decodeObject(kind: Kind, object: DraftObject, validation: FieldValidation): DraftObject {
  const schema = schemaOf(kind.kind)
  if (fits(object, schema)) return object
  const mismatches = findMismatches(object, schema, true)
  const wrong = mismatches.find((each) => each.problem === 'type')
  if (wrong) throw badRequest(`${versioned(kind)}: ${unmarshalMessage(kind, wrong)}`)
  if (validation === 'Strict') {
    const unknown = mismatches.map((each) => `unknown field "${each.path}"`)
    throw badRequest(`${versioned(kind)}: strict decoding error: ${unknown.join(', ')}`)
  }
  fits(object, schema)
  return object
}

/** Checks an apply's body: server-side apply refuses unknown fields whatever the field validation says. */
export function decodeApplied(kind: Kind, object: DraftObject): DraftObject {
  const schema = schemaOf(kind.kind)
  if (fits(object, schema)) return object
  const lines = findMismatches(object, schema).map(typedMessage)
  const id = `${object.metadata.namespace ?? ''}/${object.metadata.name}; ${kind.group}/${kind.version}, Kind=${kind.kind}`
  const text = lines.length === 1 ? lines[0] : `errors:\n${lines.map((line) => `  ${line}`).join('\n')}`
  throw new StatusError(500, undefined, `failed to create typed patch object (${id}): ${text}`)
}

const versioned = (kind: Kind): string =>
  `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}`

function unmarshalMessage(kind: Kind, { path, expected, value }: Mismatch): string {
  if (expected === 'quantity') {
    return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
  }
  const got = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  const field = path.replaceAll(/\[\d+\]/g, '')
  const known = { string: 'string', int: 'int32', boolean: 'bool', list: 'slice', map: 'map' } as Record<string, string>
  return `json: cannot unmarshal ${got} into Go struct field ${kind.kind}.${field} of type ${known[expected] ?? expected}`
}

function typedMessage({ problem, keyedPath, expected, value }: Mismatch): string {
  if (problem === 'unknown') return `${keyedPath}: field not declared in schema`
  const shown = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? 'nil')
  return `${keyedPath}: expected ${expected}, got &value.valueUnstructured{Value:${shown}}`
}
