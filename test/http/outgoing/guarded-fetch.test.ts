import { afterEach, expect, test } from 'bun:test'
import { createGuardedFetch, type GuardOptions, type OutgoingRequest, parseTarget } from '../../../src/http/outgoing'
import { AppError } from '../../../src/lib/errors'
import { cert } from './certificate'
import { closeReceivers, openRawReceiver, openReceiver } from './receivers'

afterEach(closeReceivers)

/** The test servers stand on loopback: it is let in here as an operator's own network would be. */
const open = (ports: number[], options: GuardOptions = {}) =>
  createGuardedFetch({ allowed: ['127.0.0.0/8', '::1'], ports, timeoutMs: 2_000, ...options })

const always =
  (...addresses: string[]) =>
  async () =>
    addresses

async function refusalOf(work: Promise<unknown>): Promise<AppError> {
  const outcome = await work.then(
    () => undefined,
    (fault: unknown) => fault,
  )
  expect(outcome).toBeInstanceOf(AppError)
  return outcome as AppError
}

test('a receiver gets method, path, headers and body under its own name', async () => {
  const { port, requests } = openReceiver()
  const send = open([port], { resolve: always('127.0.0.1') })
  const request: OutgoingRequest = {
    url: `http://Hooks.test.:${port}/a%20b?c=d#e`,
    body: '{}',
    headers: { 'x-one': '1' },
  }
  const { status, body, headers } = await send(request)
  expect([status, new TextDecoder().decode(body), headers.get('content-type')]).toEqual([
    200,
    'thanks',
    'text/plain;charset=utf-8',
  ])
  expect(requests).toHaveLength(1)
  expect(requests[0]).toMatchObject({
    method: 'POST',
    path: '/a%20b?c=d',
    body: '{}',
    headers: { host: `hooks.test:${port}`, 'x-one': '1', 'user-agent': 'minispod' },
  })
})

test('a resolver that answers otherwise the second time wins nothing: the name is looked up once, and what was checked is what is called', async () => {
  const checked = openReceiver({ hostname: '127.0.0.2' })
  const other = openReceiver({ hostname: '127.0.0.3', port: checked.port })
  let lookups = 0
  const resolve = async () => (lookups++ === 0 ? ['127.0.0.2'] : ['127.0.0.3'])
  const send = open([checked.port], { resolve, allowed: ['127.0.0.2'] })
  expect((await send({ url: `http://rebind.test:${checked.port}/` })).status).toBe(200)
  expect([lookups, checked.requests.length, other.requests.length]).toEqual([1, 1, 0])
  const { code } = await refusalOf(send({ url: `http://rebind.test:${checked.port}/` }))
  expect([code, lookups, other.requests.length]).toEqual(['VALIDATION_ERROR', 2, 0])
})

test('the system’s own idea of a name is never asked', async () => {
  const byUs = openReceiver({ hostname: '127.0.0.2' })
  const bySystem = openReceiver({ hostname: '127.0.0.1', port: byUs.port })
  const send = open([byUs.port], { resolve: always('127.0.0.2') })
  await send({ url: `http://localhost:${byUs.port}/` })
  expect([byUs.requests.length, bySystem.requests.length]).toEqual([1, 0])
})

test('one address among several that may not be reached spoils them all, and the answer does not say which', async () => {
  const { port, requests } = openReceiver()
  for (const bad of ['10.1.2.3', '169.254.169.254', '::ffff:10.1.2.3', 'fe80::1', '127.0.0.9']) {
    const send = createGuardedFetch({ allowed: ['127.0.0.1'], ports: [port], resolve: always('127.0.0.1', bad) })
    const refusal = await refusalOf(send({ url: `http://two.test:${port}/` }))
    expect(refusal.code).toBe('VALIDATION_ERROR')
    expect(JSON.stringify(refusal) + refusal.message).not.toContain(bad)
  }
  expect(requests).toHaveLength(0)
})

test('an address written into the URL, in whatever form, is judged like a resolved one', async () => {
  const { port, requests } = openReceiver()
  const send = createGuardedFetch({ ports: [port], resolve: always('8.8.8.8') })
  const hosts = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0',
    '１２７.0.0.1',
  ]
  for (const host of hosts) {
    expect((await refusalOf(send({ url: `http://${host}:${port}/` }))).code).toBe('VALIDATION_ERROR')
  }
  expect(requests).toHaveLength(0)
})

