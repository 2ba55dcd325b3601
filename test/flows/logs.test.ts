import { expect, test } from 'bun:test'
import { eventually } from '../contract/waiting'
import { readEvents, type ServerEvent } from '../support/event-source'
import { instanceOf, runApp, sharedRuntime, type TestApp, waitForStatus } from '../support/runtime'
import type { TestSystem } from '../support/system'

const runtime = sharedRuntime()
const longMs = 120_000
const patienceMs = 60_000

/** A stream of an app's log that is read until it is left. */
function follow(system: TestSystem, app: TestApp, query = '', lastEventId?: string) {
  const url = `${system.url}/api/instances/${app.id}/logs/stream${query}`
  const headers = {
    authorization: `Bearer ${app.customer.accessToken}`,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  }
  const source = readEvents(url, headers, patienceMs)
  const taken: ServerEvent[] = []
  return {
    /** Reads on until one fits, and returns it. */
    async until(fits: (event: ServerEvent) => boolean): Promise<ServerEvent> {
      for (;;) {
        const { done, value } = await source.next()
        if (done) throw new Error(`the stream ended after ${JSON.stringify(taken.slice(-3))}`)
        taken.push(value)
        if (fits(value)) return value
      }
    },
    lines: () => taken.filter(({ type }) => type === 'line').map(({ data }) => JSON.parse(data)),
    leave: () => source.return(undefined),
  }
}

const isLine = ({ type }: ServerEvent): boolean => type === 'line'
const isStatus = (status: string) => (event: ServerEvent) =>
  event.type === 'status' && JSON.parse(event.data).status === status

test(
  'a log is followed through restart, stop and start, with the pod of each line, and resumed where it was left',
  async () => {
    const { system } = await runtime()
    const app = await runApp(system)
    const first = (await instanceOf(app)).podName
    const stream = follow(system, app, '?tail=5')
    const status = await stream.until(isStatus('following'))
    expect(JSON.parse(status.data)).toEqual({ status: 'following', pod: first, container: 'app' })
    for (let i = 0; i < 8; i++) await stream.until(isLine)
    expect(Object.keys(stream.lines()[0]).toSorted()).toEqual(['container', 'line', 'pod', 'stream', 'timestamp'])
    expect(stream.lines()[0]).toMatchObject({ pod: first, container: 'app' })
    expect(stream.lines()[0].timestamp).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)

    await app.customer.put(`/instances/${app.id}/restart`)
    await waitForStatus(app, 'RUNNING')
    const { podName } = await instanceOf(app)
    await stream.until((event) => isLine(event) && JSON.parse(event.data).pod === podName)

    await app.customer.put(`/instances/${app.id}/stop`)
    await stream.until(isStatus('waiting'))
    await app.customer.put(`/instances/${app.id}/start`)
    const last = await stream.until((event) => isLine(event) && ![first, podName].includes(JSON.parse(event.data).pod))
    await stream.leave()

    const again = follow(system, app, '', last.id)
    const next = await again.until(isLine)
    const [before, after] = [JSON.parse(last.data), JSON.parse(next.data)]
    expect(after.pod).toBe(before.pod)
    expect(after.timestamp >= before.timestamp).toBe(true)
    expect(next.id).not.toBe(last.id)
    await again.leave()
  },
  longMs,
)

test(
  'cut off and resumed many times, a log has no gap and nothing twice',
  async () => {
    const { system } = await runtime()
    const app = await runApp(system)
    const seen: { line: string; timestamp: string }[] = []
    let id: string | undefined
    for (let cut = 0; cut < 8; cut++) {
      const stream = follow(system, app, id === undefined ? '?tail=5000' : '', id)
      for (let i = 0; i <= cut % 3; i++) id = (await stream.until(isLine)).id
      seen.push(...stream.lines())
      await stream.leave()
    }
    const { body } = await app.customer.get(`/instances/${app.id}/logs?tail=5000`)
    const all = body.data.map(({ timestamp, line }: (typeof seen)[number]) => `${timestamp} ${line}`)
    expect(seen.map(({ timestamp, line }) => `${timestamp} ${line}`)).toEqual(all.slice(0, seen.length))
  },
  longMs,
)

test(
  'who leaves frees the stream and the way to the API server at once; nobody opens more than a dozen',
  async () => {
    const { system, cluster } = await runtime()
    const app = await runApp(system)
    const streams = Array.from({ length: 12 }, () => follow(system, app))
    await Promise.all(streams.map((stream) => stream.until(isLine)))
    expect(system.parts.streams.count).toBe(12)
    const refused = await app.customer.get(`/instances/${app.id}/logs/stream`)
    expect({ status: refused.status, code: refused.body.error.code }).toEqual({ status: 429, code: 'RATE_LIMITED' })
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    // It is the reader who is limited, not everybody.
    const neighbour = await runApp(system)
    const theirs = follow(system, neighbour)
    await theirs.until(isLine)

    const open = cluster.proxy.connections
    await Promise.all([...streams, theirs].map((stream) => stream.leave()))
    await eventually(() => system.parts.streams.count === 0)
    await eventually(() => cluster.proxy.connections <= open - 13)
    const more = follow(system, app)
    await more.until(isLine)
    await more.leave()
  },
  longMs,
)

test(
  'what can’t be followed is refused with a status, not in a stream',
  async () => {
    const { system } = await runtime()
    const app = await runApp(system)
    const queries = [
      'container=sidecar',
      'tail=-1',
      'tail=5001',
      'tail=many',
      'since=yesterday',
      'since=2016-12-31T23:59:60Z',
    ]
    for (const query of queries) {
      for (const path of ['logs', 'logs/stream']) {
        const { status, body } = await app.customer.get(`/instances/${app.id}/${path}?${query}`)
        expect({ path, query, status, code: body.error?.code }).toEqual({
          path,
          query,
          status: 422,
          code: 'VALIDATION_ERROR',
        })
      }
    }
    const odd = follow(system, app, '', 'no|id|of|ours')
    await odd.until(isLine)
    await odd.leave()
    expect(system.parts.streams.count).toBeLessThanOrEqual(1)
  },
  longMs,
)

test(
  'an API server that goes away is told in the stream, which goes on when it is back',
  async () => {
    const { system, cluster } = await runtime()
    const app = await runApp(system)
    const stream = follow(system, app, '?tail=1')
    await stream.until(isLine)
    cluster.proxy.open = false
    cluster.proxy.drop()
    try {
      await stream.until(isStatus('cluster unavailable'))
    } finally {
      cluster.proxy.open = true
    }
    await stream.until(isStatus('following'))
    await stream.until(isLine)
    const stamps = stream.lines().map(({ timestamp }) => timestamp)
    expect(new Set(stamps).size).toBe(stamps.length)
    await stream.leave()
  },
  longMs,
)

test(
  'the end of a session, and of the server, is told to its streams',
  async () => {
    const { system } = await runtime()
    const app = await runApp(system)
    const stream = follow(system, app)
    await stream.until(isLine)
    await app.customer.post('/auth/logout', { refreshToken: app.customer.refreshToken })
    const ended = await stream.until(isStatus('closing'))
    expect(JSON.parse(ended.data).reason).toBe('signed out')

    const other = await runApp(system)
    const last = follow(system, other)
    await last.until(isLine)
    const closing = system.close()
    const told = await last.until(isStatus('closing'))
    expect(JSON.parse(told.data).reason).toBe('the server is shutting down')
    await closing
  },
  longMs,
)
