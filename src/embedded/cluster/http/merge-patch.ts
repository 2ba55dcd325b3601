import { isObject } from '../schema/check'
import type { JsonObject } from '../types'

/** RFC 7386. Parts that the patch doesn't touch stay the same objects. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged: JsonObject = isObject(target) ? { ...target } : {}
  for (const key in patch) {
    if (patch[key] === null) delete merged[key]
    else merged[key] = mergePatch(merged[key], patch[key])
  }
  return merged
}
