import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Change, type ConfigMap, configMaps, createKube, type Kube, type KubeError } from '../../src/kube'
import { createHand, type WatchEvent } from '../support/hand'
import { type ContractTarget, contractTarget } from './cluster'
import { startTcpProxy } from './tcp-proxy'
import { eventually, failureOf, takeUntil } from './waiting'

let target: ContractTarget
beforeAll(async () => {
  target = await contractTarget()
})
afterAll(() => target.close())

const put = (namespace: string, name: string, value: string) =>
  target.kube.apply(configMaps, { metadata: { name, namespace, labels: { watched: 'yes' } }, data: { value } })

const words = (events: WatchEvent<ConfigMap>[]) =>
  events.flatMap((event) =>
    event.type === 'BOOKMARK' ? [] : `${event.type} ${event.object.metadata.name} ${event.object.data?.value}`,
  )

const isOf = (type: string, name: string, value?: string) => (event: WatchEvent<ConfigMap>) =>
  event.type === type &&
  event.type !== 'BOOKMARK' &&
  event.object.metadata.name === name &&
  (value === undefined || event.object.data?.value === value)

describe.concurrent('watch', () => {
  const labelSelector = 'watched=yes'

  test('begins with what is there, then says what changes, in order', async () => {
    const namespace = await target.makeNamespace()
    await put(namespace, 'a', '1')
    const watch = target.kube.watch(configMaps, { namespace, labelSelector })
    const seen = await takeUntil(watch, isOf('ADDED', 'a'))
    await put(namespace, 'b', '1')
    await put(namespace, 'a', '2')
    await target.kube.remove(configMaps, { namespace, name: 'a' })
    seen.push(...(await takeUntil(watch, isOf('DELETED', 'a'))))
    await watch.return?.()
    expect(words(seen)).toEqual(['ADDED a 1', 'ADDED b 1', 'MODIFIED a 2', 'DELETED a 2'])
  })

  test('from a version on says only what came after it', async () => {
    const namespace = await target.makeNamespace()
    const first = await put(namespace, 'a', '1')
    await put(namespace, 'b', '1')
    const { resourceVersion } = first.metadata
    const watch = target.kube.watch(configMaps, { namespace, labelSelector, resourceVersion })
    const seen = await takeUntil(watch, isOf('ADDED', 'b'))
    await watch.return?.()
    expect(words(seen)).toEqual(['ADDED b 1'])
  })

  test('from the version of a list misses nothing and repeats nothing', async () => {
    const namespace = await target.makeNamespace()
    await put(namespace, 'a', '1')
    const { resourceVersion } = await target.kube.list(configMaps, { namespace })
    await put(namespace, 'a', '2')
    const watch = target.kube.watch(configMaps, { namespace, labelSelector, resourceVersion })
    expect(words(await takeUntil(watch, isOf('MODIFIED', 'a')))).toEqual(['MODIFIED a 2'])
    await watch.return?.()
  })

  test('of a selector sees an object enter and leave it', async () => {
    const namespace = await target.makeNamespace()
    const { resourceVersion } = await put(namespace, 'a', '1').then((made) => made.metadata)
    const watch = target.kube.watch(configMaps, { namespace, labelSelector: 'colour=red', resourceVersion })
    const ref = { name: 'a', namespace }
    await target.kube.mergePatch(configMaps, ref, { metadata: { labels: { colour: 'red' } } })
    await target.kube.mergePatch(configMaps, ref, { metadata: { labels: { colour: 'blue' } } })
    const seen = await takeUntil(watch, isOf('DELETED', 'a'))
    await watch.return?.()
    expect(words(seen)).toEqual(['ADDED a 1', 'DELETED a 1'])
  })

  test('gets a bookmark, so that a quiet watch can be resumed', async () => {
    const namespace = await target.makeNamespace()
    const { resourceVersion } = await target.kube.list(configMaps, { namespace })
    const watch = target.kube.watch(configMaps, { namespace, resourceVersion, labelSelector, timeoutSeconds: 4 })
    const seen = await takeUntil(watch, (event) => event.type === 'BOOKMARK')
    await watch.return?.()
    expect(Number((seen.at(-1) as { resourceVersion: string }).resourceVersion)).toBeGreaterThanOrEqual(
      Number(resourceVersion),
    )
  })

  test('closes its socket at once when aborted, and ends quietly', async () => {
    const namespace = await target.makeNamespace()
    const proxy = await startTcpProxy(target.connection.server)
    const kube = createHand(await target.connect({ server: proxy.url }))
    const stopping = new AbortController()
    const watch = kube.watch(configMaps, { namespace, signal: stopping.signal })
    await takeUntil(watch, isOf('ADDED', 'kube-root-ca.crt'))
    const waiting = failureOf(takeUntil(watch, () => false))
    expect(proxy.connections).toBe(1)
    stopping.abort()
    expect(await waiting).toMatchObject({ message: expect.stringContaining('the stream ended') })
    expect(await watch.next()).toEqual({ done: true, value: undefined })
    await eventually(() => proxy.connections === 0)
    proxy.close()
  })

  test('of what one may not see throws', async () => {
    const kube = createHand(await target.connect({ token: 'not-a-token' }))
    const fault = await failureOf(takeUntil(kube.watch(configMaps, { namespace: 'default' }), () => true))
    expect(fault).toMatchObject({ kind: 'unauthorized' })
  })
})

