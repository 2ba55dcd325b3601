import { badRequest, expired } from '../errors'
import type { Kind } from '../kinds'
import { parseFieldSelector, parseLabelSelector } from '../selectors'
import type { KubeObject } from '../types'
import { answer, type Call } from './call'

const maxSnapshots = 64
const snapshotLifetimeMs = 5 * 60_000

interface Snapshot {
  items: KubeObject[]
  resourceVersion: string
  takenAt: number
}

interface Continue {
  v: 'meta.k8s.io/v1'
  rv: number
  id: number
  start: number
}

/**
 * The rest of lists that were asked for in pages: later pages show the state of the first. Objects are never changed in
 * place, so a snapshot is a list of references. The oldest are forgotten; their readers are told to start again.
 */
export class Snapshots {
  #held = new Map<number, Snapshot>()
  #next = 1

  keep(snapshot: Snapshot): number {
    for (const [id, { takenAt }] of this.#held) {
      if (this.#held.size < maxSnapshots && snapshot.takenAt - takenAt < snapshotLifetimeMs) break
      this.#held.delete(id)
    }
    const id = this.#next++
    this.#held.set(id, snapshot)
    return id
  }

  get(id: number): Snapshot | undefined {
    return this.#held.get(id)
  }

  drop(id: number): void {
    this.#held.delete(id)
  }

  clear(): void {
    this.#held.clear()
  }
}

const staleContinue =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'

export function listObjects(call: Call, snapshots: Snapshots): Response {
  const { query, plane, kind } = call
  const limit = parseLimit(query.get('limit'))
  const token = query.get('continue')
  if (token) return nextPage(kind, snapshots, parseContinue(token), limit)
  const items = selectObjects(call)
  const resourceVersion = String(plane.store.version)
  if (limit === 0 || items.length <= limit) return page(kind, items, { resourceVersion })
  const takenAt = performance.now()
  const id = snapshots.keep({ items, resourceVersion, takenAt })
  return nextPage(kind, snapshots, { v: 'meta.k8s.io/v1', rv: Number(resourceVersion), id, start: 0 }, limit)
}

/** What a list or the start of a watch shows, in the order of the keys. */
export function selectObjects({ query, plane, path, kind }: Call): KubeObject[] {
  const byLabel = parseLabelSelector(query.get('labelSelector'))
  const byField = parseFieldSelector(query.get('fieldSelector'), kind.resource)
  let items = plane.store.list(
    kind.resource,
    kind.namespaced && path.namespace ? path.namespace : undefined,
  ) as KubeObject[]
  if (byLabel) items = items.filter(byLabel)
  if (byField) items = items.filter(byField)
  return items.sort(byKey)
}

function byKey({ metadata: a }: KubeObject, { metadata: b }: KubeObject): number {
  const left = a.namespace ?? ''
  const right = b.namespace ?? ''
  if (left !== right) return left < right ? -1 : 1
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

function nextPage(kind: Kind, snapshots: Snapshots, from: Continue, limit: number): Response {
  const snapshot = snapshots.get(from.id)
  if (!snapshot) throw expired(staleContinue)
  const { items, resourceVersion } = snapshot
  const end = limit === 0 ? items.length : from.start + limit
  const rest = items.length - end
  const shown = items.slice(from.start, end)
  if (rest <= 0) {
    snapshots.drop(from.id)
    return page(kind, shown, { resourceVersion })
  }
  const next = Buffer.from(JSON.stringify({ ...from, start: end })).toString('base64url')
  return page(kind, shown, { resourceVersion, continue: next, remainingItemCount: rest })
}

interface ListMetadata {
  resourceVersion: string
  continue?: string
  remainingItemCount?: number
}

function page(kind: Kind, objects: KubeObject[], metadata: ListMetadata): Response {
  const items = objects.map(({ kind: _kind, apiVersion: _version, ...rest }) => rest)
  return answer({ kind: `${kind.kind}List`, apiVersion: kind.apiVersion, metadata, items })
}

function parseLimit(text: string | null): number {
  if (text === null || text === '') return 0
  const limit = Number(text)
  if (!Number.isInteger(limit)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Math.max(0, limit)
}

function parseContinue(token: string): Continue {
  try {
    const read = JSON.parse(Buffer.from(token, 'base64url').toString()) as Continue
    if (Number.isInteger(read.id) && Number.isInteger(read.start)) return read
  } catch {
    // Falls through to the same refusal as a token that reads but makes no sense.
  }
  throw badRequest('invalid continue token: continue key is not valid')
}
