import { afterAll, beforeAll, expect, test } from 'bun:test'
import { until } from '../../support/until'
import { type Client, deploymentOf, makeNamespace, startFast } from './support/client'

let client: Client
const base = '/api/v1/namespaces/own'
const apps = '/apis/apps/v1/namespaces/own/deployments'
beforeAll(async () => {
  client = await startFast()
  await makeNamespace(client, 'own')
})
afterAll(() => client.close())

const configMap = (name: string, data: object, metadata = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
})

const applyAs = (manager: string, path: string, object: object) =>
  client.call('PATCH', `${path}?fieldManager=${manager}`, object, 'application/apply-patch+yaml')

test('two managers share an object: each removes only what it alone has set', async () => {
  await applyAs('one', `${base}/configmaps/shared`, configMap('shared', { a: '1', both: 'x' }))
  await applyAs('two', `${base}/configmaps/shared`, configMap('shared', { b: '2', both: 'x' }))
  const { body } = await applyAs('one', `${base}/configmaps/shared`, configMap('shared', {}))
  expect(body.data).toEqual({ b: '2', both: 'x' })
})

test('the last field of a map that is no longer applied takes the map along', async () => {
  await applyAs('one', `${base}/configmaps/labelled`, configMap('labelled', {}, { labels: { a: 'b' } }))
  const { body } = await applyAs('one', `${base}/configmaps/labelled`, configMap('labelled', {}))
  expect(body.metadata.labels).toBeUndefined()
})

test('containers, ports and environment are merged by their keys, not by their place', async () => {
  await applyAs('one', `${apps}/keyed`, deploymentOf('keyed', { container: { env: [{ name: 'A', value: '1' }] } }))
  const sidecar = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'keyed' },
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'app', env: [{ name: 'B', value: '2' }] },
            { name: 'side', image: 'side:1' },
          ],
        },
      },
    },
  }
  const { body } = await applyAs('two', `${apps}/keyed`, sidecar)
  const [app, side] = body.spec.template.spec.containers as unknown as { name: string; env?: { name: string }[] }[]
  expect([app!.name, side!.name]).toEqual(['app', 'side'])
  expect(app!.env!.map((each) => each.name).sort()).toEqual(['A', 'B'])
  const without = await applyAs('two', `${apps}/keyed`, { ...sidecar, spec: {} })
  expect(without.body.spec.template.spec.containers).toHaveLength(1)
  expect(without.body.spec.template.spec.containers[0]!.env).toEqual([{ name: 'A', value: '1' }])
})

test('a patch owns what it changes: a later apply of another number is a conflict', async () => {
  await applyAs('one', `${apps}/scaled`, deploymentOf('scaled', { replicas: 0 }))
  await client.patch(`${apps}/scaled?fieldManager=hand`, { spec: { replicas: 2 } })
  const { status, body } = await applyAs('one', `${apps}/scaled`, deploymentOf('scaled', { replicas: 0 }))
  expect(status).toBe(409)
  expect(body.message).toBe('Apply failed with 1 conflict: conflict with "hand" using apps/v1: .spec.replicas')
})

test('two values for one key are refused', async () => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'A', value: '2' },
  ]
  const { status, body } = await applyAs('one', `${apps}/twice`, deploymentOf('twice', { container: { env } }))
  expect(status).toBe(500)
  expect(body.message).toContain('duplicate entries for key [name="A"]')
})

test('quantities come back as the API writes them, and applying the first spelling again changes nothing', async () => {
  const container = { resources: { requests: { cpu: '0.5', memory: '1024Mi' } } }
  const first = await applyAs('one', `${apps}/amounts`, deploymentOf('amounts', { replicas: 0, container }))
  const { resources } = first.body.spec.template.spec.containers[0]!
  expect(resources!.requests).toEqual({ cpu: '500m', memory: '1Gi' })
  // Its controller writes the status once; only then nobody else changes it any more.
  const live = await until(
    'the status',
    () => client.get(`${apps}/amounts`),
    ({ body }) => body.status?.observedGeneration === body.metadata.generation,
  )
  const again = await applyAs('one', `${apps}/amounts`, deploymentOf('amounts', { replicas: 0, container }))
  expect(again.body.metadata.resourceVersion).toBe(live.body.metadata.resourceVersion)
})

test('a status is taken from its own subresource only', async () => {
  await applyAs('one', `${apps}/truth`, deploymentOf('truth', { replicas: 0 }))
  const lie = await client.patch(`${apps}/truth`, { status: { replicas: 9 } })
  expect(lie.body.status.replicas).toBeUndefined()
  const path = '/api/v1/nodes/node-b/status'
  const told = await client.patch(path, {
    spec: { unschedulable: true },
    status: { note: undefined, phase: 'Running' },
  })
  expect(told.body.status.phase).toBe('Running')
  expect(told.body.spec.unschedulable).toBeUndefined()
})

test('a name from a prototype is data like any other', async () => {
  const text =
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"proto"},"data":{"__proto__":"x","constructor":"y"}}'
  const { status } = await client.call('POST', `${base}/configmaps`, text)
  expect(status).toBeLessThan(500)
  expect(({} as Record<string, unknown>).x).toBeUndefined()
  expect((await client.get(`${base}/configmaps/constructor`)).status).toBe(404)
})
