import { afterEach, beforeEach, expect, test } from 'bun:test'
import type { Instance } from '../../src/features/instances/tables'
import { parsePosition } from '../../src/features/telemetry/log-position'
import { followLogs, type WantedLog, wantedLog } from '../../src/features/telemetry/log-stream'
import { readLogs } from '../../src/features/telemetry/logs'
import type { EventSink, ServerEvent } from '../../src/http/event-stream'
import { findTemplate } from '../../src/templates'
import { eventually } from '../contract/waiting'
import { type LoggedLine, type LogServer, startLogServer } from './log-server'

const template = findTemplate('n8n')
const instance = { id: 'ins_1', namespace: 'ns', templateName: 'n8n' } as Instance
const everything: WantedLog = { container: 'app', tailLines: 5_000, sinceTime: undefined, ansi: false }

let server: LogServer
let current: Instance
beforeEach(async () => {
  current = { ...instance, status: 'RUNNING', podName: null }
  server = await startLogServer()
})
afterEach(() => server.stop())

/** A reader's end of a stream; what is sent to it is kept. */
function reader(onLine: (count: number) => void = () => {}) {
  const abort = new AbortController()
  const events: ServerEvent[] = []
  const lines: string[] = []
  const sink: EventSink = {
    signal: abort.signal,
    send(event) {
      if (abort.signal.aborted) return
      events.push(event)
      if (event.event !== 'line') return
      lines.push((event.data as { line: string }).line)
      onLine(lines.length)
    },
    ready: async () => {},
    close: () => abort.abort(),
  }
  const lastId = () => events.findLast(({ id }) => id !== undefined)?.id ?? null
  return { sink, events, lines, lastId, leave: () => abort.abort() }
}

const follow = (to: ReturnType<typeof reader>, from: string | null = null, wanted = everything) =>
  followLogs({ kube: server.kube, reload: async () => current }, instance, wanted, parsePosition(from), to.sink)

/** Lines of which many share one moment, as a program's burst does. */
const linesOf = (from: number, count: number): LoggedLine[] =>
  Array.from({ length: count }, (_, i) => ({
    timestamp: `2026-01-01T00:00:${String(Math.floor((from + i) / 7) % 60).padStart(2, '0')}.${(from + i) % 7 < 4 ? '5' : '500000001'}Z`,
    text: `line ${from + i}`,
  }))
const textsOf = (lines: LoggedLine[]): string[] => lines.map(({ text }) => text)

test('a reader who is cut off after every few lines, and comes back each time, sees every line once', async () => {
  const all = linesOf(0, 80)
  server.pods = [{ name: 'pod-a', lines: [...all] }]
  const seen: string[] = []
  let id: string | null = null
  for (let cut = 1; seen.length < all.length; cut = (cut % 13) + 1) {
    const one = reader((count) => count >= cut && one.leave())
    const following = follow(one, id)
    await eventually(() => one.sink.signal.aborted || seen.length + one.lines.length >= all.length)
    one.leave()
    await following
    seen.push(...one.lines)
    id = one.lastId() ?? id
  }
  expect(seen).toEqual(textsOf(all))
})

test('an API server that breaks every log off costs the reader no line and repeats none', async () => {
  const all = linesOf(0, 30)
  server.pods = [{ name: 'pod-a', lines: [...all] }]
  // More than the lines of one second: those are sent again each time.
  server.breakAfter = 18
  const one = reader()
  const following = follow(one)
  await eventually(() => one.lines.length >= all.length)
  await Bun.sleep(50)
  expect(one.lines).toEqual(textsOf(all))
  one.leave()
  await following
})

test('history is as long as asked for, then new lines follow', async () => {
  server.pods = [{ name: 'pod-a', lines: linesOf(0, 50) }]
  const one = reader()
  const following = follow(one, null, { ...everything, tailLines: 3 })
  await eventually(() => one.lines.length === 3)
  server.say(...linesOf(50, 2))
  await eventually(() => one.lines.length === 5)
  expect(one.lines).toEqual(['line 47', 'line 48', 'line 49', 'line 50', 'line 51'])
  expect(one.events[0]).toEqual({ event: 'status', data: { status: 'following', pod: 'pod-a', container: 'app' } })
  one.leave()
  await following
})