describe.concurrent('informer', () => {
  const labelSelector = 'watched=yes'

  test('holds what is there, follows what changes, and finds by label', async () => {
    const namespace = await target.makeNamespace()
    await put(namespace, 'a', '1')
    await put(namespace, 'b', '1')
    const changes: string[] = []
    const onChange = (change: Change<string>) => changes.push(`${change.type} ${change.key} ${change.object}`)
    const trim = (object: ConfigMap) => object.data?.value ?? ''
    const options = { namespace, labelSelector, trim, indexLabel: 'colour', pageSize: 1 }
    const informer = target.kube.informer(configMaps, options, { onChange })
    await informer.synced
    expect(informer.connected).toBe(true)
    expect(informer.list().sort()).toEqual(['1', '1'])
    await target.kube.mergePatch(configMaps, { name: 'b', namespace }, { metadata: { labels: { colour: 'red' } } })
    await put(namespace, 'a', '2')
    await target.kube.remove(configMaps, { namespace, name: 'a' })
    await put(namespace, 'c', '3')
    await eventually(() => informer.get({ namespace, name: 'c' }) === '3')
    expect(informer.get({ namespace, name: 'a' })).toBeUndefined()
    expect(informer.byLabel('red')).toEqual(['1'])
    expect(changes).toEqual([
      `added ${namespace}/a 1`,
      `added ${namespace}/b 1`,
      `modified ${namespace}/b 1`,
      `modified ${namespace}/a 2`,
      `deleted ${namespace}/a 2`,
      `added ${namespace}/c 3`,
    ])
    informer.stop()
    expect(informer.connected).toBe(false)
  })

  /** An informer that writes down what it is told. */
  function follow(kube: Kube, namespace: string, options: { timeoutSeconds?: number; silenceMs?: number } = {}) {
    const changes: string[] = []
    const faults: KubeError[] = []
    const informer = kube.informer(
      configMaps,
      { namespace, labelSelector, ...options },
      {
        onChange: ({ type, object }) => changes.push(`${type} ${object.metadata.name} ${object.data?.value}`),
        onFault: (fault) => faults.push(fault),
      },
    )
    return { informer, changes, faults }
  }

  test('goes on after the server ended its watch', async () => {
    const namespace = await target.makeNamespace()
    await put(namespace, 'a', '1')
    const { informer, changes, faults } = follow(target.kube, namespace, { timeoutSeconds: 2 })
    await informer.synced
    await Bun.sleep(5_000)
    await put(namespace, 'b', '1')
    await eventually(() => changes.length === 2)
    informer.stop()
    expect(changes).toEqual(['added a 1', 'added b 1'])
    expect(faults).toEqual([])
  })

  test('goes on after its socket broke, and misses nothing that happened meanwhile', async () => {
    const namespace = await target.makeNamespace()
    const proxy = await startTcpProxy(target.connection.server)
    await put(namespace, 'a', '1')
    const kube = createKube(await target.connect({ server: proxy.url }))
    const { informer, changes, faults } = follow(kube, namespace)
    await informer.synced
    proxy.open = false
    proxy.drop()
    await eventually(() => !informer.connected)
    await put(namespace, 'b', '1')
    await target.kube.remove(configMaps, { namespace, name: 'a' })
    proxy.open = true
    await eventually(() => changes.length === 3)
    informer.stop()
    proxy.close()
    expect(changes.toSorted()).toEqual(['added a 1', 'added b 1', 'deleted a 1'])
    expect(faults.length).toBeGreaterThan(0)
    expect(faults.every((fault) => fault.kind === 'unavailable')).toBe(true)
  })

  test('gives up a socket that says nothing, and resumes on another', async () => {
    const namespace = await target.makeNamespace()
    const proxy = await startTcpProxy(target.connection.server)
    await put(namespace, 'a', '1')
    const kube = createKube(await target.connect({ server: proxy.url }))
    const { informer, changes } = follow(kube, namespace, { silenceMs: 2_000 })
    await informer.synced
    proxy.hush()
    await put(namespace, 'b', '1')
    await eventually(() => changes.length === 2)
    informer.stop()
    proxy.close()
    expect(changes).toEqual(['added a 1', 'added b 1'])
  })

  test('says that it lost the server, and finds by listing what was deleted meanwhile', async () => {
    const namespace = await target.makeNamespace()
    const proxy = await startTcpProxy(target.connection.server)
    const kube = createKube(await target.connect({ server: proxy.url }))
    await put(namespace, 'a', '1')
    await put(namespace, 'b', '1')
    const said: string[] = []
    const informer = kube.informer(
      configMaps,
      { namespace, labelSelector },
      {
        onConnected: (connected) => said.push(connected ? 'connected' : 'lost'),
        onChange: (change) => said.push(`${change.type} ${change.object.metadata.name}`),
      },
    )
    await informer.synced
    proxy.open = false
    proxy.drop()
    await eventually(() => !informer.connected)
    await target.kube.remove(configMaps, { namespace, name: 'a' })
    await Bun.sleep(1_200)
    proxy.open = true
    await eventually(() => informer.connected && informer.size === 1)
    expect(said).toEqual(['added a', 'added b', 'connected', 'lost', 'deleted a', 'connected'])
    informer.stop()
    await eventually(() => proxy.connections === 0)
    proxy.close()
  })
})
