import { isObject } from '../schema/check'
import { itemKey, type ListType, type SchemaType } from '../schema/schema'
import type { FieldTree } from '../types'
import { equal } from './compare'
import { isMember } from './field-tree'

/** Lays an applied configuration over the live value. Hands back the live value itself where nothing changes. */
export function merge(live: unknown, applied: unknown, type: SchemaType): unknown {
  if (live === undefined || live === applied) return applied
  if (type.t === 'scalar') return equal(live, applied) ? live : applied
  if (type.t === 'list') return mergeLists(live, applied, type)
  if (type.atomic || !isObject(live) || !isObject(applied)) return equal(live, applied) ? live : applied
  let merged: Record<string, unknown> = live
  for (const key in applied) {
    const item = type.t === 'map' ? type.item : type.fields.get(key)
    if (!item || applied[key] === undefined) continue
    const value = merge(live[key], applied[key], item)
    if (value === live[key]) continue
    if (merged === live) merged = { ...live }
    merged[key] = value
  }
  return merged
}

function mergeLists(live: unknown, applied: unknown, type: ListType): unknown {
  if (type.list === 'atomic' || !Array.isArray(live) || !Array.isArray(applied)) {
    return equal(live, applied) ? live : applied
  }
  if (type.list === 'set') {
    const added = applied.filter((item) => !live.includes(item))
    return added.length === 0 ? live : [...live, ...added]
  }
  const rest = new Map(live.map((item) => [itemKey(item, type.keys), item]))
  const wanted = new Map<string, unknown>()
  for (const item of applied) {
    const key = itemKey(item, type.keys)
    wanted.set(key, merge(rest.get(key), item, type.item))
    rest.delete(key)
  }
  const merged = rest.size === 0 ? [...wanted.values()] : inLiveOrder(live, wanted, type.keys)
  const same = merged.length === live.length && merged.every((item, index) => item === live[index])
  return same ? live : merged
}

/** Items that nobody applied here keep their place; new ones come last. */
function inLiveOrder(live: unknown[], wanted: Map<string, unknown>, keys: string[]): unknown[] {
  const merged = live.map((item) => {
    const key = itemKey(item, keys)
    const value = wanted.get(key)
    wanted.delete(key)
    return value ?? item
  })
  return [...merged, ...wanted.values()]
}

/** Takes the fields of the tree out of the value; maps and lists that this empties go as well. */
export function prune(value: unknown, tree: FieldTree, type: SchemaType): unknown {
  if (type.t === 'scalar') return undefined
  if (type.t === 'list') return pruneList(value, tree, type)
  if (type.atomic || !isObject(value)) return undefined
  const pruned: Record<string, unknown> = { ...value }
  let touched = false
  for (const segment in tree) {
    if (segment === '.') continue
    const key = segment.slice(2)
    const item = type.t === 'map' ? type.item : type.fields.get(key)
    if (!item || pruned[key] === undefined) continue
    const rest = prune(pruned[key], tree[segment]!, item)
    if (rest === undefined) delete pruned[key]
    else pruned[key] = rest
    touched = true
  }
  const empty = Object.keys(pruned).length === 0
  if (empty && (touched || isMember(tree))) return undefined
  return pruned
}

function pruneList(value: unknown, tree: FieldTree, type: ListType): unknown {
  if (type.list === 'atomic' || !Array.isArray(value)) return undefined
  const pruned: unknown[] = []
  for (const item of value) {
    const segment = type.list === 'set' ? `v:${JSON.stringify(item)}` : `k:${itemKey(item, type.keys)}`
    const inner = tree[segment]
    if (!inner) pruned.push(item)
    else if (!isMember(inner)) pruned.push(prune(item, inner, type.item) ?? item)
  }
  return pruned.length === 0 ? undefined : pruned
}
