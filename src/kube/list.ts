import { isKubeError, tooLarge } from './errors'
import { query } from './query'
import { collectionOf, type Resource } from './resources'
import type { CallOptions, Transport } from './transport'
import type { KubeObject, Selection } from './types'

const defaultPageSize = 500
const defaultMaxItems = 50_000

export interface ListOptions extends Selection, CallOptions {
  /** Objects in one page (default 500). */
  pageSize?: number
}

export interface Page<T> {
  items: T[]
  /** Of the whole list: where a watch goes on. */
  resourceVersion: string
  /** The list had grown too old and began anew: what came before this page does not count. */
  restarted: boolean
}

export interface Listing<T> {
  items: T[]
  resourceVersion: string
}

interface ListAnswer<T> {
  items?: T[] | null
  metadata?: { continue?: string; resourceVersion?: string }
}

/** Page after page of one consistent list; begins anew, once, where the API server has forgotten it half-way. */
export async function* listPages<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  options: ListOptions = {},
): AsyncGenerator<Page<T>, void> {
  let next: string | undefined
  let restarts = 0
  let restarted = false
  do {
    let answer: ListAnswer<T>
    try {
      answer = await fetchPage(transport, resource, options, next)
    } catch (fault) {
      if (next === undefined || restarts++ > 0 || !isKubeError(fault, 'gone')) throw fault
      next = undefined
      restarted = true
      continue
    }
    next = answer.metadata?.continue || undefined
    yield { items: answer.items ?? [], resourceVersion: answer.metadata?.resourceVersion ?? '', restarted }
    restarted = false
    if (next === undefined) return
  } while (true)
}

/** The whole list at once; refused over `maxItems`. */
export async function list<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  options: ListOptions & { maxItems?: number } = {},
): Promise<Listing<T>> {
  const maxItems = options.maxItems ?? defaultMaxItems
  let items: T[] = []
  let resourceVersion = ''
  for await (const page of listPages(transport, resource, options)) {
    items = page.restarted || items.length === 0 ? page.items : items.concat(page.items)
    resourceVersion = page.resourceVersion
    if (items.length > maxItems) throw tooLarge(`the list of ${resource.plural}`, maxItems)
  }
  return { items, resourceVersion }
}

function fetchPage<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  options: ListOptions,
  next: string | undefined,
): Promise<ListAnswer<T>> {
  const { labelSelector, fieldSelector, pageSize = defaultPageSize } = options
  return transport.json<ListAnswer<T>>({
    method: 'GET',
    path:
      collectionOf(resource, options.namespace) +
      query({ limit: pageSize, labelSelector, fieldSelector, continue: next }),
    verb: 'list',
    resource: resource.plural,
    idempotent: true,
    signal: options.signal,
    timeoutMs: options.timeoutMs,
  })
}
