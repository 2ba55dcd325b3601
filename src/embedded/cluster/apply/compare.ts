import { isObject } from '../schema/check'
import { itemKey, type ListType, type MapType, type SchemaType, type StructType } from '../schema/schema'
import type { FieldTree, JsonObject } from '../types'
import { fieldsOf, leaf, union } from './field-tree'

export interface Difference {
  /** Fields that are new or have another value. */
  changed?: FieldTree
  removed?: FieldTree
}

const none: Difference = {}

/** What differs between two versions, by field. Parts that both versions share by identity cost nothing. */
export function compare(before: unknown, after: unknown, type: SchemaType): Difference {
  if (before === after) return none
  if (before === undefined) return { changed: fieldsOf(after, type, true) }
  if (after === undefined) return { removed: fieldsOf(before, type, true) }
  if (type.t === 'list' && type.list !== 'atomic') return compareLists(before, after, type)
  if (type.t === 'scalar' || type.t === 'list' || type.atomic) return equal(before, after) ? none : { changed: leaf }
  if (!isObject(before) || !isObject(after)) return { changed: leaf }
  return compareFields(before, after, type)
}

function compareFields(before: JsonObject, after: JsonObject, type: StructType | MapType): Difference {
  const found = new Collected()
  const visit = (key: string) => {
    const item = type.t === 'map' ? type.item : type.fields.get(key)
    if (item) found.add(`f:${key}`, compare(before[key], after[key], item))
  }
  for (const key in after) visit(key)
  for (const key in before) if (after[key] === undefined) visit(key)
  return found.difference
}

function compareLists(before: unknown, after: unknown, type: ListType): Difference {
  if (!Array.isArray(before) || !Array.isArray(after)) return { changed: leaf }
  const name = (item: unknown) => (type.list === 'set' ? `v:${JSON.stringify(item)}` : `k:${itemKey(item, type.keys)}`)
  const old = new Map(before.map((item) => [name(item), item]))
  const found = new Collected()
  for (const item of after) {
    const segment = name(item)
    found.add(segment, compareItems(old.get(segment), item, type))
    old.delete(segment)
  }
  for (const [segment, item] of old) found.add(segment, compareItems(item, undefined, type))
  return found.difference
}

function compareItems(before: unknown, after: unknown, type: ListType): Difference {
  if (type.list === 'set' && before !== undefined && after !== undefined) return none
  const difference = compare(before, after, type.item)
  if (before === undefined) return { changed: union(difference.changed, selfOf(difference.changed)) }
  if (after === undefined) return { removed: union(difference.removed, selfOf(difference.removed)) }
  return difference
}

const selfOf = (tree: FieldTree | undefined): FieldTree => (tree && tree !== leaf ? { '.': leaf } : leaf)

class Collected {
  difference: Difference = none

  add(segment: string, { changed, removed }: Difference): void {
    if (!changed && !removed) return
    if (this.difference === none) this.difference = {}
    if (changed) this.#into('changed', segment, changed)
    if (removed) this.#into('removed', segment, removed)
  }

  #into(side: 'changed' | 'removed', segment: string, tree: FieldTree): void {
    const all = this.difference[side] ?? {}
    all[segment] = tree
    this.difference[side] = all
  }
}

/** Deep equality of JSON values; a field that is undefined counts as absent. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]))
  }
  if (Array.isArray(b)) return false
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  for (const key in left) if (!equal(left[key], right[key])) return false
  for (const key in right) if (right[key] !== undefined && left[key] === undefined) return false
  return true
}
