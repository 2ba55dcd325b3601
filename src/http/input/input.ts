import { AppError, type AppErrorOptions } from '../../lib/errors'
import { type Check, checkOf, type Problem } from './check'
import { type InputSchema, inputSchemaOf } from './input-schema'

/** Where in a request a value stood, as its sender is told. */
export type Place = 'body' | 'query' | 'path' | 'header'

/** What Elysia asks in place of its own check (standardschema.dev); it comes beside the schema, which the document reads. */
interface Checked extends InputSchema {
  '~standard': { version: 1; vendor: 'minispod'; validate(value: unknown): { value: unknown } }
}

const known = new WeakMap<object, Partial<Record<Place, Checked>>>()

/**
 * A route's schema with our own check in it. Elysia's own builds an example and a text of the whole value for every mistake,
 * names all the mistakes, and is at a fault with a name such as `toString`.
 */
export function checkedInput(place: Place, written: object): Checked {
  const forms = known.get(written) ?? {}
  known.set(written, forms)
  forms[place] ??= withCheck(place, written)
  return forms[place]
}

function withCheck(place: Place, written: object): Checked {
  const schema = inputSchemaOf(written)
  const check = checkOf(schema)
  const validate =
    place === 'body'
      ? (value: unknown) => assertFits(place, check, value)
      : (value: unknown) => assertFits(place, check, readTexts(schema, value as Record<string, string>))
  // The symbols say to the generator of the document what kind of schema it is.
  const symbols = Object.fromEntries(
    Object.getOwnPropertySymbols(written).map((key) => [key, Reflect.get(written, key)]),
  )
  return { ...symbols, ...schema, '~standard': { version: 1, vendor: 'minispod', validate } }
}

/** @throws AppError VALIDATION_ERROR */
function assertFits(place: Place, check: Check, value: unknown): { value: unknown } {
  const problems: Problem[] = []
  check(value, '', problems)
  if (problems.length > 0) throw invalid(place, problems)
  return { value }
}

/** What is wrong where; also of what no schema can say, so that a caller finds every mistake told in one way. */
export const invalid = (place: Place, problems: Problem[], options?: AppErrorOptions): AppError =>
  new AppError('VALIDATION_ERROR', `The ${place} is not valid`, { in: place, problems }, options)

const wholeNumber = /^-?(?:0|[1-9]\d{0,15})$/

/** In a URL everything is text: what shall be a number or a yes and no is read, and what is not named is its default. */
function readTexts({ properties = {} }: InputSchema, texts: Record<string, string>): Record<string, unknown> {
  const values: Record<string, unknown> = { ...texts }
  for (const [name, schema] of Object.entries(properties)) {
    const text = texts[name]
    if (text === undefined) {
      if (schema.default !== undefined) values[name] = schema.default
    } else if (schema.type === 'integer' && wholeNumber.test(text)) values[name] = Number(text)
    else if (schema.type === 'boolean' && (text === 'true' || text === 'false')) values[name] = text === 'true'
  }
  return values
}
