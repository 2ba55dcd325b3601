import { isObject } from '../schema/check'
import { itemKey, keyValue, type SchemaType } from '../schema/schema'
import type { JsonObject } from '../types'

/** kubectl's own patch: a merge patch in which keyed lists are merged by key, and `$patch` says delete or replace. */
export function strategicMerge(target: unknown, patch: unknown, type: SchemaType): unknown {
  if (Array.isArray(patch)) return mergeList(target, patch, type)
  if (!isObject(patch)) return patch
  if (patch.$patch === 'replace') return without(patch, '$patch')
  const merged: JsonObject = isObject(target) ? { ...target } : {}
  for (const key in patch) {
    if (key.startsWith('$')) continue
    if (patch[key] === null) {
      delete merged[key]
      continue
    }
    const inner = type.t === 'struct' ? type.fields.get(key) : type.t === 'map' ? type.item : undefined
    merged[key] = inner ? strategicMerge(merged[key], patch[key], inner) : patch[key]
  }
  return merged
}

function mergeList(target: unknown, patch: unknown[], type: SchemaType): unknown {
  if (type.t !== 'list' || type.list === 'atomic' || !Array.isArray(target)) {
    return patch.filter((item) => !(isObject(item) && item.$patch))
  }
  if (type.list === 'set') return [...new Set([...target, ...patch])]
  const keys = type.keys
  const merged = [...target]
  for (const item of patch) {
    const given = keys.filter((key) => keyValue(item, key) !== undefined)
    const wanted = itemKey(item, given)
    const at = merged.findIndex((each) => itemKey(each, given) === wanted)
    if (isObject(item) && item.$patch === 'delete') {
      if (at >= 0) merged.splice(at, 1)
    } else if (at >= 0) merged[at] = strategicMerge(merged[at], item, type.item)
    else merged.push(item)
  }
  return merged
}

const without = (object: JsonObject, field: string): JsonObject => {
  const { [field]: _gone, ...rest } = object
  return rest
}
