import { describe, expect, test } from 'bun:test'
import { EventStreams } from '../../src/http/event-stream'
import { eventually } from '../contract/waiting'

const owner = { userId: 'usr_1', sessionId: 'ses_1' }

/** A real server whose every request opens a stream fed by `produce`. */
function serve(streams: EventStreams, produce: Parameters<EventStreams['respond']>[2]) {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      try {
        return streams.respond(request, owner, produce)
      } catch (fault) {
        return new Response((fault as { code: string }).code, { status: 503 })
      }
    },
  })
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) }
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

describe('a stream of events', () => {
  test('beats while nothing happens, so that nobody takes it for dead', async () => {
    const streams = new EventStreams({ heartbeatMs: 10 })
    const { url, stop } = serve(streams, ({ signal }) => untilAborted(signal))
    const response = await fetch(url)
    expect(response.headers.get('content-type')).toStartWith('text/event-stream')
    expect(response.headers.get('cache-control')).toContain('no-store')
    const reader = response.body!.getReader()
    let text = ''
    while (text.split('event: ping').length < 4) text += new TextDecoder().decode((await reader.read()).value)
    await reader.cancel()
    await eventually(() => streams.count === 0)
    await stop()
  })

  test('tells a fault in-band, without a word of what only we should know', async () => {
    const { url, stop } = serve(new EventStreams(), async () => {
      throw new Error('the password is swordfish')
    })
    const text = await (await fetch(url)).text()
    expect(text).toBe(': open\n\nevent: error\ndata: {"code":"INTERNAL_ERROR","message":"Internal error"}\n\n')
    await stop()
  })

  test('ends at once for its producer when its reader goes', async () => {
    const streams = new EventStreams()
    let ended = 0
    const { url, stop } = serve(streams, async ({ signal }) => {
      await untilAborted(signal)
      ended++
    })
    const aborts = Array.from({ length: 8 }, () => new AbortController())
    const opened = await Promise.all(aborts.map(({ signal }) => fetch(url, { signal })))
    expect(opened.every(({ status }) => status === 200)).toBe(true)
    expect(streams.count).toBe(8)
    for (const abort of aborts) abort.abort()
    await eventually(() => streams.count === 0 && ended === 8)
    await stop()
  })

  test('is not opened for somebody who is gone already', () => {
    const streams = new EventStreams()
    streams.respond(new Request('http://x', { signal: AbortSignal.abort() }), owner, ({ signal }) =>
      untilAborted(signal),
    )
    expect(streams.count).toBe(0)
  })

  test('holds no more than its share for a reader who does not read, and goes on when he does', async () => {
    const streams = new EventStreams()
    const line = 'x'.repeat(10_000)
    const total = 5_000
    let sent = 0
    const { url, stop } = serve(streams, async (sink) => {
      while (sent < total && !sink.signal.aborted) {
        sink.send({ id: String(++sent), event: 'line', data: line })
        await sink.ready()
      }
    })
    const response = await fetch(url)
    // It stands still long before the 50 MB there would be.
    let before = -1
    await eventually(async () => {
      if (sent === before) return true
      before = sent
      await Bun.sleep(200)
      return false
    })
    expect(sent).toBeLessThan(total / 2)
    const text = await response.text()
    expect(text.match(/^id: \d+$/gm)).toHaveLength(total)
    await eventually(() => streams.count === 0)
    await stop()
  })

  test('of a producer that does not wait is ended, not buffered without end', async () => {
    const streams = new EventStreams()
    let sent = 0
    const { url, stop } = serve(streams, async (sink) => {
      while (!sink.signal.aborted && sent < 10_000) {
        sink.send({ event: 'line', data: 'x'.repeat(10_000) })
        sent++
      }
    })
    await (await fetch(url)).text()
    expect(sent).toBeLessThan(100)
    await stop()
  })

  test('of one session or person ends alone; at the end of all no new one is opened', async () => {
    const streams = new EventStreams()
    const other = { userId: 'usr_2', sessionId: 'ses_2' }
    const open = (of: typeof owner) =>
      streams.respond(new Request('http://x'), of, ({ signal }) => untilAborted(signal)).text()
    const [mine, theirs] = [open(owner), open(other)]
    streams.closeAll('signed out', { sessionId: 'ses_1' })
    expect(await mine).toContain('"reason":"signed out"')
    expect(streams.count).toBe(1)
    streams.closeAll('the server is shutting down')
    expect(await theirs).toContain('"reason":"the server is shutting down"')
    expect(() => open(owner)).toThrow('shutting down')
    expect(streams.count).toBe(0)
  })
})
