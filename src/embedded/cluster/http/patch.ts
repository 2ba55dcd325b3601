import { equal } from '../apply/compare'
import { StatusError } from '../errors'
import { isObject } from '../schema/check'
import type { JsonObject } from '../types'

const maxOperations = 1_000

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

interface Operation {
  op: string
  path: string
  from?: string
  value?: unknown
}

const refused = (): StatusError =>
  new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})

/** RFC 6902, on a copy. */
export function jsonPatch(target: JsonObject, operations: unknown): JsonObject {
  if (!Array.isArray(operations) || operations.length > maxOperations) throw refused()
  const holder = { root: structuredClone(target) as unknown }
  for (const operation of operations as Operation[]) runOperation(holder, operation)
  if (!isObject(holder.root)) throw refused()
  return holder.root
}

function runOperation(holder: { root: unknown }, { op, path, from, value }: Operation): void {
  const to = locate(holder, path)
  if (op === 'add') put(to, value, true)
  else if (op === 'replace') put(existing(to), value, false)
  else if (op === 'remove') remove(existing(to))
  else if (op === 'copy' || op === 'move') {
    const source = existing(locate(holder, from ?? ''))
    const held = read(source)
    if (op === 'move') remove(source)
    put(locate(holder, path), structuredClone(held), true)
  } else if (op !== 'test' || !equal(read(to), value)) throw refused()
}

function existing(place: Place): Place {
  if (read(place) === undefined) throw refused()
  return place
}

interface Place {
  parent: unknown
  key: string
}

function locate(holder: { root: unknown }, pointer: string): Place {
  const parts = pointer.split('/').slice(1)
  if (parts.length === 0) return { parent: holder, key: 'root' }
  let parent: unknown = holder.root
  for (const part of parts.slice(0, -1)) parent = read({ parent, key: unescaped(part) })
  if (typeof parent !== 'object' || parent === null) throw refused()
  return { parent, key: unescaped(parts.at(-1)!) }
}

const unescaped = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~')

function read({ parent, key }: Place): unknown {
  if (Array.isArray(parent)) return parent[Number(key)]
  return isObject(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined
}

function put({ parent, key }: Place, value: unknown, insert: boolean): void {
  if (!Array.isArray(parent)) {
    ;(parent as JsonObject)[key] = value
    return
  }
  const index = key === '-' ? parent.length : Number(key)
  if (!Number.isInteger(index) || index < 0 || index > parent.length) throw refused()
  parent.splice(index, insert ? 0 : 1, value)
}

function remove({ parent, key }: Place): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete (parent as JsonObject)[key]
}
