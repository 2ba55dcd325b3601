import { afterAll, describe, expect, test } from 'bun:test'
import { accessControl } from '../../src/http/access'
import { sharedSystem } from '../support/system'
import { startEdge } from './edge'
import { operationsOf } from './openapi-document'
import { sendRaw } from './raw-request'

const edge = startEdge((app) =>
  app
    .use(
      accessControl(() => {
        throw new Error('nobody is asked')
      }),
    )
    .get('/things', () => 'all', { access: 'public' })
    .post('/things', () => 'made', { access: 'public' })
    .get('/things/:id', () => 'one', { access: 'public' })
    .delete('/things/fixed', () => 'gone', { access: 'public' })
    .get('/files/*', () => 'file', { access: 'public' }),
)
afterAll(() => edge.close())

const call = async (method: string, path: string) => {
  const { status, head, body } = await sendRaw(
    edge.url,
    `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
  )
  const allow = /^allow: (.*)$/im.exec(head)?.[1]?.trim()
  return { status, allow, body }
}

describe('a method that a path does not have is 405, and the answer says which it has:', () => {
  test.each([
    ['PUT', '/things', 'GET, HEAD, POST, OPTIONS'],
    ['TRACE', '/things', 'GET, HEAD, POST, OPTIONS'],
    ['PROPFIND', '/things/', 'GET, HEAD, POST, OPTIONS'],
    ['DELETE', '/things/7', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/things/fixed', 'GET, HEAD, DELETE, OPTIONS'],
    ['POST', '/files/a/b.css', 'GET, HEAD, OPTIONS'],
  ])('%s %s', async (method, path, allowed) => {
    const { status, allow, body } = await call(method, path)
    expect([status, allow]).toEqual([405, allowed])
    expect(JSON.parse(body).error).toEqual({
      code: 'METHOD_NOT_ALLOWED',
      message: `${method} is not a method of this path`,
    })
  })

  test('HEAD, where there is no GET', async () => {
    const posts = startEdge((app) => app.post('/only', () => 'made'))
    const { status, head, body } = await sendRaw(
      posts.url,
      'HEAD /only HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
    )
    await posts.close()
    expect([status, /^allow: (.*)$/im.exec(head)?.[1]?.trim(), body]).toEqual([405, 'POST, OPTIONS', ''])
  })
})

test('OPTIONS is answered with what there is', async () => {
  expect(await call('OPTIONS', '/things')).toEqual({ status: 204, allow: 'GET, HEAD, POST, OPTIONS', body: '' })
})

test.each(['PUT', 'TRACE', 'OPTIONS', 'HEAD', 'GET'])('%s of a path that is not there is 404', async (method) => {
  const { status, allow } = await call(method, '/nothing')
  expect([status, allow]).toEqual([404, undefined])
})

const system = sharedSystem()

test('every path of the document answers a method it lacks with those it has', async () => {
  const { url } = await system()
  const methods = new Map<string, string[]>()
  for (const { path, method } of await operationsOf()) methods.set(path, [...(methods.get(path) ?? []), method])
  expect(methods.size).toBeGreaterThan(40)
  for (const [path, known] of methods) {
    const target = `/api${path.replace(/\{\w+\}/g, 'x')}`
    const { status, head } = await sendRaw(url, `TRACE ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
    const allow = /^allow: (.*)$/im.exec(head)?.[1]?.trim().split(', ') ?? []
    expect([path, status]).toEqual([path, 405])
    expect([path, allow]).toEqual([path, expect.arrayContaining(known.map((method) => method.toUpperCase()))])
  }
})
