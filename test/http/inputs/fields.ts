import { type ApiDocument, describeDocument, type Operation, operationsOf } from '../openapi-document'

/** What the document says may be sent, in the words of JSON Schema. */
export interface Shape {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Shape[]
  properties?: Record<string, Shape>
  required?: string[]
  additionalProperties?: boolean | Shape
  propertyNames?: Shape
  maxProperties?: number
  items?: Shape
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
}

export type Place = 'body' | 'query' | 'path' | 'header'

/** One thing that a caller may set; `steps` lead to it from the root of a body, and none to the body itself. */
export interface Field {
  place: Place
  steps: string[]
  shape: Shape
  required: boolean
}

export interface Inputs {
  operation: Operation
  fields: Field[]
  body?: { shape: Shape; example: unknown; maxBytes: number }
}

/** What every operation of the document takes. */
export async function inputsOf(): Promise<Inputs[]> {
  const { components } = await describeDocument()
  return (await operationsOf()).map((operation) => {
    const parameters = operation.parameters as (Operation['parameters'][number] & { required?: boolean })[]
    const fields = parameters.map(
      ({ name, in: place, schema, required = false }): Field => ({
        ...{ place: place as Place, steps: [name], required },
        shape: whole(schema as Shape, components),
      }),
    )
    const body = bodyOf(operation, components)
    return { operation, body, fields: body ? [...fields, ...fieldsOf(body.shape, [], true)] : fields }
  })
}

type Shown = { description: string; content: Record<string, { schema: Shape; example: unknown }> }

function bodyOf({ requestBody }: Operation, components: ApiDocument['components']): Inputs['body'] {
  const { description = '', content } = (requestBody ?? {}) as Partial<Shown>
  const json = content?.['application/json']
  if (!json) return undefined
  const maxBytes = Number(/At most (\d+) KiB/.exec(description)![1]) * 1024
  return { shape: whole(json.schema, components), example: json.example, maxBytes }
}

/** With what its references name in their place. */
function whole<T>(shape: T, components: ApiDocument['components']): T {
  if (Array.isArray(shape)) return shape.map((inner) => whole(inner, components)) as T
  if (typeof shape !== 'object' || shape === null) return shape
  const { $ref } = shape as Shape
  if ($ref) return whole(components.schemas[$ref.slice($ref.lastIndexOf('/') + 1)], components) as T
  return Object.fromEntries(Object.entries(shape).map(([key, inner]) => [key, whole(inner, components)])) as T
}

function fieldsOf(shape: Shape, steps: string[], required: boolean): Field[] {
  const own: Field = { place: 'body', steps, shape, required }
  const inner = Object.entries(shape.properties ?? {}).flatMap(([name, value]) =>
    fieldsOf(value, [...steps, name], shape.required?.includes(name) ?? false),
  )
  const others = typeof shape.additionalProperties === 'object' ? shape.additionalProperties : undefined
  if (others) inner.push(...fieldsOf(others, [...steps, 'anyName'], false))
  if (shape.items) inner.push(...fieldsOf(shape.items, [...steps, '0'], false))
  return [own, ...inner]
}
