import { describe, expect, test } from 'bun:test'
import { accessControl } from '../../src/http/access'
import { Closings, type StreamOwner, type StreamsOf } from '../../src/http/closings'
import { EventStreams } from '../../src/http/event-stream'
import { ManualClock, minute } from '../../src/lib/clock'
import { startEdge } from './edge'

const bySession: StreamOwner = { userId: 'usr_1', sessionId: 'ses_1' }
const byToken: StreamOwner = { userId: 'usr_1', tokenId: 'tok_1' }
const person = { role: 'USER', email: 'a@example.com', scopes: new Set(['read']) } as const

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

/** A route that opens a stream, at whose door a caller can be held after they were let in. */
function startStreaming(owner: StreamOwner, streams: EventStreams) {
  const arrived = Promise.withResolvers<void>()
  const door = Promise.withResolvers<void>()
  const authenticate = async () => {
    arrived.resolve()
    await door.promise
    return { ...owner, ...person }
  }
  const edge = startEdge((app) =>
    app
      .use(accessControl(authenticate))
      .get('/events', ({ actor, request }) => streams.respond(request, actor, ({ signal }) => untilAborted(signal)), {
        access: 'customer',
      }),
  )
  return { ...edge, arrived: arrived.promise, open: door.resolve }
}

const stillOpen = (text: Promise<string>) => Promise.race([text, Bun.sleep(50).then(() => 'still open')])

describe('a stream that was allowed just before its owner was shut out, and opens just after,', () => {
  const cases: [StreamOwner, StreamsOf][] = [
    [bySession, { userId: 'usr_1' }],
    [bySession, { sessionId: 'ses_1' }],
    [byToken, { userId: 'usr_1' }],
    [byToken, { tokenId: 'tok_1' }],
  ]
  for (const [owner, of] of cases) {
    test(`says so and ends: ${Object.keys(of)} of one with ${Object.keys(owner)}`, async () => {
      const streams = new EventStreams()
      const server = startStreaming(owner, streams)
      const answer = fetch(`${server.url}/events`)
      await server.arrived
      streams.closeAll('shut out', of)
      server.open()
      const response = await answer
      expect(response.status).toBe(200)
      expect(await response.text()).toBe(': open\n\nevent: status\ndata: {"status":"closing","reason":"shut out"}\n\n')
      expect(streams.count).toBe(0)
      // Whoever is let in from now on was let in as what they are now.
      const later = await fetch(`${server.url}/events`)
      expect(await stillOpen(later.text())).toBe('still open')
      streams.closeAll('done')
      await server.close()
    })
  }

  test('is not taken for somebody else’s', async () => {
    const streams = new EventStreams()
    const server = startStreaming(bySession, streams)
    const answer = fetch(`${server.url}/events`)
    await server.arrived
    for (const of of [{ userId: 'usr_2' }, { sessionId: 'ses_2' }, { tokenId: 'tok_1' }]) streams.closeAll('no', of)
    server.open()
    expect(await stillOpen((await answer).text())).toBe('still open')
    streams.closeAll('done')
    await server.close()
  })
})

test('what is remembered of closings is bounded, and what was forgotten counts against the request', () => {
  const closings = new Closings(2)
  for (const at of [10, 20, 30]) closings.note({ sessionId: `ses_${at}` }, { at, reason: `at ${at}` })
  const reasonFor = (sessionId: string, requestedAt: number) =>
    closings.findReason({ userId: 'usr_1', sessionId }, requestedAt)
  expect(reasonFor('ses_30', 25)).toBe('at 30')
  expect(reasonFor('ses_20', 25)).toBeUndefined()
  expect(reasonFor('ses_other', 15)).toBeUndefined()
  expect(reasonFor('ses_10', 5)).toBe('open it again')
  expect(reasonFor('ses_other', 10)).toBe('open it again')
})

test('a stream ends when what it was opened with runs out', async () => {
  const clock = new ManualClock('2026-03-01T00:00:00Z')
  const streams = new EventStreams({ clock, heartbeatMs: 10 })
  const owner = { ...byToken, expiresAt: new Date(clock.now().getTime() + minute) }
  const said = streams.respond(new Request('http://x'), owner, ({ signal }) => untilAborted(signal)).text()
  expect(await stillOpen(said)).toBe('still open')
  clock.advance(minute)
  expect(await said).toEndWith(
    'event: status\ndata: {"status":"closing","reason":"the sign-in or token has expired"}\n\n',
  )
  expect(streams.count).toBe(0)
})
