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
  const byPattern = new Map(reads.map((read) => [read.pattern, read]))
  const lists = reads.filter(({ pattern }) => !pattern.includes('{'))

  const firstOf = async (pattern: string, path = pattern): Promise<Record<string, unknown> | undefined> => {
    const list = byPattern.get(pattern)
    if (!list) return undefined
    const caller = callerOf(list['x-access'])
    const headers = headersFor(caller && (await house.signIn(caller)))
    const { data } = (await (await fetch(`${url}${apiPrefix}${path}`, { headers })).json()) as { data?: unknown }
    return Array.isArray(data) ? data[0] : undefined
  }

  /** `filled`: the pattern with what stands before `name` in it. */
  const findValue = async (read: (typeof reads)[number], name: string, filled: string): Promise<string | undefined> => {
    const upTo = (text: string) => text.slice(0, text.indexOf(`/{${name}}`))
    const before = upTo(read.pattern)
    const kind = before.slice(before.lastIndexOf('/') + 1)
    const schema = read.parameters?.find((parameter) => parameter.in === 'path' && parameter.name === name)?.schema
    const word = more[kind] ?? known[name] ?? schema?.enum?.[0] ?? schema?.anyOf?.[0]?.const
    if (word !== undefined) return word
    const ofKind = lists.find(({ pattern }) => pattern.endsWith(`/${kind}`))
    const row =
      (await firstOf(before, upTo(filled))) ?? (ofKind === undefined ? undefined : await firstOf(ofKind.pattern))
    const value = row?.[name] ?? row?.id ?? row?.number ?? row?.slug ?? row?.name
    return value === undefined ? undefined : String(value)
  }

  return Promise.all(
    reads.map(async (read) => {
      const { pattern, operationId, responses } = read
      const names = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
      let filled: string | undefined = pattern
      for (const name of names) {
        const value: string | undefined = filled === undefined ? undefined : await findValue(read, name, filled)
        filled = value === undefined ? undefined : filled?.replace(`{${name}}`, encodeURIComponent(value))
      }
      const [contentType, { schema } = {}] = Object.entries(responses[200]?.content ?? {})[0] ?? ['']
      return {
        operationId,
        pattern,
        path: filled === undefined ? undefined : apiPrefix + filled,
        caller: callerOf(read['x-access']),
        isList: schema?.properties?.meta !== undefined,
        contentType,
      }
    }),
  )
}

export const headersFor = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` }
