import { afterAll, beforeAll, expect, test } from 'bun:test'
import { runCommand, type ServerProcess, startServer, temporaryFolder } from '../support/command'
import { callerOf } from '../support/system'
import { describeDocument, operationsOf, type Schema } from './openapi-document'

const canary = 'hunter2canary'
const folder = temporaryFolder()
let server: ServerProcess
let token: string
beforeAll(async () => {
  const made = await runCommand(['create-admin', 'canary@example.com'], { dataDir: folder.path })
  server = await startServer({ dataDir: folder.path, environment: { LOG_LEVEL: 'trace' } })
  const [email, password] = made.out.trim().split(/\s+/)
  const { body } = await callerOf(server.url, {}).post('/auth/login', { email, password })
  token = body.data.accessToken
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

/** Values for a field: one that fits its type, and those that do not, each with the canary in it. */
const values: ((name: string) => unknown)[] = [
  () => canary,
  () => [canary],
  () => ({ [canary]: canary }),
  () => ({ password: canary, nested: [{ deeper: canary }] }),
  () => `${canary}\0`,
  () => `${canary}\ud800`,
  () => canary.repeat(20_000),
]

async function send(method: string, path: string, body: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${server.url}/api${path.replaceAll(/\{\w+\}/g, 'x')}`, {
    method: method.toUpperCase(),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  })
  return { status: response.status, text: await response.text() }
}

const resolve = ({ $ref, ...schema }: Schema, schemas: Record<string, Schema>): Schema =>
  $ref ? schemas[$ref.replace('#/components/schemas/', '')]! : schema

test('what is submitted and refused never comes back, from no route and no field of its body', async () => {
  const { components } = await describeDocument()
  const operations = (await operationsOf()).filter(({ requestBody }) => requestBody)
  expect(operations.length).toBeGreaterThan(6)
  let refused = 0
  const check = async (method: string, path: string, body: string) => {
    const { status, text } = await send(method, path, body)
    if (status < 300) return
    expect([method, path, status, body.slice(0, 80), text.includes(canary)]).toEqual([
      method,
      path,
      status,
      body.slice(0, 80),
      false,
    ])
    expect([path, body.slice(0, 80), status < 500 || status === 503]).toEqual([path, body.slice(0, 80), true])
    refused++
  }
  for (const { method, path, requestBody } of operations) {
    const { properties = {} } = resolve(requestBody!.content['application/json']!.schema, components.schemas)
    const names = Object.keys(properties)
    for (const make of values) {
      await check(method, path, JSON.stringify(Object.fromEntries(names.map((name) => [name, make(name)]))))
      for (const name of names) await check(method, path, JSON.stringify({ [name]: make(name) }))
    }
    for (const broken of [`{"password":"${canary}`, `"${canary}"`, `${canary}`, `["${canary}"]`]) {
      await check(method, path, broken)
    }
  }
  expect(refused).toBeGreaterThan(100)
})

test('it does not come back from a query, a path or a header either', async () => {
  for (const { method, path, parameters } of await operationsOf()) {
    if (method !== 'get' || path.endsWith('/stream')) continue
    const query = new URLSearchParams(
      parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => [name, canary]),
    )
    const place = path.replaceAll(/\{\w+\}/g, canary)
    const response = await fetch(`${server.url}/api${place}?${query}`, {
      headers: { authorization: `Bearer ${token}`, 'if-none-match': canary, 'last-event-id': canary },
    })
    const text = await response.text()
    if (response.status >= 300) expect([path, text.includes(canary)]).toEqual([path, false])
  }
})

test('it is in no line of the log, whatever the level', async () => {
  expect(await server.stop()).toBe(0)
  const lines = server.out().split('\n')
  expect(lines.length).toBeGreaterThan(100)
  expect(lines.filter((line) => line.includes(canary)).slice(0, 3)).toEqual([])
})