test('the next pod is followed from its first line, however short the history asked for', async () => {
  server.pods = [{ name: 'pod-a', lines: linesOf(0, 5) }]
  const one = reader()
  const following = follow(one, null, { ...everything, tailLines: 1 })
  await eventually(() => one.lines.length === 1)
  server.endPod()
  await eventually(() => one.events.some(({ data }) => (data as { status?: string }).status === 'waiting'))
  server.pods = [{ name: 'pod-b', lines: linesOf(100, 20) }]
  await eventually(() => one.lines.length === 21)
  expect(one.lines).toEqual(['line 4', ...textsOf(linesOf(100, 20))])
  const statuses = one.events.filter(({ event }) => event === 'status').map(({ data }) => data)
  expect(statuses).toEqual([
    { status: 'following', pod: 'pod-a', container: 'app' },
    { status: 'waiting', pod: null, container: 'app' },
    { status: 'following', pod: 'pod-b', container: 'app' },
  ])
  one.leave()
  await following
})

test('a pod that comes while the reader waits is read from its beginning', async () => {
  const one = reader()
  const following = follow(one, null, { ...everything, tailLines: 0 })
  await eventually(() => one.events.length === 1)
  server.pods = [{ name: 'pod-a', lines: linesOf(0, 4) }]
  await eventually(() => one.lines.length === 4)
  one.leave()
  await following
})

test('a reader who left while the pod changed gets all of the new one', async () => {
  server.pods = [{ name: 'pod-b', lines: linesOf(0, 8) }]
  const one = reader()
  const following = follow(one, 'pod-a|app|2026-06-01T00:00:00Z|1', { ...everything, tailLines: 2 })
  await eventually(() => one.lines.length === 8)
  one.leave()
  await following
})

test('colours are taken out unless they are asked for', async () => {
  const line = { timestamp: '2026-01-01T00:00:00Z', text: '\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07' }
  server.pods = [{ name: 'pod-a', lines: [line] }]
  for (const [ansi, text] of [
    [false, 'red link'],
    [true, line.text],
  ] as const) {
    const one = reader()
    const following = follow(one, null, { ...everything, ansi })
    await eventually(() => one.lines.length === 1)
    expect(one.lines).toEqual([text])
    one.leave()
    await following
    expect((await readLogs(server.kube, { instance, template }, { ansi }))[0]?.line).toBe(text)
  }
})

test('a node that writes in its own time zone can be resumed too', async () => {
  const local = linesOf(0, 12).map(({ timestamp, text }) => ({
    timestamp: timestamp.replace('T00', 'T07').replace('Z', '+07:00'),
    text,
  }))
  server.pods = [{ name: 'pod-a', lines: local }]
  const one = reader((count) => count >= 5 && one.leave())
  await follow(one)
  const two = reader()
  const following = follow(two, one.lastId())
  await eventually(() => two.lines.length === 7)
  expect([...one.lines, ...two.lines]).toEqual(textsOf(local))
  expect(one.lastId()).toContain('|2026-01-01T00:00:00.')
  two.leave()
  await following
})

test('who leaves frees the log of the API server at once', async () => {
  server.pods = [{ name: 'pod-a', lines: linesOf(0, 2) }]
  const one = reader()
  const following = follow(one)
  await eventually(() => one.lines.length === 2)
  expect(server.followers).toBe(1)
  one.leave()
  await following
  await eventually(() => server.followers === 0)
})

test('a slow reader is waited for: nothing is read ahead of it', async () => {
  server.pods = [{ name: 'pod-a', lines: linesOf(0, 100) }]
  const one = reader()
  const gate = Promise.withResolvers<void>()
  one.sink.ready = () => gate.promise
  const following = follow(one)
  await eventually(() => one.lines.length === 1)
  await Bun.sleep(30)
  expect(one.lines).toHaveLength(1)
  gate.resolve()
  await eventually(() => one.lines.length === 100)
  one.leave()
  await following
})

test('a log that never ends, though its pod is another one by now, is left', async () => {
  server.pods = [{ name: 'pod-a', lines: linesOf(0, 2) }]
  const one = reader()
  const following = follow(one)
  await eventually(() => one.lines.length === 2)
  server.pods.push({ name: 'pod-b', lines: linesOf(50, 3) })
  current = { ...current, podName: 'pod-b' }
  await eventually(() => one.lines.length === 5)
  expect(one.lines).toEqual([...textsOf(linesOf(0, 2)), ...textsOf(linesOf(50, 3))])
  expect(server.followers).toBe(1)
  one.leave()
  await following
})

test('with no pod to follow it asks the API server ever more seldom', async () => {
  const one = reader()
  const following = follow(one)
  await Bun.sleep(3_500)
  one.leave()
  await following
  expect(server.asked.length).toBeLessThanOrEqual(2)
  expect(one.events).toEqual([{ event: 'status', data: { status: 'waiting', pod: null, container: 'app' } }])
})

test('a container the app does not have is refused before anything is sent', () => {
  expect(() => wantedLog({ instance, template }, { container: 'sidecar' })).toThrow('The query is not valid')
})
