import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Client, deploymentOf, makeNamespace, readyPodOf, startFast, until } from './support/client'

let client: Client
beforeAll(async () => {
  client = await startFast()
})
afterAll(() => client.close())

const core = (namespace: string) => `/api/v1/namespaces/${namespace}`
const podOf = (container = {}, spec = {}) => ({
  metadata: { name: 'pod' },
  spec: { containers: [{ name: 'app', image: 'app:1', ...container }], ...spec },
})

test('a quota refuses what does not say how much it takes, and what would be too much', async () => {
  const base = core(await makeNamespace(client, 'quota'))
  const hard = { 'requests.cpu': '100m', 'services.nodeports': '0' }
  await client.call('POST', `${base}/resourcequotas`, { metadata: { name: 'small' }, spec: { hard } })
  const silent = await client.call('POST', `${base}/pods`, podOf())
  expect(silent.status).toBe(403)
  expect(silent.body.message).toContain('failed quota: small: must specify requests.cpu for: app')
  const greedy = await client.call('POST', `${base}/pods`, podOf({ resources: { requests: { cpu: '200m' } } }))
  expect(greedy.body.message).toContain(
    'exceeded quota: small, requested: requests.cpu=200m, used: requests.cpu=0, limited: requests.cpu=100m',
  )
  const spec = { type: 'NodePort', ports: [{ port: 80 }] }
  expect((await client.call('POST', `${base}/services`, { metadata: { name: 'open' }, spec })).status).toBe(403)
  expect((await client.call('POST', `${base}/pods`, podOf({ resources: { requests: { cpu: '50m' } } }))).status).toBe(
    201,
  )
})

test('a limit range gives what is left out, and refuses what is out of its bounds', async () => {
  const base = core(await makeNamespace(client, 'limits'))
  const limits = [
    { type: 'Container', default: { memory: '64Mi' }, max: { memory: '128Mi' } },
    { type: 'Pod', max: { cpu: '1' } },
    { type: 'PersistentVolumeClaim', max: { storage: '1Gi' } },
  ]
  await client.call('POST', `${base}/limitranges`, { metadata: { name: 'bounds' }, spec: { limits } })
  const resources = { requests: { memory: '256Mi', cpu: '2' }, limits: { memory: '256Mi', cpu: '2' } }
  const large = await client.call('POST', `${base}/pods`, podOf({ resources }))
  expect(large.status).toBe(403)
  expect(large.body.message).toContain('maximum memory usage per Container is 128Mi, but limit is 256Mi')
  expect(large.body.message).toContain('maximum cpu usage per Pod is 1, but limit is 2')
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } }
  const wide = await client.call('POST', `${base}/persistentvolumeclaims`, { metadata: { name: 'wide' }, spec: claim })
  expect(wide.body.message).toContain('maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi')
  const fit = { requests: { cpu: '1' }, limits: { cpu: '1' } }
  const made = await client.call('POST', `${base}/pods`, podOf({ resources: fit }))
  expect(made.body.spec.containers[0]!.resources?.limits).toEqual({ cpu: '1', memory: '64Mi' })
})

test('pod security refuses by the level that the namespace asks for', async () => {
  const enforce = (level: string) => ({ 'pod-security.kubernetes.io/enforce': level })
  const baseline = core(await makeNamespace(client, 'baseline', enforce('baseline')))
  const restricted = core(await makeNamespace(client, 'restricted', enforce('restricted')))
  const volumes = [{ name: 'host', hostPath: { path: '/' } }]
  const mounted = await client.call('POST', `${baseline}/pods`, podOf({}, { volumes }))
  expect(mounted.status).toBe(403)
  expect(mounted.body.message).toContain('hostPath volumes (volume "host")')
  expect((await client.call('POST', `${baseline}/pods`, podOf())).status).toBe(201)
  const open = await client.call('POST', `${restricted}/pods`, podOf())
  expect(open.body.message).toContain('violates PodSecurity "restricted')
  expect(open.body.message).toContain('runAsNonRoot != true')
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
  const pod = { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } }
  expect((await client.call('POST', `${restricted}/pods`, podOf({ securityContext }, pod))).status).toBe(201)
})

test('a claim grows where its class lets it, and never shrinks', async () => {
  const base = core(await makeNamespace(client, 'storage'))
  const claimOf = (name: string, storageClassName: string) => ({
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Gi' } } },
  })
  const stiff = { metadata: { name: 'stiff' }, provisioner: 'example.org/disk', volumeBindingMode: 'Immediate' }
  await client.call('POST', '/apis/storage.k8s.io/v1/storageclasses', stiff)
  const grow = (name: string, storage: string) =>
    client.patch(`${base}/persistentvolumeclaims/${name}`, { spec: { resources: { requests: { storage } } } })
  for (const name of ['stiff', 'expandable']) {
    await client.call('POST', `${base}/persistentvolumeclaims`, claimOf(name, name))
    const claim = `${base}/persistentvolumeclaims/${name}`
    await until(async () => (await client.get(claim)).body.status.phase === 'Bound')
  }
  expect((await grow('stiff', '2Gi')).status).toBe(403)
  expect((await grow('expandable', '2Gi')).status).toBe(200)
  const grown = `${base}/persistentvolumeclaims/expandable`
  await until(async () => (await client.get(grown)).body.status.capacity?.storage === '2Gi')
  expect((await grow('expandable', '1Gi')).status).toBe(422)
})

test('a field that nobody knows is refused where the caller asks for it, and objects of wrong types always', async () => {
  const base = core(await makeNamespace(client, 'strict'))
  const odd = { metadata: { name: 'odd' }, data: {}, colour: 'red' }
  expect((await client.call('POST', `${base}/configmaps?fieldValidation=Strict`, odd)).status).toBe(400)
  expect((await client.call('POST', `${base}/configmaps`, odd)).status).toBe(201)
  const wrong = { metadata: { name: 'wrong' }, data: ['a'] }
  expect((await client.call('POST', `${base}/configmaps`, wrong)).status).toBe(400)
})

test('a namespace on its way out takes nothing new, and goes with all that was in it', async () => {
  const base = core(await makeNamespace(client, 'leaving'))
  await client.apply('/apis/apps/v1/namespaces/leaving/deployments/web', deploymentOf('web'))
  await readyPodOf(client, 'leaving', 'web')
  await client.call('POST', `${base}/configmaps`, { metadata: { name: 'held', finalizers: ['example.org/hold'] } })
  await client.call('DELETE', base)
  const late = await client.call('POST', `${base}/configmaps`, { metadata: { name: 'late' } })
  expect(late.status).toBe(403)
  expect(late.body.message).toContain('because it is being terminated')
  await client.patch(`${base}/configmaps/held`, { metadata: { finalizers: null } })
  await until(async () => (await client.get(base)).status === 404)
  expect((await client.get(`${base}/pods`)).body.items).toEqual([])
})
