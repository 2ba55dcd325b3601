import { emailForm, momentForm, plainForm } from '../../lib/text-forms'

/** What may be sent, in the words of JSON Schema: these are all that the edge knows, and the document shows no other. */
export interface InputSchema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'boolean' | 'null'
  description?: string
  default?: unknown
  const?: unknown
  anyOf?: InputSchema[]
  properties?: Record<string, InputSchema>
  required?: string[]
  /** What a name may hold that is not among `properties`; `false` if there may be none. */
  additionalProperties?: boolean | InputSchema
  propertyNames?: InputSchema
  maxProperties?: number
  items?: InputSchema
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
  'x-model'?: string
  /** The longest body, where the schema leaves open what stands in it. */
  'x-max-bytes'?: number
}

const maxNameLength = 100
const maxMomentLength = 40
/** What TypeBox writes for a record of any names. */
const anyName = '^(.*)$'
const forms: Record<string, Partial<InputSchema>> = {
  email: { pattern: emailForm },
  'date-time': { pattern: momentForm, maxLength: maxMomentLength },
}

/**
 * A route's schema as it is meant, for the check and the document alike: an object holds what it names and nothing else, a
 * text what a database can hold, a number is a number. @throws Error where something has no bound, or a word is not known
 */
export function inputSchemaOf(written: object, place = ''): InputSchema {
  const schema = numberOf(written as InputSchema)
  const unknown = Object.keys(schema).find((word) => !knownWords.has(word))
  if (unknown !== undefined) throw new Error(`${place || '/'}: the edge does not know ${unknown}`)
  if (schema.anyOf) return { ...schema, anyOf: schema.anyOf.map((member) => inputSchemaOf(member, place)) }
  switch (schema.type) {
    case 'object':
      return objectOf(schema, place)
    case 'array':
      assertBounds(schema, place, 'maxItems')
      return { ...schema, items: inputSchemaOf(schema.items ?? {}, `${place}/*`) }
    case 'string':
      return schema.const === undefined ? textOf(schema, place) : schema
    case 'integer':
      return { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, ...schema }
    case 'boolean':
    case 'null':
      return schema
    default:
      throw new Error(`${place || '/'}: the edge does not know what may stand here`)
  }
}

/** In a URL Elysia takes a number as a text too, and says so in its schema; what is sent is the number. */
function numberOf(schema: InputSchema): InputSchema {
  const [text, number] = schema.anyOf ?? []
  return text?.format === 'integer' && number ? number : schema
}

function objectOf(schema: InputSchema & { patternProperties?: Record<string, InputSchema> }, place: string) {
  const { patternProperties, properties = {}, ...rest } = schema
  if (patternProperties) {
    assertBounds(schema, place, 'maxProperties')
    const value = patternProperties[anyName]
    if (!value) throw new Error(`${place || '/'}: the edge knows records of any names only`)
    const propertyNames = { type: 'string', maxLength: maxNameLength, pattern: plainForm } as const
    return { ...rest, propertyNames, additionalProperties: inputSchemaOf(value, `${place}/+`) }
  }
  if (rest.additionalProperties === true) assertBounds(schema, place, 'x-max-bytes')
  else if (rest.additionalProperties) throw new Error(`${place || '/'}: the edge knows open and closed objects only`)
  const inner = Object.entries(properties).map(([name, value]) => [name, inputSchemaOf(value, `${place}/${name}`)])
  return { additionalProperties: false, ...rest, properties: Object.fromEntries(inner) }
}

function textOf(schema: InputSchema, place: string): InputSchema {
  const text = { pattern: plainForm, ...schema, ...forms[schema.format ?? ''] }
  if (schema.format !== undefined && !forms[schema.format]) throw new Error(`${place}: no format ${schema.format}`)
  assertBounds(text, place, 'maxLength')
  return text
}

function assertBounds(schema: InputSchema, place: string, bound: keyof InputSchema): void {
  if (schema[bound] === undefined) throw new Error(`${place || '/'}: ${bound} must be given`)
}

const knownWords = new Set([
  ...['type', 'description', 'default', 'const', 'anyOf', 'items', 'minItems', 'maxItems', 'uniqueItems'],
  ...['properties', 'patternProperties', 'required', 'additionalProperties', 'propertyNames', 'maxProperties'],
  ...['minLength', 'maxLength', 'pattern', 'format', 'minimum', 'maximum', 'x-model', 'x-max-bytes'],
])
