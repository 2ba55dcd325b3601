import type { Caller, ReadsHouse } from './reads-house'

export interface ReadRoute {
  operationId: string
  /** As the document has it. */
  pattern: string
  /** With everything filled in; undefined where nobody knows what to ask for. */
  path: string | undefined
  /** Undefined where anybody may call. */
  caller: Caller | undefined
  isList: boolean
  contentType: string
}

interface Shown {
  operationId: string
  'x-access': string
  parameters?: { name: string; in: string; schema?: { enum?: string[]; anyOf?: { const?: string }[] } }[]
  responses: Record<string, { content?: Record<string, { schema?: { properties?: Record<string, unknown> } }> }>
}

interface Document {
  paths: Record<string, Record<string, Shown>>
}

const apiPrefix = '/api'

/** What a path means by a parameter, where no list above it or of its name shows one. */
const known: Record<string, string> = {
  serviceSlug: 'n8n',
  categorySlug: 'automation',
}

/** Every GET of the document as its caller makes it; what stands in a path is looked for in the lists of the document. */
export async function findReadRoutes(
  url: string,
  house: ReadsHouse,
  more: Record<string, string>,
): Promise<ReadRoute[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document
  const reads = Object.entries(document.paths).flatMap(([pattern, { get }]) => (get ? [{ pattern, ...get }] : []))
  const callerOf = (access: string) => (access === 'admin' || access === 'customer' ? access : undefined)
  const lists = new Map(reads.filter(({ pattern }) => !pattern.includes('{')).map((read) => [read.pattern, read]))

  const firstOf = async (pattern: string): Promise<Record<string, unknown> | undefined> => {
    const list = lists.get(pattern)
    if (!list) return undefined
    const caller = callerOf(list['x-access'])
    const headers = headersFor(caller && (await house.signIn(caller)))
    const { data } = (await (await fetch(`${url}${apiPrefix}${pattern}`, { headers })).json()) as { data?: unknown }
    return Array.isArray(data) ? data[0] : undefined
  }

  const findValue = async (read: (typeof reads)[number], name: string): Promise<string | undefined> => {
    const before = read.pattern.slice(0, read.pattern.indexOf(`/{${name}}`))
    const kind = before.slice(before.lastIndexOf('/') + 1)
    const schema = read.parameters?.find((parameter) => parameter.in === 'path' && parameter.name === name)?.schema
    const word = more[kind] ?? known[name] ?? schema?.enum?.[0] ?? schema?.anyOf?.[0]?.const
    if (word !== undefined) return word
    const ofKind = [...lists.keys()].find((pattern) => pattern.endsWith(`/${kind}`))
    const row = (await firstOf(before)) ?? (ofKind === undefined ? undefined : await firstOf(ofKind))
    const value = row?.[name] ?? row?.id ?? row?.number ?? row?.slug ?? row?.name
    return value === undefined ? undefined : String(value)
  }

  return Promise.all(
    reads.map(async (read) => {
      const { pattern, operationId, responses } = read
      const names = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
      const values = await Promise.all(names.map((name) => findValue(read, name)))
      const filled = names.reduce(
        (path, name, index) => path.replace(`{${name}}`, encodeURIComponent(values[index]!)),
        pattern,
      )
      const [contentType, { schema } = {}] = Object.entries(responses[200]?.content ?? {})[0] ?? ['']
      return {
        operationId,
        pattern,
        path: values.includes(undefined) ? undefined : apiPrefix + filled,
        caller: callerOf(read['x-access']),
        isList: schema?.properties?.meta !== undefined,
        contentType,
      }
    }),
  )
}

export const headersFor = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` }
