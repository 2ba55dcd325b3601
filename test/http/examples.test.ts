import { expect, test } from 'bun:test'
import { exampleErrors } from '../../src/http/example-errors'
import { statusOfCode } from '../../src/lib/errors'
import { callerOf, sharedSystem } from '../support/system'
import { type ApiDocument, describeDocument, type Operation, operationsOf } from './openapi-document'

const system = sharedSystem()

type Shown = { example?: unknown; examples?: Record<string, { value: { error: { code: string } } }> }
const jsonOf = (holder: { content?: Record<string, unknown> } | undefined) =>
  holder?.content?.['application/json'] as Shown | undefined

const nameOf = ({ method, path }: Operation) => `${method.toUpperCase()} ${path}`

/** That each fits its schema is for the linter of the document to say; see redocly.yaml. */
test('every body, every JSON answer and every place in a path has an example', async () => {
  expect((await operationsOf()).flatMap(placesWithout)).toEqual([])
})

function placesWithout(operation: Operation): string[] {
  const body = jsonOf(operation.requestBody)
  const answers = Object.entries(operation.responses).flatMap(([status, response]) => {
    const answer = jsonOf(response)
    const shown = Number(status) < 400 ? answer?.example : Object.keys(answer?.examples ?? {})[0]
    return answer && shown === undefined ? [status] : []
  })
  const inPath = operation.parameters.filter((parameter) => parameter.in === 'path' && !('example' in parameter))
  const without = [
    ...answers,
    ...inPath.map(({ name }) => name),
    ...(body && body.example === undefined ? ['body'] : []),
  ]
  return without.map((place) => `${nameOf(operation)} ${place}`)
}

test('an error status shows each of its codes, and no other', async () => {
  for (const operation of await operationsOf()) {
    for (const [status, response] of Object.entries(operation.responses)) {
      if (Number(status) < 400) continue
      const place = `${nameOf(operation)} ${status}`
      const codes = Object.entries(jsonOf(response)?.examples ?? {}).map(([code, { value }]) => {
        expect([place, value.error.code]).toEqual([place, code])
        expect(`${place} ${statusOfCode[code as keyof typeof statusOfCode]}`).toBe(`${place} ${status}`)
        return code
      })
      expect([place, codes.join(', ')]).toEqual([place, response.description])
    }
  }
  expect(Object.keys(exampleErrors).toSorted()).toEqual(Object.keys(statusOfCode).toSorted())
})

test('no example gives anything up, or is sent unasked: filters, keys and optional fields stay empty', async () => {
  const sent = (await operationsOf()).map((operation) => JSON.stringify(jsonOf(operation.requestBody)?.example ?? ''))
  expect(sent.filter((text) => /forfeitUpTo|">>>"|9007199254740991/.test(text))).toEqual([])
  const filled = (await operationsOf()).flatMap(({ parameters }) =>
    parameters.filter((parameter) => parameter.in !== 'path' && 'example' in parameter).map(({ name }) => name),
  )
  expect(filled).toEqual([])
})

test('the server takes the form of every example body', async () => {
  const { url, customer, admin } = await system()
  const callers = { customer: await customer(), admin: await admin() }
  const refused: string[] = []
  for (const operation of await operationsOf()) {
    const body = jsonOf(operation.requestBody)?.example
    if (body === undefined) continue
    const caller =
      operation.access === 'admin'
        ? callers.admin
        : operation.access === 'public'
          ? callerOf(url, {})
          : callers.customer
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => String(exampleIn(operation, name)))
    const { status, body: answer } = await send(caller, operation.method, path, body)
    if ([400, 413, 422].includes(status) || status >= 500)
      refused.push(`${nameOf(operation)} ${JSON.stringify(answer)}`)
  }
  expect(refused).toEqual([])
})

test('the log stream names the header that resumes it', async () => {
  const { paths }: ApiDocument = await describeDocument()
  const { parameters } = paths['/instances/{id}/logs/stream']!.get!
  expect(parameters.find(({ name }) => name === 'last-event-id')).toMatchObject({ in: 'header' })
})

const exampleIn = ({ parameters }: Operation, name: string): unknown =>
  (parameters.find((parameter) => parameter.name === name) as { example?: unknown }).example

const send = (caller: ReturnType<typeof callerOf>, method: string, path: string, body: unknown) =>
  caller[method as 'post' | 'put' | 'patch' | 'delete'](path, body)
