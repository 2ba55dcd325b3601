import { afterAll, expect, test } from 'bun:test'
import { t } from 'elysia'
import { accessControl } from '../../src/http/access'
import { AppError } from '../../src/lib/errors'
import { startEdge } from './edge'

const kibibyte = 1024
/** What the longest note takes if it is written in escapes, in whole KiB. */
const longest = 25 * kibibyte
const authenticate = (request: Request) => {
  if (request.headers.has('x-fault')) throw new Error('the database said hunter2-canary')
  throw new AppError('UNAUTHORIZED', 'Sign in first')
}
const edge = startEdge((app) =>
  app
    .use(accessControl(authenticate))
    .post('/notes', ({ body }) => ({ got: body }), {
      access: 'public',
      body: t.Object({
        title: t.String({ maxLength: 1_000 }),
        count: t.Optional(t.Integer({ minimum: 0, maximum: 9 })),
        when: t.Optional(t.String({ format: 'date-time' })),
        more: t.Optional(t.Record(t.String(), t.Union([t.String({ maxLength: 100 }), t.Null()]), { maxProperties: 5 })),
        words: t.Optional(t.Array(t.String({ minLength: 2, maxLength: 5 }), { maxItems: 3, uniqueItems: true })),
      }),
      response: { 200: t.Object({ got: t.Any() }) },
    })
    .post('/open', ({ body }) => ({ got: body }), {
      access: 'public',
      body: t.Object({ id: t.String({ maxLength: 5 }) }, { additionalProperties: true, 'x-max-bytes': longest }),
      response: { 200: t.Object({ got: t.Any() }) },
    })
    .post('/act', () => ({ done: true }), { access: 'public' })
    .post('/own-notes', ({ body }) => ({ got: body }), {
      access: 'customer',
      body: t.Object({ title: t.String({ maxLength: 10 }) }),
    }),
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
  for (const body of ['{', '[]', '\0', ofSize(600 * kibibyte)]) {
    const response = await post(body, json, '/act')
    expect([response.status, await response.json()]).toEqual([200, { done: true }])
  }
})

test('who calls is asked before their body is read, whatever it holds', async () => {
  for (const body of ['{', '{}', ofSize(600 * kibibyte), new Uint8Array([0xff])]) {
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
  ['the other half', '{"title":"x","words":["ok","\\udc00\\ud800"]}', '/words/1'],
  ['NUL in a key', '{"title":"x","more":{"a\\u0000":null}}', '/more/a\0'],
])('text that no database column can hold (%s) is 422 with its place', async (_, body, path) => {
  const message = 'Expected text without NUL characters and half surrogate pairs'
  expect(await refusalOf(await post(body))).toEqual([422, 'VALIDATION_ERROR', [{ path, message }]])
})

test('a whole surrogate pair passes', async () => {
  expect((await (await post('{"title":"\\ud83e\\uddc0"}')).json()).got.title).toBe('🧀')
})

test('a body deeper than 32 levels is 422, however deep it is', async () => {
  const nested = (levels: number) => `{"id":"x","more":${'['.repeat(levels)}${']'.repeat(levels)}}`
  expect((await post(nested(31), json, '/open')).status).toBe(200)
  for (const levels of [32, 100, 5_000]) {
    expect(await refusalOf(await post(nested(levels), json, '/open'))).toEqual([
      422,
      'VALIDATION_ERROR',
      [{ path: '/', message: 'Expected at most 32 levels' }],
    ])
  }
})

test('a body of more names and items than anything that fits is 422 before a value is made of it', async () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `"n${index}":0`).join()
  const tooMany = { path: '/', message: expect.stringMatching(/^Expected at most \d+ names and items$/) }
  for (const body of [
    `{"title":"x",${many(900)}}`,
    `{"title":[${'0,'.repeat(900)}0]}`,
    `{"title":[${'[],'.repeat(900)}0]}`,
  ]) {
    expect(await refusalOf(await post(body))).toEqual([422, 'VALIDATION_ERROR', [tooMany]])
  }
  // Signs within a text are none.
  const text = JSON.stringify({ title: ',[{"'.repeat(200) })
  expect((await post(text)).status).toBe(200)
  expect((await post(`{"id":"x",${many(1_990)}}`, json, '/open')).status).toBe(200)
  expect(await refusalOf(await post(`{"id":"x",${many(2_001)}}`, json, '/open'))).toEqual([
    422,
    'VALIDATION_ERROR',
    [tooMany],
  ])
})

