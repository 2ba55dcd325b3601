import { afterAll, expect, test } from 'bun:test'
import { t } from 'elysia'
import { accessControl } from '../../src/http/access'
import { AppError } from '../../src/lib/errors'
import { startEdge } from './edge'

const mebibyte = 1024 * 1024
const authenticate = (request: Request) => {
  if (request.headers.has('x-fault')) throw new Error('the database said hunter2-canary')
  throw new AppError('UNAUTHORIZED', 'Sign in first')
}
const edge = startEdge((app) =>
  app
    .use(accessControl(authenticate))
    .post('/notes', ({ body }) => ({ got: body }), {
      access: 'public',
      body: t.Object({ title: t.String(), more: t.Optional(t.Record(t.String(), t.Unknown())) }),
      response: { 200: t.Object({ got: t.Any() }) },
    })
    .post('/act', () => ({ done: true }), { access: 'public' })
    .post('/own-notes', ({ body }) => ({ got: body }), { access: 'customer', body: t.Object({ title: t.String() }) }),
)
afterAll(() => edge.close())

const json = { 'content-type': 'application/json' }
const post = (body: RequestInit['body'], headers: Record<string, string> = json, path = '/notes') =>
  fetch(edge.url + path, { method: 'POST', body, headers })

async function refusalOf(response: Response) {
  const { error } = await response.json()
  return [response.status, error.code, error.details?.problems ?? error.message]
}

test.each(['{"title": ', '{title: 1}', "{'title': 'x'}", '{"title":"x"}}', 'title', '{"title":"x",}', '[[[['])(
  'malformed JSON %p is 400',
  async (body) => {
    expect(await refusalOf(await post(body))).toEqual([400, 'MALFORMED_REQUEST', 'The body is not well-formed JSON'])
  },
)

test.each([
  ['text/plain', '{"title":"x"}'],
  ['application/x-www-form-urlencoded', 'title=x'],
  ['multipart/form-data; boundary=b', '--b\r\ncontent-disposition: form-data; name="title"\r\n\r\nx\r\n--b--\r\n'],
  ['application/xml', '<title>x</title>'],
  ['application/jsonx', '{"title":"x"}'],
  ['json', '{"title":"x"}'],
])('a body of type %s is 400, whatever it holds', async (type, body) => {
  const [status, code, message] = await refusalOf(await post(body, { 'content-type': type }))
  expect([status, code]).toEqual([400, 'MALFORMED_REQUEST'])
  expect(message).toContain('application/json')
})

test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', 'application/merge-patch+json'])(
  'a body of type %s is read as JSON',
  async (type) => {
    const response = await post('{"title":"käse 🧀"}', { 'content-type': type })
    expect(await response.json()).toEqual({ got: { title: 'käse 🧀' } })
  },
)

test('a body that is no object says so, be it missing, empty, null, a list or a word', async () => {
  for (const body of [undefined, '', 'null', '3', '"title"', '[]', '[{"title":"x"}]', 'true']) {
    expect(await refusalOf(await post(body))).toEqual([
      422,
      'VALIDATION_ERROR',
      [{ path: '/', message: 'Expected object' }],
    ])
  }
})

test('a route that takes no body does not mind its absence, and does not read one that comes', async () => {
  for (const headers of [{}, json]) expect((await post(undefined, headers, '/act')).status).toBe(200)
  for (const body of ['{', '[]', '\0', ofSize(2 * mebibyte)]) {
    const response = await post(body, json, '/act')
    expect([response.status, await response.json()]).toEqual([200, { done: true }])
  }
})

test('who calls is asked before their body is read, whatever it holds', async () => {
  for (const body of ['{', '{}', ofSize(2 * mebibyte), new Uint8Array([0xff])]) {
    expect((await refusalOf(await post(body, json, '/own-notes'))).slice(0, 2)).toEqual([401, 'UNAUTHORIZED'])
  }
})