test('a URL that is not plain http on a known port is refused before anything is looked up', async () => {
  let lookups = 0
  const send = createGuardedFetch({ resolve: async () => [String(lookups++)] })
  const urls = [
    ...['ftp://a.test/', 'file:///etc/passwd', 'gopher://a.test/', 'javascript:1', 'nonsense', '', '//a.test/'],
    ...[
      'http://u@a.test/',
      'https://u:p@a.test/',
      'http://:p@a.test/',
      'http://a.test:22/',
      'http://a.test:6443/',
      'http://./',
    ],
    `http://a.test/${'x'.repeat(2_048)}`,
  ]
  for (const url of urls) {
    const refusal = await refusalOf(send({ url }))
    expect([url, refusal.code]).toEqual([url, 'VALIDATION_ERROR'])
    expect(() => parseTarget(url)).toThrow(AppError)
  }
  expect(lookups).toBe(0)
  expect(parseTarget('https://a.test:443/x')).toMatchObject({ port: 443, host: 'a.test', path: '/x' })
})

test('https is spoken to the checked address in the name’s own name, and its certificate must be for that name', async () => {
  const { port, requests } = openReceiver({ hostname: '127.0.0.5', tls: true })
  const send = open([port], { resolve: always('127.0.0.5'), ca: cert })
  expect((await send({ url: `https://hooks.test:${port}/` })).status).toBe(200)
  expect((await send({ url: `https://127.0.0.5:${port}/` })).status).toBe(200)
  expect(requests.map(({ headers }) => headers.host)).toEqual([`hooks.test:${port}`, `127.0.0.5:${port}`])
  // The connection of the good name is not taken for another one.
  const refusal = await refusalOf(send({ url: `https://other.test:${port}/` }))
  expect(refusal).toMatchObject({
    code: 'UNAVAILABLE',
    message: 'The receiver shows no valid certificate for its name',
  })
  const distrusting = open([port], { resolve: always('127.0.0.5') })
  expect((await refusalOf(distrusting({ url: `https://hooks.test:${port}/` }))).message).toContain('certificate')
  expect(requests).toHaveLength(2)
})

test('an environment that waves certificates through, or names a proxy, changes nothing', async () => {
  const { port } = openReceiver({ hostname: '127.0.0.5', tls: true })
  const proxy = openReceiver({ hostname: '127.0.0.6' })
  const environment = { NODE_TLS_REJECT_UNAUTHORIZED: '0', HTTP_PROXY: `http://127.0.0.6:${proxy.port}`, NO_PROXY: '' }
  const before = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]))
  Object.assign(process.env, environment, { HTTPS_PROXY: environment.HTTP_PROXY })
  try {
    const plain = openReceiver({ hostname: '127.0.0.7' })
    const send = open([port, plain.port], { resolve: always('127.0.0.7') })
    expect((await send({ url: `http://hooks.test:${plain.port}/` })).status).toBe(200)
    const careful = open([port], { resolve: always('127.0.0.5') })
    expect((await refusalOf(careful({ url: `https://hooks.test:${port}/` }))).message).toContain('certificate')
  } finally {
    delete process.env.HTTPS_PROXY
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
  expect(proxy.requests).toHaveLength(0)
})

test('every request has a connection of its own, also where the receiver would keep it open', async () => {
  let connections = 0
  const { port } = await openRawReceiver((socket) => {
    connections++
    const answer = () => socket.write('HTTP/1.1 204 No Content\r\n\r\n')
    socket.on('data', answer)
    answer()
  })
  const send = open([port], { resolve: always('127.0.0.1') })
  for (const name of ['one', 'one', 'two'])
    expect((await send({ url: `http://${name}.test:${port}/` })).status).toBe(204)
  expect(connections).toBe(3)
})

test('a redirect is an answer, and nobody goes there', async () => {
  const inside = openReceiver({ hostname: '127.0.0.9' })
  const { port } = openReceiver({ answer: () => Response.redirect(`http://127.0.0.9:${inside.port}/`, 307) })
  const { status } = await open([port, inside.port], { resolve: always('127.0.0.1') })({
    url: `http://a.test:${port}/`,
  })
  expect(status).toBe(307)
  expect(inside.requests).toHaveLength(0)
})

test('the next address is tried where the first takes no connection, and only there', async () => {
  const good = openReceiver({ hostname: '127.0.0.3' })
  const send = open([good.port], { resolve: always('::1', '127.0.0.2', '127.0.0.3') })
  expect((await send({ url: `http://a.test:${good.port}/`, body: 'once' })).status).toBe(200)
  const rude = await openRawReceiver((socket) => socket.destroy())
  const after = openReceiver({ hostname: '127.0.0.3', port: rude.port })
  const sendOnce = open([rude.port], { resolve: always('127.0.0.1', '127.0.0.3') })
  expect((await refusalOf(sendOnce({ url: `http://a.test:${rude.port}/`, body: 'once' }))).code).toBe('UNAVAILABLE')
  expect([good.requests.length, after.requests.length]).toEqual([1, 0])
})

