import { afterEach, expect, test } from 'bun:test'
import { ExportStreams } from '../../src/features/wallet/export-streams'
import type { AppError } from '../../src/lib/errors'
import { eventually } from '../support/until'

const servers: Bun.Server<undefined>[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop(true)
})

interface Source {
  nextPage: () => Promise<string | undefined>
  faults: unknown[]
}

function serve(streams: ExportStreams, { nextPage, faults }: Source): string {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    // As the listener has it: without one Bun prints the fault.
    error: () => new Response(null, { status: 500 }),
    fetch: (request) => {
      const file = { name: 'x.csv', nextPage, onFault: (fault: unknown) => void faults.push(fault) }
      return streams.respond(request, 'usr_1', file)
    },
  })
  servers.push(server)
  return server.url.href
}

const faults: unknown[] = []
const page = 'x'.repeat(256 * 1024)

/** Pages without an end, and how many were made. */
function endless() {
  const source = {
    made: 0,
    faults: [] as unknown[],
    nextPage: async () => {
      source.made++
      return page
    },
  }
  return source
}

test('sends the pages in their order and gives the place back', async () => {
  const streams = new ExportStreams()
  const pages = ['a', 'b', 'c']
  const url = serve(streams, { nextPage: async () => pages.shift(), faults })
  expect(await (await fetch(url)).text()).toBe('abc')
  expect(streams.count).toBe(0)
})

test('makes no more than is taken, and stops when the client goes', async () => {
  const streams = new ExportStreams()
  const source = endless()
  const response = await fetch(serve(streams, source))
  const reader = response.body!.getReader()
  await reader.read()
  // What the two sockets hold is full; nobody reads, so nothing more is made.
  let made = 0
  for (let calm = 0; calm < 8; await Bun.sleep(25)) {
    calm = source.made === made ? calm + 1 : 0
    made = source.made
    expect(made * page.length).toBeLessThan(64 * 1024 * 1024)
  }
  await reader.cancel()
  await eventually(() => streams.count === 0)
})

test('lets a client go that takes nothing, and says why', async () => {
  const streams = new ExportStreams({ stallMs: 100 })
  const source = endless()
  const response = await fetch(serve(streams, source))
  await eventually(() => streams.count === 0)
  expect(String(source.faults[0])).toContain('not taken in time')
  expect(response.text()).rejects.toThrow()
})

test('a transfer that takes too long in all is ended, though it is taken', async () => {
  const streams = new ExportStreams({ longestMs: 150 })
  const nextPage = () => Bun.sleep(10).then(() => 'x')
  const response = await fetch(serve(streams, { nextPage, faults: [] }))
  expect(response.text()).rejects.toThrow()
  await eventually(() => streams.count === 0)
})

test('a fault in the middle does not look like the end of a whole file', async () => {
  const streams = new ExportStreams()
  const pages = ['a', 'b']
  const found: unknown[] = []
  const nextPage = async () => {
    if (pages.length === 0) throw new Error('the disk is gone')
    return pages.shift()
  }
  const response = await fetch(serve(streams, { nextPage, faults: found }))
  expect(response.text()).rejects.toThrow()
  await eventually(() => found.length === 1)
  expect(streams.count).toBe(0)
})

test('a user has two at a time and all together 32; a place that is given back can be taken', () => {
  const streams = new ExportStreams()
  const leaving = new AbortController()
  const open = (user: string) =>
    streams.respond(new Request('http://localhost/', { signal: leaving.signal }), user, {
      name: 'x.csv',
      ...endless(),
      onFault: () => {},
    })
  const codeOf = (act: () => unknown) => {
    try {
      act()
    } catch (error) {
      return (error as AppError).code
    }
  }
  open('usr_1')
  open('usr_1')
  expect(codeOf(() => open('usr_1'))).toBe('RATE_LIMITED')
  for (let user = 2; user <= 16; user++) for (const _ of [1, 2]) open(`usr_${user}`)
  expect(streams.count).toBe(32)
  expect(codeOf(() => open('usr_99'))).toBe('UNAVAILABLE')
  leaving.abort()
  expect(streams.count).toBe(0)
  expect(codeOf(() => streams.assertRoom('usr_1'))).toBeUndefined()
})