test('of many mistakes the first twenty are told, each with its place', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `"n${index}":0`).join()
  const [status, , problems] = await refusalOf(await post(`{${names}}`))
  expect([status, problems.length]).toEqual([422, 20])
  expect(problems.slice(0, 3)).toEqual([
    { path: '/title', message: 'Expected required property' },
    { path: '/n0', message: 'Not a known name' },
    { path: '/n1', message: 'Not a known name' },
  ])
})

test.each([
  [{ title: 'x', count: '3' }, '/count', 'Expected integer'],
  [{ title: 'x', count: 1.5 }, '/count', 'Expected integer'],
  [{ title: 'x', count: 10 }, '/count', 'Expected at most 9'],
  [{ title: 'x', count: -1 }, '/count', 'Expected at least 0'],
  [{ title: 'x'.repeat(1_001) }, '/title', 'Expected at most 1000 characters'],
  [{ title: '🧀'.repeat(1_001) }, '/title', 'Expected at most 1000 characters'],
  [{ title: { toString: 1 } }, '/title', 'Expected string'],
  [{ title: null }, '/title', 'Expected string'],
  [{ title: 'x', when: '2026-02-30T00:00:00Z' }, '/when', 'Expected a day that exists in its month'],
  [{ title: 'x', when: '2026-02-03' }, '/when', 'Expected a date and time such as 2026-01-31T00:00:00Z'],
  [{ title: 'x', more: 'xxx' }, '/more', 'Expected object'],
  [{ title: 'x', more: [] }, '/more', 'Expected object'],
  [{ title: 'x', more: { a: 1 } }, '/more/a', 'Expected string or null'],
  [{ title: 'x', more: { a: null, b: null, c: null, d: null, e: null, f: null } }, '/more', 'Expected at most 5 names'],
  [{ title: 'x', words: {} }, '/words', 'Expected array'],
  [{ title: 'x', words: ['ab', 'c'] }, '/words/1', 'Expected at least 2 characters'],
  [{ title: 'x', words: ['ab', 'ab'] }, '/words', 'Expected no duplicate items'],
  [{ title: 'x', words: ['ab', 'cd', 'ef', 'gh'] }, '/words', 'Expected at most 3 items'],
  [{ title: 'x', toString: 1 }, '/toString', 'Not a known name'],
])('%j is refused at its place', async (body, path, message) => {
  expect(await refusalOf(await post(JSON.stringify(body)))).toEqual([422, 'VALIDATION_ERROR', [{ path, message }]])
})

test('a name that every object has is looked up among those that were sent', async () => {
  const body = '{"title":"x","__proto__":{"count":3},"constructor":1}'
  const [status, , problems] = await refusalOf(await post(body))
  expect([status, problems.map(({ path }: { path: string }) => path)]).toEqual([422, ['/__proto__', '/constructor']])
  expect((await refusalOf(await post('{"__proto__":{"title":"x"}}')))[2][0].path).toBe('/title')
})

test('a length counts characters, and the longest one fits however it is written', async () => {
  const title = '🧀'.repeat(1_000)
  const escaped = `{"title":"${'\\ud83e\\uddc0'.repeat(1_000)}"}`
  for (const body of [JSON.stringify({ title }), escaped]) {
    expect((await (await post(body)).json()).got).toEqual({ title })
  }
})

const ofSize = (bytes: number) => `{"title":"x"${' '.repeat(bytes - 13)}}`

test('a body as large as what the route asks for can be passes, and one of a byte more is 413', async () => {
  expect((await post(ofSize(longest))).status).toBe(200)
  const tooLarge = [413, 'PAYLOAD_TOO_LARGE', `The body is larger than ${longest / kibibyte} KiB`]
  for (const size of [longest + 1, 600 * kibibyte]) expect(await refusalOf(await post(ofSize(size)))).toEqual(tooLarge)
})

test('a body that does not say its length is measured while it comes', async () => {
  const streamed = (bytes: number) => {
    const text = new TextEncoder().encode(ofSize(bytes))
    return new ReadableStream({
      start(controller) {
        for (let at = 0; at < text.length; at += kibibyte) controller.enqueue(text.subarray(at, at + kibibyte))
        controller.close()
      },
    })
  }
  expect((await post(streamed(longest))).status).toBe(200)
  const response = await post(streamed(longest + 1))
  expect([response.status, (await response.json()).error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
})
