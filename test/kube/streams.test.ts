import { afterEach, describe, expect, test } from 'bun:test'
import { configMaps, type Kube, type KubeError, type KubeOptions } from '../../src/kube'
import { eventually } from '../contract/waiting'
import {
  type Answer,
  configMapOf,
  type FakeApiServer,
  listOf,
  startApiServer,
  statusOf,
  streamOf,
  watchOf,
} from './api-server'

const encoder = new TextEncoder()
let server: FakeApiServer | undefined
afterEach(() => server?.stop())

async function kubeOf(answer: Answer, options?: KubeOptions): Promise<Kube> {
  server = await startApiServer(answer, options)
  return server.kube
}

const versionsAsked = () =>
  server!.asked.filter((line) => line.includes('watch=true')).map((line) => /resourceVersion=(\d+)/.exec(line)?.[1])

/** An informer on a server that gives these answers in turn, and what it was told. */
async function follow(answers: (() => Response)[]) {
  const kube = await kubeOf(() => answers.shift()!())
  const said: string[] = []
  const faults: KubeError[] = []
  const informer = kube.informer(
    configMaps,
    {},
    {
      onChange: ({ type, object }) => said.push(`${type} ${object.metadata.name} ${object.data?.value ?? ''}`.trim()),
      onFault: (fault) => faults.push(fault),
    },
  )
  return { informer, said, faults }
}

describe('an informer’s watch', () => {
  test('resumes behind the last event, or bookmark, of a socket that broke', async () => {
    const { informer, said, faults } = await follow([
      () => listOf('10', []),
      () => watchOf([{ type: 'ADDED', object: configMapOf('a', '11') }], 'break'),
      () => watchOf([{ type: 'BOOKMARK', object: { metadata: { resourceVersion: '20' } } }], 'break'),
      () => watchOf([{ type: 'ADDED', object: configMapOf('b', '21') }]),
    ])
    await eventually(() => said.length === 2)
    informer.stop()
    expect(said).toEqual(['added a', 'added b'])
    expect(versionsAsked()).toEqual(['10', '11', '20'])
    expect(faults.map((fault) => fault.kind)).toEqual(['unavailable', 'unavailable'])
  })

  test('puts together events and characters that came in pieces', async () => {
    const text = ['ä€', '𝄞'].map((value, index) => {
      const object = { ...configMapOf(`n${index}`, String(index + 1)), data: { value } }
      return `${JSON.stringify({ type: 'ADDED', object })}\n`
    })
    const whole = encoder.encode(text.join(''))
    const pieces = Array.from({ length: Math.ceil(whole.length / 7) }, (_, index) =>
      whole.slice(index * 7, index * 7 + 7),
    )
    const { informer, said } = await follow([() => listOf('10', []), () => streamOf(pieces, 'stay')])
    await eventually(() => said.length === 2)
    informer.stop()
    expect(said).toEqual(['added n0 ä€', 'added n1 𝄞'])
  })

  test('that is refused because its version is gone begins with a list', async () => {
    const { informer, said, faults } = await follow([
      () => listOf('10', [configMapOf('a', '1')]),
      () => statusOf(410, 'Expired'),
      () => listOf('20', [configMapOf('a', '1'), configMapOf('b', '15')]),
      () => watchOf([]),
    ])
    await eventually(() => said.length === 2 && informer.connected)
    informer.stop()
    expect(said).toEqual(['added a', 'added b'])
    expect(faults).toMatchObject([{ kind: 'gone', status: 410 }])
    expect(versionsAsked()).toEqual(['10', '20'])
  })

  test('asks again for an event cut off by the end of its socket', async () => {
    const { informer, said } = await follow([
      () => listOf('10', []),
      () => streamOf([encoder.encode('{"type":"ADDED","object":{"meta')], 'close'),
      () => watchOf([{ type: 'ADDED', object: configMapOf('a', '11') }]),
    ])
    await eventually(() => said.length === 1)
    informer.stop()
    expect(said).toEqual(['added a'])
    expect(versionsAsked()).toEqual(['10', '10'])
  })
})

