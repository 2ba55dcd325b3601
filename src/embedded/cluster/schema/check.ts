import { canonicalQuantity } from '../quantity'
import { itemKey, type ListType, type MapType, type ScalarType, type SchemaType, type StructType } from './schema'

/** One thing that doesn't fit the schema. Both spellings of its place are kept, because the API server uses both. */
export interface Mismatch {
  problem: 'unknown' | 'type'
  /** `spec.containers[0].image` */
  path: string
  /** `.spec.containers[name="app"].image` */
  keyedPath: string
  expected: string
  value: unknown
}

const maxMismatches = 20

/** Whether the value fits; brings quantities into their canonical form and takes out nulls, as decoding does. */
export function fits(value: unknown, type: SchemaType): boolean {
  switch (type.t) {
    case 'scalar':
      return fitsScalar(value, type)
    case 'list':
      return fitsList(value, type)
    case 'map':
      return isObject(value) && fitsEntries(value, () => type.item)
    case 'struct':
      return isObject(value) && fitsEntries(value, (key) => type.fields.get(key))
  }
}

function fitsEntries(object: Record<string, unknown>, typeOf: (key: string) => SchemaType | undefined): boolean {
  for (const key in object) {
    const value = object[key]
    if (value === null) {
      delete object[key]
      continue
    }
    const type = typeOf(key)
    if (!type || !fits(value, type)) return false
    if (type.t === 'scalar' && type.scalar === 'q') object[key] = canonicalQuantity(String(value))
  }
  return true
}

function fitsList(value: unknown, type: ListType): boolean {
  if (!Array.isArray(value)) return false
  for (const item of value) if (!fits(item, type.item)) return false
  return true
}

function fitsScalar(value: unknown, { scalar }: ScalarType): boolean {
  switch (scalar) {
    case 's':
    case 't':
    case 'y':
      return typeof value === 'string'
    case 'i':
      return Number.isInteger(value)
    case 'n':
      return typeof value === 'number'
    case 'b':
      return typeof value === 'boolean'
    case 'q':
      return (typeof value === 'string' || typeof value === 'number') && canonicalQuantity(String(value)) !== undefined
    case 'o':
      return typeof value === 'string' || Number.isInteger(value)
    case 'x':
      return true
  }
}

/** The slow way, for the error message: everything that doesn't fit. With `drop`, unknown fields are taken out. */
export function findMismatches(value: unknown, type: SchemaType, drop = false): Mismatch[] {
  const found: Mismatch[] = []
  visit(value, type, '', '', found, drop)
  return found.slice(0, maxMismatches)
}

function visit(value: unknown, type: SchemaType, path: string, keyed: string, found: Mismatch[], drop: boolean): void {
  if (value === null || found.length > maxMismatches) return
  if (type.t === 'scalar') {
    if (!fitsScalar(value, type)) found.push(mismatch('type', path, keyed, type, value))
    return
  }
  if (type.t === 'list') {
    if (Array.isArray(value)) visitList(value, type, path, keyed, found, drop)
    else found.push(mismatch('type', path, keyed, type, value))
    return
  }
  if (isObject(value)) visitFields(value, type, path, keyed, found, drop)
  else found.push(mismatch('type', path, keyed, type, value))
}

function visitFields(
  object: Record<string, unknown>,
  type: StructType | MapType,
  path: string,
  keyed: string,
  found: Mismatch[],
  drop: boolean,
): void {
  for (const key of Object.keys(object)) {
    const item = type.t === 'map' ? type.item : type.fields.get(key)
    const inner = path ? `${path}.${key}` : key
    if (item) visit(object[key], item, inner, `${keyed}.${key}`, found, drop)
    else {
      found.push(mismatch('unknown', inner, `${keyed}.${key}`, type, object[key]))
      if (drop) delete object[key]
    }
  }
}

function visitList(
  list: unknown[],
  type: ListType,
  path: string,
  keyed: string,
  found: Mismatch[],
  drop: boolean,
): void {
  list.forEach((item, index) => {
    const key = type.list === 'map' ? keyedItem(item, type.keys) : `${index}`
    visit(item, type.item, `${path}[${index}]`, `${keyed}[${key}]`, found, drop)
  })
}

const keyedItem = (item: unknown, keys: string[]): string =>
  itemKey(item, keys)
    .slice(1, -1)
    .replaceAll(/"(\w+)":/g, '$1=')

const expectations: Record<ScalarType['scalar'], string> = {
  s: 'string',
  t: 'string',
  y: 'string',
  i: 'int',
  n: 'float',
  b: 'boolean',
  q: 'quantity',
  o: 'int or string',
  x: 'any',
}

function mismatch(
  problem: Mismatch['problem'],
  path: string,
  keyed: string,
  type: SchemaType,
  value: unknown,
): Mismatch {
  const expected = type.t === 'scalar' ? expectations[type.scalar] : type.t === 'list' ? 'list' : 'map'
  return { problem, path, keyedPath: keyed, expected, value }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
