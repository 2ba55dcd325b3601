import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { publishedSchema } from '../../src/templates'
import type { JsonSchema } from '../../src/templates/json-schema'
import { sharedSystem, until } from '../support/system'

const page = readFileSync('docs/templates.md', 'utf8')
const shared = sharedSystem()

test('the template of the documentation is uploaded, tried, sold, bought and updated by the requests that stand there', async () => {
  const system = await shared()
  const { accessToken } = await system.customer({ balance: 50_000 })
  const kept = new Map<string, unknown>([
    ['admin', await adminToken(system.url, system.firstAdmin!)],
    ['customer', accessToken],
  ])
  const requests = [...page.matchAll(/```http\n([\s\S]*?)```/g)].map(([, text]) => parse(text!))
  expect(requests.length).toBeGreaterThan(12)
  for (const request of requests) await perform(system.url, request, kept)
}, 120_000)

interface Documented {
  method: string
  path: string
  headers: [string, string][]
  body: string | undefined
  status: number
  keep?: { at: string; as: string }
  once?: { at: string; is: string }
}

function parse(text: string): Documented {
  const [, head, rest] = /^([\s\S]*?)\n\n([\s\S]*)$/.exec(text)!
  const [first, ...headers] = head!.split('\n')
  const [method, path] = first!.split(' ')
  const [, body, answer] = /^([\s\S]*?)# (.*)\n$/.exec(rest!)!
  const keep = /keep (\S+) as (\S+)/.exec(answer!)
  const once = /once (\S+) is (\S+)/.exec(answer!)
  return {
    method: method!,
    path: path!,
    headers: headers.map((line) => line.split(': ') as [string, string]),
    body: body!.trim() || undefined,
    status: Number(answer!.slice(0, 3)),
    ...(keep && { keep: { at: keep[1]!, as: keep[2]! } }),
    ...(once && { once: { at: once[1]!, is: once[2]! } }),
  }
}

async function perform(
  url: string,
  { method, path, headers, body, status, keep, once }: Documented,
  kept: Map<string, unknown>,
) {
  const send = async () => {
    const answer = await fetch(url + filled(path, kept), {
      method,
      headers: {
        'content-type': 'application/json',
        ...Object.fromEntries(headers.map(([name, value]) => [name, filled(value, kept)])),
      },
      ...(body && { body: filled(body, kept) }),
    })
    const text = await answer.text()
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return JSON.parse(text)
  }
  const answer = once
    ? await until(`${path}: ${once.at}`, send, (seen) => String(at(seen, once.at)) === once.is)
    : await send()
  if (keep) kept.set(keep.as, at(answer, keep.at))
}

/** `{{name}}`, or a thing that was kept with a change: `{{name with a.0.b = "c"}}`. */
const filled = (text: string, kept: Map<string, unknown>): string =>
  text.replace(/\{\{(\w+)(?: with (\S+) = ("[^"]*"))?\}\}/g, (_, name: string, path?: string, value?: string) => {
    const thing = kept.get(name)
    if (thing === undefined) throw new Error(`nothing was kept as ${name}`)
    if (typeof thing === 'string') return thing
    const copy = structuredClone(thing)
    const names = path?.split('.') ?? []
    const last = names.pop()
    if (last) Object.assign(at(copy, names.join('.')) as object, { [last]: JSON.parse(value!) })
    return JSON.stringify(copy)
  })

const at = (value: unknown, path: string): unknown =>
  path === '' ? value : path.split('.').reduce((here, name) => (here as Record<string, unknown> | null)?.[name], value)

async function adminToken(url: string, { email, password }: { email: string; password: string }): Promise<string> {
  const answer = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  return (await answer.json()).data.accessToken
}

test('every field of a template stands in the documentation', () => {
  const fields = page.slice(page.indexOf('## Every field'), page.indexOf('## A template of your own'))
  const missing = [...namesOf(publishedSchema)].filter((name) => !fields.includes(`\`${name}\``))
  expect(missing).toEqual([])
})

function namesOf({ properties = {}, items, anyOf = [] }: JsonSchema, names = new Set<string>()): Set<string> {
  for (const [name, schema] of Object.entries(properties)) {
    names.add(name)
    namesOf(schema, names)
  }
  for (const schema of [...anyOf, ...(items ? [items] : [])]) namesOf(schema, names)
  return names
}
