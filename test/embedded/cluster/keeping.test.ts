import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Client, deploymentOf, makeNamespace, podsOf, readyPodOf, startFast, until } from './support/client'

let client: Client
const base = '/api/v1/namespaces/keep'
const apps = '/apis/apps/v1/namespaces/keep'
beforeAll(async () => {
  client = await startFast()
  await makeNamespace(client, 'keep')
})
afterAll(() => client.close())

test('an object with a finalizer waits for it, and goes with its last one', async () => {
  const path = `${base}/configmaps/held`
  await client.call('POST', `${base}/configmaps`, { metadata: { name: 'held', finalizers: ['example.org/hold'] } })
  const deleted = await client.call('DELETE', path)
  expect(deleted.body.metadata.deletionTimestamp).toBeString()
  expect((await client.get(path)).status).toBe(200)
  await client.patch(path, { metadata: { finalizers: null } })
  expect((await client.get(path)).status).toBe(404)
})

test('orphans stay without their owner, and what has lost its owner goes', async () => {
  await client.apply(`${apps}/deployments/parent`, deploymentOf('parent'))
  await readyPodOf(client, 'keep', 'parent')
  await client.call('DELETE', `${apps}/deployments/parent`, { propagationPolicy: 'Orphan' })
  await until(async () => (await client.get(`${apps}/deployments/parent`)).status === 404)
  const [set] = (await client.get(`${apps}/replicasets?labelSelector=app%3Dparent`)).body.items
  expect(set!.metadata.ownerReferences).toBeUndefined()
  expect(await podsOf(client, 'keep', 'parent')).toHaveLength(1)
  await client.call('DELETE', `${apps}/replicasets/${set!.metadata.name}`, {})
  await until(async () => (await podsOf(client, 'keep', 'parent')).length === 0)
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: crypto.randomUUID() }]
  await client.call('POST', `${base}/configmaps`, { metadata: { name: 'lost', ownerReferences } })
  await until(async () => (await client.get(`${base}/configmaps/lost`)).status === 404)
})

test('what is not served here is refused, and never done half', async () => {
  await client.call('POST', `${base}/configmaps`, { metadata: { name: 'whole' }, data: { a: '1' } })
  const path = `${base}/configmaps/whole`
  const statusOf = async (method: string, at: string, body: unknown = {}, type?: string) =>
    (await client.call(method, at, body, type)).status
  expect(await statusOf('POST', `${base}/services?dryRun=All`, { metadata: { name: 'dry' } })).toBe(400)
  expect(await statusOf('DELETE', path, { dryRun: ['All'] })).toBe(400)
  expect(await statusOf('PUT', path, { metadata: { name: 'whole' } })).toBe(405)
  expect(await statusOf('DELETE', `${base}/configmaps`)).toBe(405)
  expect(await statusOf('PATCH', path, [], 'application/json-patch+json')).toBe(415)
  expect(await statusOf('PATCH', `${path}?fieldManager=one`, 'a: 1', 'application/apply-patch+yaml')).toBe(400)
  expect(await statusOf('PATCH', `${apps}/deployments/none/scale`)).toBe(404)
  expect((await client.get('/apis/apps/v1/statefulsets')).status).toBe(404)
  expect((await client.get(`${base}/services/dry`)).status).toBe(404)
  expect((await client.get(path)).body.data).toEqual({ a: '1' })
})

test('a body that is too large is refused', async () => {
  const data = { big: 'x'.repeat(3 * 1024 * 1024) }
  const { status } = await client.call('POST', `${base}/configmaps`, { metadata: { name: 'big' }, data })
  expect(status).toBe(413)
  expect((await client.get('/readyz')).body.text).toBe('ok')
})

test('rebuilt, it has nothing of before: watches end, versions of before are gone, tokens of accounts are void', async () => {
  const other = await startFast()
  await makeNamespace(other, 'before')
  const { body } = await other.call('POST', '/api/v1/namespaces/before/serviceaccounts/default/token', {})
  const headers = { authorization: `Bearer ${body.status.token}` }
  expect((await fetch(`${other.url}/api/v1/pods`, { headers })).status).toBe(403)
  const list = (await other.get('/api/v1/namespaces')).body
  const path = `/api/v1/namespaces?watch=1&resourceVersion=${list.metadata.resourceVersion}`
  const watching = other.get(path)
  await until(async () => other.stats().watchers === 1)
  other.reset()
  await watching
  expect((await other.get('/api/v1/namespaces/before')).status).toBe(404)
  expect((await other.get('/api/v1/nodes')).body.items).toHaveLength(3)
  expect((await other.get(`${path}&timeoutSeconds=1`)).body).toMatchObject({ type: 'ERROR', object: { code: 410 } })
  expect((await fetch(`${other.url}/api/v1/pods`, { headers })).status).toBe(401)
  await other.close()
})

test('paused, nobody reaches it; resumed, it answers at the same address with all it had', async () => {
  const other = await startFast()
  await makeNamespace(other, 'kept')
  await other.pause()
  await expect(fetch(`${other.url}/readyz`)).rejects.toThrow()
  await expect(fetch(other.appsUrl)).rejects.toThrow()
  other.resume()
  expect((await other.get('/api/v1/namespaces/kept')).status).toBe(200)
  await other.close()
})

test('it does nothing while nothing happens', async () => {
  const other = await startFast()
  await makeNamespace(other, 'calm')
  await other.apply('/apis/apps/v1/namespaces/calm/deployments/calm', deploymentOf('calm'))
  await readyPodOf(other, 'calm', 'calm')
  await until(async () => other.stats().queued === 0 && other.stats().timers === 0)
  const { resourceVersion } = other.stats()
  await Bun.sleep(100)
  expect(other.stats()).toMatchObject({ resourceVersion, queued: 0, timers: 0, watchers: 0, logFollowers: 0 })
  await other.close()
})
