import { isObject } from '../schema/check'
import { itemKey, type ListType, type SchemaType } from '../schema/schema'
import type { FieldTree } from '../types'

/**
 * Sets of field paths in the API's own form (FieldsV1). A node is in the set itself when it has no children or carries `.`.
 * Trees are never changed after they are made, so they may share parts.
 */
const maxInterned = 4_096
export const leaf: FieldTree = Object.freeze({})
const interned = new Map<string, FieldTree>()

/** One tree for all that look alike: thousands of applied objects differ in values, not in fields. */
export function intern(tree: FieldTree): FieldTree {
  const text = JSON.stringify(tree)
  const known = interned.get(text)
  if (known) return known
  if (interned.size >= maxInterned) interned.clear()
  interned.set(text, tree)
  return tree
}

export class DuplicateItemError extends Error {}

/** The fields a value sets. `parents` also names maps and structs themselves, as an Update owns them and an Apply does not. */
export function fieldsOf(value: unknown, type: SchemaType, parents: boolean): FieldTree {
  if (type.t === 'scalar' || value === null || value === undefined) return leaf
  if (type.t === 'list') return listFields(value, type, parents)
  if (type.atomic || !isObject(value)) return leaf
  const tree: FieldTree = {}
  let empty = true
  for (const key in value) {
    const item = type.t === 'map' ? type.item : type.fields.get(key)
    if (!item || value[key] === undefined) continue
    tree[`f:${key}`] = fieldsOf(value[key], item, parents)
    empty = false
  }
  if (empty) return leaf
  if (parents) tree['.'] = leaf
  return tree
}

function listFields(value: unknown, type: ListType, parents: boolean): FieldTree {
  if (type.list === 'atomic' || !Array.isArray(value) || value.length === 0) return leaf
  const tree: FieldTree = {}
  for (const item of value) {
    const segment = type.list === 'set' ? `v:${JSON.stringify(item)}` : `k:${itemKey(item, type.keys)}`
    if (tree[segment]) throw new DuplicateItemError(segment)
    const fields = type.list === 'set' ? leaf : fieldsOf(item, type.item, parents)
    tree[segment] = fields === leaf ? leaf : { '.': leaf, ...fields }
  }
  if (parents) tree['.'] = leaf
  return tree
}

export function isMember(tree: FieldTree): boolean {
  if (tree['.']) return true
  for (const _ in tree) return false
  return true
}

export function union(a: FieldTree | undefined, b: FieldTree | undefined): FieldTree | undefined {
  if (!a || a === b) return b
  if (!b) return a
  const tree: FieldTree = { ...a }
  for (const key in b) tree[key] = key === '.' ? leaf : union(a[key], b[key])!
  return finish(tree, isMember(a) || isMember(b))
}

export function intersect(a: FieldTree | undefined, b: FieldTree | undefined): FieldTree | undefined {
  if (!a || !b) return undefined
  const tree: FieldTree = {}
  for (const key in a) {
    if (key === '.') continue
    const common = intersect(a[key], b[key])
    if (common) tree[key] = common
  }
  return finish(tree, isMember(a) && isMember(b))
}

export function subtract(a: FieldTree | undefined, b: FieldTree | undefined): FieldTree | undefined {
  if (!a || !b) return a
  if (a === b) return undefined
  const tree: FieldTree = {}
  for (const key in a) {
    if (key === '.') continue
    const rest = subtract(a[key], b[key])
    if (rest) tree[key] = rest
  }
  return finish(tree, isMember(a) && !isMember(b))
}

function finish(tree: FieldTree, member: boolean): FieldTree | undefined {
  let empty = true
  for (const key in tree) if (key !== '.') empty = false
  if (empty) return member ? leaf : undefined
  if (member) tree['.'] = leaf
  return tree
}

/** Every member as the API writes it in a conflict: `.spec.containers[name="app"].image`. */
export function pathsOf(tree: FieldTree, prefix = ''): string[] {
  const paths: string[] = []
  if (prefix && isMember(tree)) paths.push(prefix)
  for (const key in tree) if (key !== '.') paths.push(...pathsOf(tree[key]!, prefix + shown(key)))
  return paths
}

function shown(segment: string): string {
  const rest = segment.slice(2)
  if (segment.startsWith('f:')) return `.${rest}`
  if (segment.startsWith('v:')) return `[=${rest}]`
  return `[${rest.slice(1, -1).replaceAll(/"(\w+)":/g, '$1=')}]`
}
