import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { configMaps, createKube, deployments, loadConnection } from '../../src/kube'
import { type ContractTarget, contractTarget } from './cluster'
import { appOf } from './fixtures'
import { failureOf } from './waiting'

let target: ContractTarget
let namespace: string
beforeAll(async () => {
  target = await contractTarget()
  namespace = await target.makeNamespace()
})
afterAll(() => target.close())

/** A request as no client of ours would send it. */
async function sendRaw(path: string, init: RequestInit): Promise<{ status: number; body: Record<string, unknown> }> {
  const { connection } = target
  const headers = { ...(await connection.headers()), ...(init.headers as Record<string, string>) }
  const answer = await fetch(connection.server + path, { ...init, headers, tls: connection.tls })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

describe.concurrent('every refusal has its own kind', () => {
  test('401 for a token that nobody gave', async () => {
    const kube = createKube(await target.connect({ token: 'not-a-token' }))
    const fault = await failureOf(kube.list(configMaps, { namespace }))
    expect(fault).toMatchObject({ kind: 'unauthorized', status: 401, reason: 'Unauthorized', retryable: false })
    expect(Bun.inspect(fault)).not.toContain('not-a-token')
  })

  test('404 for an object, for its namespace and for a kind', async () => {
    const lost = { name: 'x', namespace: 'no-such-namespace' }
    expect(await failureOf(target.kube.get(configMaps, lost))).toMatchObject({ kind: 'not-found' })
    const fault = await failureOf(target.kube.apply(configMaps, { metadata: lost }))
    expect(fault).toMatchObject({ kind: 'not-found', message: 'namespaces "no-such-namespace" not found' })
    const strange = { ...configMaps, plural: 'strangethings' }
    expect(await failureOf(target.kube.list(strange, { namespace }))).toMatchObject({ kind: 'not-found', status: 404 })
  })

  test('422 for a name that is none', async () => {
    const fault = await failureOf(target.kube.create(configMaps, { metadata: { name: 'Not_A_Name', namespace } }))
    expect(fault).toMatchObject({ kind: 'invalid', status: 422, reason: 'Invalid', retryable: false })
    expect(fault).toMatchObject({ details: { causes: [{ reason: 'FieldValueInvalid', field: 'metadata.name' }] } })
  })

  test('422 for a Deployment whose selector is to change', async () => {
    const app = appOf({ name: 'immutable', namespace }, { replicas: 0 })
    await target.kube.apply(deployments, app)
    const labels = { 'app.kubernetes.io/name': 'immutable', more: 'labels' }
    app.spec!.selector.matchLabels = labels
    app.spec!.template.metadata!.labels = labels
    const fault = await failureOf(target.kube.apply(deployments, app))
    expect(fault).toMatchObject({
      kind: 'invalid',
      status: 422,
      message: expect.stringContaining('field is immutable'),
    })
    expect(fault).toMatchObject({ details: { causes: [{ field: 'spec.selector' }] } })
  })

  test('422 for a Deployment without what it needs', async () => {
    const app = appOf({ name: 'incomplete', namespace })
    app.spec!.template.spec!.containers = []
    const fault = await failureOf(target.kube.apply(deployments, app))
    expect(fault).toMatchObject({ kind: 'invalid', status: 422 })
    expect(fault).toMatchObject({
      details: { causes: [{ reason: 'FieldValueRequired', field: 'spec.template.spec.containers' }] },
    })
  })

  test('422 for more memory asked for than allowed', async () => {
    const app = appOf({ name: 'greedy', namespace })
    app.spec!.template.spec!.containers[0]!.resources = { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } }
    const fault = await failureOf(target.kube.apply(deployments, app))
    expect(fault).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('must be less than or equal to memory limit'),
    })
  })

  test('400 for a body that is no JSON', async () => {
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    const headers = { 'content-type': 'application/json' }
    const { status, body } = await sendRaw(path, { method: 'POST', headers, body: '{"metadata":' })
    expect(status).toBe(400)
    expect(body).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'BadRequest', code: 400 })
  })

  test('400 for an object of another kind or name than the address says', async () => {
    const path = `/api/v1/namespaces/${namespace}/configmaps/named?fieldManager=minispod`
    const headers = { 'content-type': 'application/apply-patch+yaml' }
    const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } }
    const { status, body } = await sendRaw(path, { method: 'PATCH', headers, body: JSON.stringify(other) })
    expect(status).toBe(400)
    expect(body).toMatchObject({ reason: 'BadRequest' })
  })

  test('415 for a patch in no known language', async () => {
    const path = `/api/v1/namespaces/${namespace}/configmaps/any`
    const { status, body } = await sendRaw(path, {
      method: 'PATCH',
      headers: { 'content-type': 'text/plain' },
      body: 'x',
    })
    expect(status).toBe(415)
    expect(body).toMatchObject({ reason: 'UnsupportedMediaType', code: 415 })
  })

  test('405 for a verb that the kind does not have', async () => {
    const { status, body } = await sendRaw(`/api/v1/namespaces/${namespace}/configmaps`, {
      method: 'PATCH',
      body: '{}',
    })
    expect(status).toBe(405)
    expect(body).toMatchObject({ reason: 'MethodNotAllowed' })
  })

  test('a port where nobody listens is unavailable, and worth another try', async () => {
    const kube = createKube(await loadConnection({ server: 'http://127.0.0.1:1' }))
    expect(await failureOf(kube.list(configMaps))).toMatchObject({ kind: 'unavailable', status: 0, retryable: true })
  })
})
