import type { InputSchema } from './input-schema'

/** How much of a body is read at all. */
export interface BodyBounds {
  bytes: number
  /** Names and items, all levels together. */
  values: number
}

/** Whatever a schema may hold, nobody sends more in one request. */
const maxBytes = 64 * 1024
const kibibyte = 1024
/** A character beyond the first plane, written as two escapes; a sign of ASCII takes one at most. */
const bytesOfCharacter = 12
const bytesOfAscii = 6
const bytesOfNumber = 24
/** Quotes, colon, comma, a line break and its indentation. */
const bytesAround = 24
/** So many names that nobody asked for are told one by one, and not as too many. */
const spareValues = 32
const openValues = 2_000

/** The longest body that fits a schema, with every character written as an escape, and how many values it has. */
export function boundsOf(schema: InputSchema): BodyBounds {
  const longest = schema['x-max-bytes']
  if (longest !== undefined) return { bytes: longest, values: openValues }
  const { bytes, values } = sizeOf(schema)
  return { bytes: Math.min(Math.ceil(bytes / kibibyte) * kibibyte, maxBytes), values: values + spareValues }
}

const none = { bytes: bytesAround, values: 0 }

function sizeOf(schema: InputSchema): BodyBounds {
  if (schema.anyOf) return greatest(schema.anyOf.map(sizeOf))
  // The document says of what may be null that it is of two types.
  switch ([schema.type].flat().find((type) => type !== 'null')) {
    case 'object':
      return sizeOfObject(schema)
    case 'array':
      return times(schema.maxItems ?? 0, sizeOf(schema.items ?? {}))
    case 'string':
      return { bytes: bytesOfText(schema) + bytesAround, values: 0 }
    default:
      return { bytes: bytesOfNumber + bytesAround, values: 0 }
  }
}

function sizeOfObject({ properties = {}, propertyNames, additionalProperties, maxProperties = 0 }: InputSchema) {
  const named = Object.entries(properties).map(([name, schema]) =>
    add(nameOf(name.length * bytesOfAscii), sizeOf(schema)),
  )
  const total = named.reduce(add, none)
  if (typeof additionalProperties !== 'object') return total
  const name = nameOf((propertyNames?.maxLength ?? 0) * bytesOfCharacter)
  return add(total, times(maxProperties, add(name, sizeOf(additionalProperties))))
}

/** The document has one list of the words that a check takes one by one. */
interface Words {
  enum?: unknown[]
}

function bytesOfText({ const: word, enum: words, maxLength = 0, format }: InputSchema & Words): number {
  const given = words ?? (word === undefined ? [] : [word])
  if (given.length > 0) return Math.max(...given.map((one) => String(one).length)) * bytesOfAscii
  return maxLength * (format === undefined ? bytesOfCharacter : bytesOfAscii)
}

const nameOf = (bytes: number): BodyBounds => ({ bytes: bytes + bytesAround, values: 1 })

const add = (a: BodyBounds, b: BodyBounds): BodyBounds => ({ bytes: a.bytes + b.bytes, values: a.values + b.values })

/** Each item of a list counts as a value beside what it holds. */
const times = (count: number, { bytes, values }: BodyBounds): BodyBounds => ({
  bytes: count * bytes + bytesAround,
  values: count * Math.max(values, 1),
})

const greatest = (sizes: BodyBounds[]): BodyBounds => ({
  bytes: Math.max(...sizes.map(({ bytes }) => bytes)),
  values: Math.max(...sizes.map(({ values }) => values)),
})
