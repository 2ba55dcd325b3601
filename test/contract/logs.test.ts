import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createKube, deployments, type LogLine, type LogOptions, type Ref } from '../../src/kube'
import { type ContractTarget, contractTarget } from './cluster'
import { appOf, onePodOf, runningPodOf } from './fixtures'
import { startTcpProxy } from './tcp-proxy'
import { eventually, failureOf, takeUntil } from './waiting'

let target: ContractTarget
let pod: Ref
let namespace: string
beforeAll(async () => {
  target = await contractTarget()
  namespace = await target.makeNamespace()
  await target.kube.apply(deployments, appOf({ name: 'talker', namespace }))
  await target.kube.apply(deployments, appOf({ name: 'homeless', namespace }, { cpu: '10000' }))
  pod = (await runningPodOf(target.kube, { name: 'talker', namespace })).metadata
  await eventually(async () => (await readAll({})).length >= 5)
})
afterAll(() => target.close())

async function readAll(options: LogOptions): Promise<LogLine[]> {
  const lines: LogLine[] = []
  for await (const line of target.kube.logs(pod, options)) lines.push(line)
  return lines
}

const numbersOf = (lines: LogLine[]) =>
  lines.map((line) => Number(/^line (\d+)$/.exec(line.text)?.[1])).filter((number) => !Number.isNaN(number))

describe.concurrent('the log of a container', () => {
  test('is history, in order, colours and characters as they were written', async () => {
    const lines = await readAll({})
    expect(lines[0]).toEqual({ text: 'started' })
    expect(lines[1]?.text).toBe('\u001b[31mwarning\u001b[0m: colours and ünïcode')
    const numbers = numbersOf(lines)
    expect(numbers.length).toBeGreaterThan(2)
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  })

  test('has times beside the lines where asked', async () => {
    const lines = await readAll({ timestamps: true, container: 'app' })
    expect(lines[0]?.text).toBe('started')
    for (const line of lines) expect(line.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/)
  })

  test('ends with as many lines as asked, also with none', async () => {
    const tail = await readAll({ tailLines: 2 })
    expect(tail).toHaveLength(2)
    expect(await readAll({ tailLines: 0 })).toEqual([])
  })

  test('goes back only so far, by time or by seconds', async () => {
    const all = await readAll({ timestamps: true })
    const sinceTime = new Date(Date.now() - 2_000).toISOString()
    const since = await readAll({ sinceTime, timestamps: true })
    expect(since.length).toBeLessThan(all.length)
    for (const line of since) expect(Date.parse(line.timestamp!)).toBeGreaterThanOrEqual(Date.parse(sinceTime) - 1_000)
    expect((await readAll({ sinceSeconds: 2 })).length).toBeLessThan(all.length)
    expect(await readAll({ sinceTime: new Date(Date.now() + 3_600_000).toISOString() })).toEqual([])
  })

  test('is refused when asked to go back by both', async () => {
    const both = readAll({ sinceSeconds: 1, sinceTime: new Date().toISOString() })
    expect(['bad-request', 'invalid']).toContain(((await failureOf(both)) as { kind: string }).kind)
  })

  test('is cut at as many bytes as asked', async () => {
    const lines = await readAll({ limitBytes: 10 })
    expect(lines.map((line) => line.text).join('\n').length).toBeLessThanOrEqual(10)
  })

  test('of the run before is another', async () => {
    const lines = await readAll({ previous: true })
    expect(lines.map((line) => line.text)).toContain('the last line of the run before')
  })

  test('is followed: new lines come as they are written, without a gap', async () => {
    const log = target.kube.logs(pod, { follow: true, tailLines: 1 })
    let taken = 0
    const numbers = numbersOf(await takeUntil(log, () => ++taken === 5))
    await log.return?.()
    expect(numbers.length).toBeGreaterThan(2)
    expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index))
  })

  test('followed from a time on goes on where a reader stopped', async () => {
    const before = await readAll({ timestamps: true, tailLines: 2 })
    const options = { follow: true, timestamps: true, sinceTime: before[0]!.timestamp! }
    const log = target.kube.logs(pod, options)
    const lines = await takeUntil(log, (line) => line.timestamp! > before[1]!.timestamp!)
    await log.return?.()
    expect(lines).toContainEqual(before[1]!)
  })

  test('stops at once and quietly when aborted, and closes its socket', async () => {
    const proxy = await startTcpProxy(target.connection.server)
    const kube = createKube(await target.connect({ server: proxy.url }))
    const stopping = new AbortController()
    const log = kube.logs(pod, { follow: true, tailLines: 1, signal: stopping.signal })
    await log.next()
    const waiting = takeUntil(log, () => false)
    stopping.abort()
    await failureOf(waiting)
    expect(await log.next()).toEqual({ done: true, value: undefined })
    await eventually(() => proxy.connections === 0)
    proxy.close()
  })

  test('left by a reader who waits for nothing closes its socket too', async () => {
    const proxy = await startTcpProxy(target.connection.server)
    const kube = createKube(await target.connect({ server: proxy.url }))
    for await (const line of kube.logs(pod, { follow: true, tailLines: 1 })) {
      expect(line.text).not.toBe('')
      break
    }
    await eventually(() => proxy.connections === 0)
    proxy.close()
  })

  test('whose socket breaks says so', async () => {
    const proxy = await startTcpProxy(target.connection.server)
    const kube = createKube(await target.connect({ server: proxy.url }))
    const log = kube.logs(pod, { follow: true, tailLines: 1 })
    await log.next()
    proxy.drop()
    expect(await failureOf(takeUntil(log, () => false))).toMatchObject({ kind: 'unavailable', retryable: true })
    proxy.close()
  })

  test('of a pod or a container that is not there says so, of one on no node yet is empty', async () => {
    const first = (ref: Ref, options: LogOptions = {}) =>
      failureOf(takeUntil(target.kube.logs(ref, options), () => true))
    expect(await first({ name: 'nobody', namespace })).toMatchObject({ kind: 'not-found' })
    const stranger = await first(pod, { container: 'stranger' })
    expect(stranger).toMatchObject({
      kind: 'bad-request',
      message: expect.stringContaining('container stranger is not valid for pod'),
    })
    const homeless = await onePodOf(target.kube, { name: 'homeless', namespace })
    expect(await target.kube.logs(homeless.metadata).next()).toEqual({ done: true, value: undefined })
  })
})
