import { StatusError } from '../errors'
import definitions from './definitions.generated.json'

/**
 * The shape of every kind, made from the API server's own OpenAPI document. One word per field:
 * `*` required, `!` atomic, `#Name` another definition, `{}` map of, `[]` atomic list of, `[=]` set of, `[a,b]` list keyed by a
 * and b of; scalars: s string, i integer, n number, b boolean, q quantity, o integer or string, t time, y base64, x anything.
 */
export type SchemaType = ScalarType | StructType | MapType | ListType

export interface ScalarType {
  t: 'scalar'
  scalar: 's' | 'i' | 'n' | 'b' | 'q' | 'o' | 't' | 'y' | 'x'
}

export interface StructType {
  t: 'struct'
  name: string
  atomic: boolean
  fields: Map<string, SchemaType>
}

export interface MapType {
  t: 'map'
  atomic: boolean
  item: SchemaType
}

export interface ListType {
  t: 'list'
  list: 'atomic' | 'set' | 'map'
  keys: string[]
  item: SchemaType
}

const words = definitions as Record<string, Record<string, string>>
const structs = new Map<string, StructType>()
const scalars = new Map<string, ScalarType>()

/** The shape of a kind by its name, such as `Deployment`; parsed on first use. */
export function schemaOf(name: string): StructType {
  const known = structs.get(name)
  if (known) return known
  const fields = words[name]
  if (!fields) throw new StatusError(500, 'InternalError', `no schema for ${name}`)
  const struct: StructType = { t: 'struct', name, atomic: false, fields: new Map() }
  structs.set(name, struct)
  for (const [field, word] of Object.entries(fields)) struct.fields.set(field, parseWord(word.replace('*', '')))
  return struct
}

function parseWord(word: string): SchemaType {
  if (word.startsWith('!')) {
    const type = parseWord(word.slice(1))
    return type.t === 'struct' || type.t === 'map' ? { ...type, atomic: true } : type
  }
  if (word.startsWith('#')) return schemaOf(word.slice(1))
  if (word.startsWith('{}')) return { t: 'map', atomic: false, item: parseWord(word.slice(2)) }
  if (word.startsWith('[')) return parseList(word)
  const scalar = scalars.get(word) ?? { t: 'scalar', scalar: word as ScalarType['scalar'] }
  scalars.set(word, scalar)
  return scalar
}

function parseList(word: string): ListType {
  const end = word.indexOf(']')
  const keys = word.slice(1, end)
  const item = parseWord(word.slice(end + 1))
  if (keys === '') return { t: 'list', list: 'atomic', keys: [], item }
  if (keys === '=') return { t: 'list', list: 'set', keys: [], item }
  return { t: 'list', list: 'map', keys: keys.split(','), item }
}

/** Defaults that take part in the key of a list item although the field is left out. */
const keyDefaults: Record<string, unknown> = { protocol: 'TCP' }

function keyValue(item: unknown, key: string): unknown {
  return (item as Record<string, unknown> | null)?.[key] ?? keyDefaults[key]
}

/** One text per identity of an item in a keyed list, as `k:` segments write it. */
export function itemKey(item: unknown, keys: string[]): string {
  if (keys.length === 1) return `{"${keys[0]}":${JSON.stringify(keyValue(item, keys[0]!)) ?? 'null'}}`
  const parts = [...keys].sort().map((key) => `"${key}":${JSON.stringify(keyValue(item, key)) ?? 'null'}`)
  return `{${parts.join(',')}}`
}
