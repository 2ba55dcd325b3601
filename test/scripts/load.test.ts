import { afterEach, expect, test } from 'bun:test'
import { Latencies } from '../../scripts/bench/latencies'
import { type LoadOrder, runLoad, runLoadElsewhere } from '../../scripts/bench/load'
import { ResponseReader } from '../../scripts/bench/response-reader'

const servers: { stop(force?: boolean): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.stop(true)
})

function serve(fetch: (request: Request) => Response | Promise<Response>): LoadOrder {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch })
  servers.push(server)
  return { host: '127.0.0.1', port: server.port!, connections: 4, requests: [get('/')] }
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`
const post = (body: string) =>
  `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

test('without a duration every request is sent exactly once, over all connections', async () => {
  const seen: string[] = []
  const order = serve(async (request) => {
    seen.push(await request.text())
    return new Response('ok', { status: seen.length % 5 === 0 ? 409 : 201 })
  })
  const bodies = Array.from({ length: 100 }, (_, index) => `body ${index}`)
  const result = await runLoad({ ...order, requests: bodies.map(post) })
  expect(seen.toSorted()).toEqual(bodies.toSorted())
  expect(result.answers).toBe(100)
  expect(result.statuses).toEqual({ 201: 80, 409: 20 })
  expect(result.broken).toBe(0)
})

test('with a duration it repeats until the time is over, and what the warm-up sent is not counted', async () => {
  let served = 0
  const order = serve(() => {
    served++
    return new Response('ok')
  })
  const result = await runLoadElsewhere({ ...order, durationMs: 200, warmupMs: 200 })
  // Of two sums of the same clock the difference is not exact.
  expect(result.seconds).toBeGreaterThan(0.199)
  expect(result.answers).toBeGreaterThan(4)
  expect(served).toBeGreaterThan(result.answers)
  expect(result.perSecond).toBeCloseTo(result.answers / result.seconds, 5)
})

test('latencies are those of the server', async () => {
  const took: number[] = []
  const order = serve(async () => {
    const from = performance.now()
    await Bun.sleep(40)
    took.push(performance.now() - from)
    return new Response('slow')
  })
  const { latencyMs } = await runLoad({ ...order, requests: Array(20).fill(get('/')) })
  // What the server took is part of every latency, however late either of them was woken.
  expect(latencyMs.max).toBeGreaterThanOrEqual(Math.max(...took) * 0.9)
  expect(latencyMs.p50).toBeGreaterThanOrEqual(Math.min(...took) * 0.9)
  expect(latencyMs.max).toBeGreaterThanOrEqual(latencyMs.p99)
})

test('a server that closes after each answer is connected to again', async () => {
  const order = serve(() => new Response('bye', { headers: { connection: 'close' } }))
  const result = await runLoad({ ...order, requests: Array(20).fill(get('/')) })
  expect(result).toMatchObject({ answers: 20, statuses: { 200: 20 }, broken: 0 })
})

test('a connection cut in the middle of an answer is counted as broken', async () => {
  let cut = 0
  const server = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      data(socket) {
        if (cut++ === 0) {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')
          socket.end()
        } else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
      },
    },
  })
  servers.push(server)
  const requests = Array(5).fill(get('/'))
  const result = await runLoad({ host: '127.0.0.1', port: server.port, connections: 1, requests })
  expect(result).toMatchObject({ answers: 4, broken: 1 })
})

const answers: [string, string, number][] = [
  ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello\r\n\r\n##', 11],
  [
    'chunks and a trailer',
    'HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n1a;x=y\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nx: y\r\n\r\n',
    31,
  ],
  ['nothing', 'HTTP/1.1 204 No Content\r\n\r\n', 0],
  ['a length of zero', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', 0],
]

test.each(answers)('a body with %s is read the same, whole or byte by byte', (_, text, bodyBytes) => {
  const bytes = Buffer.from(text)
  const reader = new ResponseReader()
  expect(reader.feed(bytes)).toBe(true)
  expect(reader.bodyBytes).toBe(bodyBytes)
  const ends = [...bytes].map((byte) => reader.feed(Buffer.from([byte])))
  expect(ends.indexOf(true)).toBe(bytes.length - 1)
  expect(reader.bodyBytes).toBe(bodyBytes)
})

test('bytes that are no answer, or too many, are an error and not a figure', () => {
  expect(() => new ResponseReader().feed(Buffer.from('SSH-2.0-x\r\n\r\n'))).toThrow('not an HTTP/1.1 response')
  expect(() => new ResponseReader().feed(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))).toThrow('neither a length nor chunks')
  const two = 'HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'
  expect(() => new ResponseReader().feed(Buffer.from(two))).toThrow('follow a complete response')
})

test('quantiles are within two percent', () => {
  const latencies = new Latencies()
  for (let ms = 1; ms <= 1000; ms++) latencies.add(ms)
  for (const share of [0.5, 0.9, 0.99]) {
    expect(Math.abs(latencies.quantile(share) / (share * 1000) - 1)).toBeLessThan(0.02)
  }
  expect(latencies.quantile(1)).toBe(1000)
})