test('a name that leads nowhere is not here now, not wrong', async () => {
  const failing = async () => {
    throw Object.assign(new Error('getaddrinfo ENOTFOUND a.test'), { code: 'ENOTFOUND' })
  }
  for (const resolve of [failing, always()]) {
    expect((await refusalOf(createGuardedFetch({ resolve })({ url: 'https://a.test/' }))).code).toBe('UNAVAILABLE')
  }
})

test('the time limit holds for the look-up, the wait and an answer that drips', async () => {
  const silent = await openRawReceiver(() => {})
  const dripping = await openRawReceiver((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n')
    const timer = setInterval(() => socket.write('x'), 10)
    socket.on('close', () => clearInterval(timer))
  })
  const slowName = () => new Promise<string[]>(() => {})
  const attempts = [
    createGuardedFetch({ resolve: slowName, timeoutMs: 60 })({ url: 'https://a.test/' }),
    open([silent.port], { timeoutMs: 60 })({ url: `http://127.0.0.1:${silent.port}/` }),
    open([dripping.port], { timeoutMs: 60 })({ url: `http://127.0.0.1:${dripping.port}/` }),
  ]
  for (const refusal of await Promise.all(attempts.map(refusalOf))) {
    expect(refusal).toMatchObject({ code: 'UNAVAILABLE', message: 'The receiver did not answer within 60 ms' })
  }
  await Promise.all([silent.closed, dripping.closed])
})

test('a caller can call it off', async () => {
  const silent = await openRawReceiver(() => {})
  const calledOff = new AbortController()
  const attempt = open([silent.port])({ url: `http://127.0.0.1:${silent.port}/`, signal: calledOff.signal })
  calledOff.abort(new Error('shutting down'))
  await expect(attempt).rejects.toThrow('shutting down')
})

test('an answer larger than allowed is cut off, whatever it says of its length or packs', async () => {
  const endless = await openRawReceiver((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    const push = () => {
      while (!socket.destroyed && socket.write('x'.repeat(65_536))) {}
      socket.once('drain', push)
    }
    push()
  })
  const refusal = await refusalOf(open([endless.port])({ url: `http://127.0.0.1:${endless.port}/` }))
  expect(refusal).toMatchObject({ code: 'UNAVAILABLE', message: 'The receiver answered with more than 65536 bytes' })
  await endless.closed
  const packed = Bun.gzipSync(new Uint8Array(10_000_000))
  const bomb = openReceiver({ answer: () => new Response(packed, { headers: { 'content-encoding': 'gzip' } }) })
  const { body } = await open([bomb.port])({ url: `http://127.0.0.1:${bomb.port}/` })
  expect(body.byteLength).toBe(packed.byteLength)
  expect(bomb.requests[0]!.headers['accept-encoding']).toBe('identity')
})

test('endless headers, and what is no HTTP at all, are a receiver that does not work', async () => {
  const repeat = (text: string) => (socket: import('node:net').Socket) => {
    const push = () => {
      while (!socket.destroyed && socket.write(text.repeat(100))) {}
      socket.once('drain', push)
    }
    socket.write('HTTP/1.1 200 OK\r\n')
    push()
  }
  for (const act of [repeat(`x-a: ${'b'.repeat(1_000)}\r\n`), repeat('x'), repeat('x-a: b\r\n')]) {
    const { port, closed } = await openRawReceiver(act)
    expect((await refusalOf(open([port])({ url: `http://127.0.0.1:${port}/` }))).code).toBe('UNAVAILABLE')
    await closed
  }
  const { port } = await openRawReceiver((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'))
  expect((await refusalOf(open([port])({ url: `http://127.0.0.1:${port}/` }))).code).toBe('UNAVAILABLE')
})

test('what is sent is bounded, and a header can’t become another request', async () => {
  const { port, requests } = openReceiver()
  const send = open([port])
  const url = `http://127.0.0.1:${port}/`
  expect((await refusalOf(send({ url, body: 'x'.repeat(256 * 1024 + 1) }))).code).toBe('PAYLOAD_TOO_LARGE')
  const hostile: Record<string, string>[] = [
    { 'x-a': 'canary\r\nx-b: 2' },
    { 'x-a': 'canary\n' },
    { 'x a': 'canary' },
    { 'x-a\r\nx-b': 'canary' },
    { 'x-a': 'canaryé' },
    { Host: 'canary.test' },
    { 'Content-Length': '0' },
    { 'transfer-encoding': 'chunked' },
    { 'Proxy-Authorization': 'canary' },
    { 'x-a': `canary${'x'.repeat(8_192)}` },
    Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`x-${index}`, 'canary'])),
  ]
  for (const headers of hostile) {
    const refusal = await refusalOf(send({ url, headers }))
    expect(refusal.code).toBe('VALIDATION_ERROR')
    expect(refusal.message).not.toContain('canary')
  }
  expect(requests).toHaveLength(0)
  expect((await send({ url, body: 'x'.repeat(256 * 1024) })).status).toBe(200)
})
