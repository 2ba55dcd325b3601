import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Client, deploymentOf, makeNamespace, readyPodOf, startFast, until } from './support/client'

let client: Client
const base = '/api/v1/namespaces/site'
beforeAll(async () => {
  client = await startFast()
  await makeNamespace(client, 'site')
  const backend = { service: { name: 'web', port: { name: 'http' } } }
  await client.apply(`/apis/networking.k8s.io/v1/namespaces/site/ingresses/web`, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: { rules: [{ host: 'web.apps.test', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
  })
  await client.apply(`${base}/services/web`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  })
})
afterAll(() => client.close())

async function visit(host: string, path = '/'): Promise<{ status: number; text: string; response: Response }> {
  const response = await fetch(client.appsUrl + path, { headers: { host } })
  return { status: response.status, text: await response.text(), response }
}

test('an app answers at its address with what would run there', async () => {
  const before = await visit('web.apps.test')
  expect(before.status).toBe(503)
  await client.apply('/apis/apps/v1/namespaces/site/deployments/web', deploymentOf('web', { image: 'n8nio/n8n:2' }))
  await readyPodOf(client, 'site', 'web')
  const { status, text, response } = await visit('web.apps.test:8080', '/any/path?x=1')
  expect(status).toBe(200)
  for (const shown of ['web', 'site', 'n8nio/n8n:2', 'running']) expect(text).toContain(shown)
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(text).not.toMatch(/https?:\/\//)
})

test('an address nobody has is not found, and what it says is escaped', async () => {
  const { status, text } = await visit('<script>.apps.test')
  expect(status).toBe(404)
  expect(text).not.toContain('<script>')
})

test('stopped, it says so, and says why when it can not start', async () => {
  await client.patch('/apis/apps/v1/namespaces/site/deployments/web', { spec: { replicas: 0 } })
  const stopped = await until(async () => {
    const seen = await visit('web.apps.test')
    return seen.status === 503 && seen.text.includes('stopped') && seen
  })
  expect(stopped.response.headers.get('retry-after')).toBe('5')
  const broken = deploymentOf('web', { image: 'does-not-exist:1' })
  await client.apply('/apis/apps/v1/namespaces/site/deployments/web', broken, '&force=true')
  await until(async () => (await visit('web.apps.test')).text.includes('ImagePullBackOff'))
})

test('with its Ingress the address goes', async () => {
  await client.call('DELETE', '/apis/networking.k8s.io/v1/namespaces/site/ingresses/web')
  expect((await visit('web.apps.test')).status).toBe(404)
})
