import { afterAll, expect, test } from 'bun:test'
import { TokenBuckets } from '../../src/http/token-buckets'
import { startSystem } from '../support/system'

const limited = startSystem({ environment: { RATE_LIMITS: '1', TRUSTED_PROXIES: '127.0.0.0/8' }, ticks: () => 5 })
afterAll(async () => (await limited).close())

const kibibyte = 1024
let hosts = 0
/** As from an address of its own. */
const elsewhere = () => ({ 'x-forwarded-for': `203.0.113.${++hosts}`, 'content-type': 'application/json' })
const notice = (bytes: number) => `{"order_id":"x"${' '.repeat(bytes - 16)}}`

async function send(body: BodyInit, { path = '/webhooks/midtrans', from = elsewhere(), more = {} } = {}) {
  const { url } = await limited
  const { status, headers } = await fetch(`${url}/api${path}`, { method: 'POST', headers: { ...from, ...more }, body })
  const left = Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1])
  return { status, left, from }
}

function inPieces(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += kibibyte) controller.enqueue(bytes.subarray(at, at + kibibyte))
      controller.close()
    },
  })
}

test('a body takes a token more for every 8 KiB', async () => {
  expect((await send(notice(100))).left).toBe(1_199)
  expect((await send(notice(8 * kibibyte - 1))).left).toBe(1_199)
  expect((await send(notice(8 * kibibyte))).left).toBe(1_198)
  expect((await send(notice(32 * kibibyte))).left).toBe(1_195)
})

test('one that is refused for its size is paid for as it announced itself', async () => {
  const { status, left } = await send(notice(640 * kibibyte))
  expect([status, left]).toEqual([413, 1_199 - 80])
  const nowhere = await send(notice(640 * kibibyte), { path: '/nowhere' })
  expect([nowhere.status, nowhere.left]).toEqual([404, 1_199 - 80])
})

test('one that does not say its length pays when it is known', async () => {
  const first = await send(inPieces(notice(24 * kibibyte)))
  const next = await send(notice(100), { from: first.from })
  expect(next.left).toBe(1_200 - 1 - 3 - 1)
})

test('whoever sends large bodies runs out of calls, and owes what the last one cost beyond what there was', async () => {
  const from = elsewhere()
  const statuses: number[] = []
  for (let sent = 0; sent < 17; sent++) statuses.push((await send(notice(640 * kibibyte), { from })).status)
  // 1,200 tokens at 81 each.
  expect(statuses).toEqual([...Array(15).fill(413), 429, 429])
})

test('of an account it is the account that pays', async () => {
  const { customer } = await limited
  const siti = await customer()
  const more = { authorization: `Bearer ${siti.accessToken}` }
  const { status, left } = await send(notice(80 * kibibyte), { path: '/subscriptions', more })
  expect([status, left]).toEqual([413, 300 - 1 - 10])
})

test('a bucket may be drawn below nothing, and gives no token before that is made up for', () => {
  let ms = 0
  const buckets = new TokenBuckets({ name: 'write', tokens: 4, windowSeconds: 8 }, () => ms)
  expect(buckets.take('a', 10)).toMatchObject({ allowed: true, remaining: 0, fullInSeconds: 20 })
  expect(buckets.take('a')).toMatchObject({ allowed: false, retryAfterSeconds: 14 })
  ms = 14_000
  expect(buckets.take('a').allowed).toBe(true)
  buckets.charge('b', 6)
  expect(buckets.take('b').allowed).toBe(false)
})