test('a fault of ours while asking who calls is no mistake of the body', async () => {
  const response = await post('{}', { ...json, 'x-fault': '1' }, '/own-notes')
  const text = await response.text()
  expect([response.status, JSON.parse(text).error.code, text.includes('canary')]).toEqual([
    500,
    'INTERNAL_ERROR',
    false,
  ])
  expect(edge.logged.some((line) => line.includes(JSON.parse(text).requestId) && line.includes('hunter2-canary'))).toBe(
    true,
  )
})

test.each([
  ['a lone byte', [0xff]],
  ['a cut off character', [0xc3]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['half a surrogate pair', [0xed, 0xa0, 0x80]],
])('a body that is not UTF-8 (%s) is 400, with and without its length', async (_, bytes) => {
  const text = Buffer.concat([Buffer.from('{"title":"'), Buffer.from(bytes), Buffer.from('"}')])
  const unmeasured = new ReadableStream({
    start(controller) {
      for (const byte of text) controller.enqueue(new Uint8Array([byte]))
      controller.close()
    },
  })
  for (const body of [text, unmeasured]) {
    expect(await refusalOf(await post(body))).toEqual([400, 'MALFORMED_REQUEST', 'The body is not UTF-8'])
  }
})

test('a character that comes in pieces is put together, and the one that stands for unreadable ones may be sent', async () => {
  const text = Buffer.from('{"title":"\ufffd käse 🧀"}')
  const inPieces = new ReadableStream({
    start(controller) {
      for (const byte of text) controller.enqueue(new Uint8Array([byte]))
      controller.close()
    },
  })
  for (const body of [text, inPieces]) expect((await (await post(body)).json()).got.title).toBe('\ufffd käse 🧀')
})

test.each([
  ['NUL', '{"title":"a\\u0000b"}', '/title'],
  ['half a surrogate pair', '{"title":"\\ud800"}', '/title'],
  ['the other half', '{"title":"x","more":{"list":["ok","\\udc00\\ud800"]}}', '/more/list/1'],
  ['NUL in a key', '{"title":"x","more":{"a\\u0000":1}}', '/more'],
])('text that no database column can hold (%s) is 422 with its place', async (_, body, path) => {
  const message = 'Expected text without NUL characters and half surrogate pairs'
  expect(await refusalOf(await post(body))).toEqual([422, 'VALIDATION_ERROR', [{ path, message }]])
})

test('a whole surrogate pair passes', async () => {
  expect((await (await post('{"title":"\\ud83e\\uddc0"}')).json()).got.title).toBe('🧀')
})

test('a body deeper than 32 levels is 422, however deep it is', async () => {
  const nested = (levels: number) => `{"title":"x","more":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`
  expect((await post(nested(31))).status).toBe(200)
  for (const levels of [32, 100, 20_000]) {
    const [status, code, problems] = await refusalOf(await post(nested(levels)))
    expect([status, code]).toEqual([422, 'VALIDATION_ERROR'])
    expect(problems[0].message).toBe('Expected at most 32 levels')
  }
})

const ofSize = (bytes: number) => `{"title":"${'x'.repeat(bytes - 12)}"}`

test('a body of 1 MiB passes, and one of a byte more is 413', async () => {
  expect((await post(ofSize(mebibyte))).status).toBe(200)
  expect(await refusalOf(await post(ofSize(mebibyte + 1)))).toEqual([
    413,
    'PAYLOAD_TOO_LARGE',
    'The body is larger than 1 MiB',
  ])
})

test('a body that does not say its length is measured while it comes', async () => {
  const streamed = (bytes: number) => {
    const text = new TextEncoder().encode(ofSize(bytes))
    return new ReadableStream({
      start(controller) {
        for (let at = 0; at < text.length; at += 65_536) controller.enqueue(text.subarray(at, at + 65_536))
        controller.close()
      },
    })
  }
  expect((await post(streamed(mebibyte))).status).toBe(200)
  const response = await post(streamed(mebibyte + 1))
  expect([response.status, (await response.json()).error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
})
