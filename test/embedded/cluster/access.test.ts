import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Client, makeNamespace, startFast } from './support/client'

const rbac = 'rbac.authorization.k8s.io'
const base = '/api/v1/namespaces/own'
let client: Client
let token: string
beforeAll(async () => {
  client = await startFast()
  await makeNamespace(client, 'own')
  await makeNamespace(client, 'other')
  token = (await client.call('POST', `${base}/serviceaccounts/default/token`, {})).body.status.token
})
afterAll(() => client.close())

const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace: 'own' }]
const statusAs = async (bearer: string, path: string, method = 'GET') =>
  (await fetch(client.url + path, { method, headers: { authorization: `Bearer ${bearer}` } })).status

test('without a token, with a wrong one and without rights nothing is told', async () => {
  expect((await fetch(`${client.url}${base}/pods`)).status).toBe(403)
  expect(await statusAs('wrong', `${base}/pods`)).toBe(401)
  expect(await statusAs(token, `${base}/pods`)).toBe(403)
})

test('a role gives what it names, in its namespace only', async () => {
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'], resourceNames: [] }]
  const roles = `/apis/${rbac}/v1/namespaces/own`
  await client.call('POST', `${roles}/roles`, { metadata: { name: 'reader' }, rules })
  const roleRef = { apiGroup: rbac, kind: 'Role', name: 'reader' }
  await client.call('POST', `${roles}/rolebindings`, { metadata: { name: 'reader' }, roleRef, subjects })
  expect(await statusAs(token, `${base}/configmaps`)).toBe(200)
  expect(await statusAs(token, `${base}/configmaps/x`)).toBe(403)
  expect(await statusAs(token, `${base}/configmaps/x`, 'DELETE')).toBe(403)
  expect(await statusAs(token, '/api/v1/namespaces/other/configmaps')).toBe(403)
  const turned = await client.patch(`${roles}/rolebindings/reader`, { roleRef: { name: 'admin' } })
  expect(turned.body.message).toContain('cannot change roleRef')
})

test('a cluster role bound to the cluster holds in every namespace, until the binding goes', async () => {
  const rules = [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['*'] }]
  const path = `/apis/${rbac}/v1`
  await client.call('POST', `${path}/clusterroles`, { metadata: { name: 'pods' }, rules })
  const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: 'pods' }
  await client.call('POST', `${path}/clusterrolebindings`, { metadata: { name: 'pods' }, roleRef, subjects })
  expect(await statusAs(token, '/api/v1/pods')).toBe(200)
  expect(await statusAs(token, '/api/v1/namespaces/other/pods/x/log')).toBe(404)
  expect(await statusAs(token, '/api/v1/namespaces/other/secrets')).toBe(403)
  await client.call('DELETE', `${path}/clusterrolebindings/pods`)
  expect(await statusAs(token, '/api/v1/pods')).toBe(403)
})
