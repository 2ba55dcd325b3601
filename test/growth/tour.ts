import { type Operation, operationsOf } from '../http/openapi-document'
import type { Caller } from '../support/caller'
import type { GrownHouse } from './house'
import { deepPage, type Things } from './things'

/** The last rows that a list may still be asked for. */
const deep = { limit: '100', page: String(deepPage) }

/** Every GET of the document, by whoever it is for, without filters, with each value of each filter, and with every two of them. */
export async function tour(house: GrownHouse, things: Things): Promise<void> {
  const { watch, admin, reader, heavy, system } = house
  for (const operation of (await operationsOf()).filter(({ method }) => method === 'get')) {
    const callers = operation.access === 'admin' ? { admin } : { reader, heavy }
    for (const [who, caller] of Object.entries(callers)) {
      const path = pathFor(operation, things, who)
      for (const query of queriesOf(operation, things)) {
        const asked = new URLSearchParams(query).toString()
        const doing = `${who} GET ${operation.path}?${namesOf(query)}`
        for (const name of isWhole(query) ? timesOf(doing) : [doing])
          await watch.during(name, () => ask(caller, `${path}?${asked}`, system.url))
      }
    }
  }
}

const isWhole = (query: Record<string, string>): boolean => namesOf(query) === 'limit=100'

/** Jobs and timers of the house run beside a request and are seen with it; hardly beside each of a few. */
export const timesOf = (doing: string): string[] => [doing, `${doing} again`, `${doing} once more`]

/** A stream is looked at and left. */
async function ask(caller: Caller, path: string, url: string): Promise<void> {
  if (path.includes('/logs/stream')) return
  const { status } = await caller.get(path)
  // Two filters may contradict each other.
  if (status >= 300 && status !== 422) throw new Error(`GET ${path} of ${url}: ${status}`)
}

const namesOf = (query: Record<string, string>): string =>
  Object.entries(query)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

function pathFor(operation: Operation, things: Things, who: string): string {
  return operation.path.replace(/\/([\w-]+)\/\{\w+\}/g, (_, kind: string) => {
    const id = things.paths[who]?.[kind] ?? things.paths.anybody![kind]
    if (id === undefined) throw new Error(`teach test/growth/things.ts which ${kind} to look at in ${operation.path}`)
    return `/${kind}/${encodeURIComponent(id)}`
  })
}

function* queriesOf({ parameters, path }: Operation, things: Things): Generator<Record<string, string>> {
  const asked = parameters.filter((parameter) => parameter.in === 'query')
  const isList = asked.some(({ name }) => name === 'page')
  const filters = asked
    .filter(({ name }) => name !== 'page' && name !== 'limit')
    .map(({ name, schema }) => {
      const values = schema?.enum ?? things.values[name]
      if (!values) throw new Error(`teach test/growth/things.ts values for ${name} of ${path}`)
      return { name, values }
    })
  yield {}
  for (const { name, values } of filters) for (const value of values) yield { [name]: value }
  if (!isList) return
  yield { limit: '100' }
  yield deep
  for (const { name, values } of filters) yield { [name]: values[0]!, ...deep }
  for (const [index, one] of filters.entries()) {
    for (const other of filters.slice(index + 1)) {
      for (const value of endsOf(one.values))
        for (const second of endsOf(other.values)) yield { [one.name]: value, [other.name]: second }
    }
  }
}

/** What many rows have, and what few or none has. */
const endsOf = (values: readonly string[]): string[] => [...new Set([values[0]!, values.at(-1)!])]