describe('informer', () => {
  test('lists again when its version is gone, and says what changed and went meanwhile', async () => {
    const gone = { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } }
    const lists = [
      () => listOf('10', [configMapOf('kept', '1'), configMapOf('changed', '2'), configMapOf('lost', '3')]),
      () => listOf('20', [configMapOf('kept', '1'), configMapOf('changed', '12'), configMapOf('new', '13')]),
    ]
    const watches = [
      () => watchOf([gone], 'close'),
      () => watchOf([{ type: 'DELETED', object: configMapOf('new', '21') }]),
    ]
    const kube = await kubeOf((_, url) => (url.searchParams.has('watch') ? watches : lists).shift()!())
    const said: string[] = []
    const informer = kube.informer(configMaps, {}, { onChange: (change) => said.push(`${change.type} ${change.key}`) })
    await informer.synced
    await eventually(() => said.includes('deleted ns/new'))
    informer.stop()
    expect(said).toEqual([
      'added ns/kept',
      'added ns/changed',
      'added ns/lost',
      'modified ns/changed',
      'added ns/new',
      'deleted ns/lost',
      'deleted ns/new',
    ])
    expect(versionsAsked()).toEqual(['10', '20'])
    expect(informer.list()).toHaveLength(2)
  })

  test('lists from time to time without being told to, and so survives another cluster behind the address', async () => {
    let version = 100
    const kube = await kubeOf((_, url) =>
      url.searchParams.has('watch')
        ? watchOf([], 'close')
        : listOf(String(version), [configMapOf(`of-${version}`, '1')]),
    )
    const informer = kube.informer(configMaps, { relistMs: 100 })
    await informer.synced
    expect(informer.get({ namespace: 'ns', name: 'of-100' })).toBeDefined()
    version = 5
    await eventually(() => informer.get({ namespace: 'ns', name: 'of-5' }) !== undefined)
    expect(informer.size).toBe(1)
    informer.stop()
  })

  test('keeps the managed fields of nothing', async () => {
    const object = configMapOf('a', '1', { managedFields: [{ manager: 'x' }] })
    const kube = await kubeOf((_, url) => (url.searchParams.has('watch') ? watchOf([]) : listOf('1', [object])))
    const informer = kube.informer(configMaps, {})
    await informer.synced
    expect(informer.list()[0]?.metadata.managedFields).toBeUndefined()
    informer.stop()
  })

  test('holds no more than it may, and says so', async () => {
    const items = Array.from({ length: 5 }, (_, index) => configMapOf(`n${index}`, String(index + 1)))
    const kube = await kubeOf(() => listOf('9', items))
    const faults: KubeError[] = []
    const informer = kube.informer(configMaps, { maxObjects: 3 }, { onFault: (fault) => faults.push(fault) })
    await eventually(() => faults.length > 0)
    informer.stop()
    expect(faults[0]).toMatchObject({ kind: 'too-large' })
    expect(informer.size).toBe(3)
    expect(informer.connected).toBe(false)
  })

  test('asks less and less often while it is refused', async () => {
    const waits: number[] = []
    const enough = Promise.withResolvers<void>()
    const sleep = async (ms: number) => {
      if (waits.push(ms) === 8) enough.resolve()
      if (waits.length >= 8) await new Promise(() => {})
    }
    const kube = await kubeOf(() => statusOf(403, 'Forbidden'), { sleep })
    const informer = kube.informer(configMaps, {})
    await enough.promise
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
    expect(server?.asked).toHaveLength(8)
    expect(informer.connected).toBe(false)
    informer.stop()
  })
})

describe('logs', () => {
  const pod = { name: 'p', namespace: 'ns' }

  test('say nothing but lines, however they come', async () => {
    const whole = encoder.encode('2026-01-01T00:00:00.123456789Z ä€\n2026-01-01T00:00:01Z \nno time here')
    const kube = await kubeOf(() =>
      streamOf(
        Array.from(whole, (byte) => Uint8Array.of(byte)),
        'close',
      ),
    )
    const lines = await Array.fromAsync(kube.logs(pod, { timestamps: true, tailLines: 0, container: 'a b' }))
    expect(lines).toEqual([
      { timestamp: '2026-01-01T00:00:00.123456789Z', text: 'ä€' },
      { timestamp: '2026-01-01T00:00:01Z', text: '' },
      { text: 'no time here' },
    ])
    expect(server?.asked).toEqual(['GET /api/v1/namespaces/ns/pods/p/log?timestamps=true&tailLines=0&container=a%20b'])
  })

  test('cut a line that never ends', async () => {
    const chunk = new Uint8Array(60_000).fill(0x61)
    const kube = await kubeOf(() => streamOf([chunk, chunk, encoder.encode('\nnext\n')], 'close'))
    const lines = await Array.fromAsync(kube.logs(pod))
    expect(lines.map((line) => line.text.length)).toEqual([64 * 1024, 4])
  })

  test('that were aborted before they began never ask', async () => {
    const kube = await kubeOf(() => streamOf([], 'stay'))
    expect(await Array.fromAsync(kube.logs(pod, { signal: AbortSignal.abort() }))).toEqual([])
    expect(server?.asked).toEqual([])
  })

  test('many at a time, all left at once, leave nothing behind', async () => {
    const open = new Set<Request>()
    const kube = await kubeOf((request) => {
      open.add(request)
      request.signal.addEventListener('abort', () => open.delete(request))
      return streamOf([encoder.encode('hello\n')], 'stay')
    })
    const streams = Array.from({ length: 100 }, () => kube.logs(pod, { follow: true }))
    await Promise.all(streams.map((stream) => stream.next()))
    expect(open.size).toBe(100)
    const waiting = streams.map((stream) => stream.next())
    for (const stream of streams) void stream.return?.()
    for (const step of await Promise.all(waiting)) expect(step.done).toBe(true)
    await eventually(() => open.size === 0)
  })
})
