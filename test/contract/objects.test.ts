import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { configMaps, deployments, ingresses, namespaces, secrets, services } from '../../src/kube'
import { type ContractTarget, contractTarget } from './cluster'
import { appOf } from './fixtures'
import { eventually, failureOf } from './waiting'

let target: ContractTarget
let namespace: string
beforeAll(async () => {
  target = await contractTarget()
  namespace = await target.makeNamespace()
})
afterAll(() => target.close())

describe.concurrent('server-side apply', () => {
  test('creates what is not there and says what the server made of it', async () => {
    const made = await target.kube.apply(configMaps, {
      metadata: { name: 'made', namespace, labels: { a: 'b' } },
      data: { key: 'välue' },
    })
    expect(made).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { key: 'välue' } })
    expect(made.metadata).toMatchObject({ name: 'made', namespace, labels: { a: 'b' } })
    expect(made.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/)
    expect(made.metadata.resourceVersion).toMatch(/^\d+$/)
    expect(Date.parse(made.metadata.creationTimestamp)).toBeGreaterThan(Date.now() - 120_000)
    expect(made.metadata.managedFields?.[0]).toMatchObject({ manager: 'minispod', operation: 'Apply' })
  })

  test('changes fields, removes what is no longer named, and leaves the rest alone', async () => {
    const ref = { name: 'changed', namespace }
    await target.kube.apply(configMaps, {
      metadata: { ...ref, labels: { mine: '1' } },
      data: { kept: '1', dropped: '1' },
    })
    await target.kube.mergePatch(configMaps, ref, { metadata: { annotations: { other: 'yes' } } })
    const changed = await target.kube.apply(configMaps, { metadata: ref, data: { kept: '2', added: '1' } })
    expect(changed.data).toEqual({ kept: '2', added: '1' })
    expect(changed.metadata.labels).toBeUndefined()
    expect(changed.metadata.annotations).toEqual({ other: 'yes' })
  })

  test('of the same thing changes nothing, not even the resource version', async () => {
    const app = appOf({ name: 'same', namespace }, { replicas: 0 })
    await target.kube.apply(deployments, app)
    const settled = await eventually(async () => {
      const seen = await target.kube.get(deployments, app.metadata)
      return seen.status?.observedGeneration === seen.metadata.generation && seen
    })
    const again = await target.kube.apply(deployments, app)
    expect(again.metadata.resourceVersion).toBe(settled.metadata.resourceVersion)
    expect(again.metadata.generation).toBe(settled.metadata.generation)
  })

  test('raises the generation of a Deployment only where its spec changes', async () => {
    const ref = { name: 'generation', namespace }
    const first = await target.kube.apply(deployments, appOf(ref, { replicas: 0 }))
    const app = appOf(ref, { replicas: 0 })
    app.metadata.labels = { ...app.metadata.labels, extra: 'label' }
    const labelled = await target.kube.apply(deployments, app)
    const respecified = await target.kube.apply(
      deployments,
      appOf(ref, { replicas: 0, image: 'registry.example/app:2' }),
    )
    expect(first.metadata.generation).toBe(1)
    expect(labelled.metadata.generation).toBe(1)
    expect(respecified.metadata.generation).toBe(2)
  })

  test('fills in the defaults of the API', async () => {
    const made = await target.kube.apply(deployments, appOf({ name: 'defaults', namespace }, { replicas: 0 }))
    expect(made.spec).toMatchObject({
      replicas: 0,
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: { spec: { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler' } },
    })
    expect(made.spec?.template.spec?.containers[0]).toMatchObject({
      imagePullPolicy: 'IfNotPresent',
      terminationMessagePath: '/dev/termination-log',
      ports: [{ containerPort: 8080, protocol: 'TCP' }],
    })
  })

  test('conflicts with a field that another manager owns, and takes it over when forced', async () => {
    const ref = { name: 'contested', namespace }
    await target.kube.apply(configMaps, { metadata: ref, data: { key: 'ours' } })
    const { connection } = target
    const answer = await fetch(
      `${connection.server}/api/v1/namespaces/${namespace}/configmaps/contested?fieldManager=other&force=true`,
      {
        method: 'PATCH',
        headers: { ...(await connection.headers()), 'content-type': 'application/apply-patch+yaml' },
        body: JSON.stringify({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'contested' },
          data: { key: 'theirs' },
        }),
        tls: connection.tls,
      },
    )
    expect(answer.status).toBe(200)
    const fault = await failureOf(target.kube.apply(configMaps, { metadata: ref, data: { key: 'ours again' } }))
    expect(fault).toMatchObject({ kind: 'conflict', status: 409, reason: 'Conflict', retryable: false })
    expect(fault).toMatchObject({ details: { causes: [{ reason: 'FieldManagerConflict', field: '.data.key' }] } })
    const forced = await target.kube.apply(configMaps, { metadata: ref, data: { key: 'ours again' } }, { force: true })
    expect(forced.data).toEqual({ key: 'ours again' })
  })

  test('refuses a field that the API does not know', async () => {
    const app = appOf({ name: 'strict', namespace })
    Object.assign(app.spec ?? {}, { replicaz: 3 })
    const fault = await failureOf(target.kube.apply(deployments, app))
    expect(fault).toMatchObject({ kind: 'invalid', retryable: false })
    expect(fault).toMatchObject({ message: expect.stringContaining('.spec.replicaz: field not declared in schema') })
    expect(await failureOf(target.kube.create(deployments, app))).toMatchObject({
      kind: 'bad-request',
      message: expect.stringContaining('strict decoding error: unknown field "spec.replicaz"'),
    })
    expect(await target.kube.find(deployments, app.metadata)).toBeUndefined()
  })

  test('keeps a Secret as base64, also what came as plain text', async () => {
    const made = await target.kube.apply(secrets, {
      metadata: { name: 'secret', namespace },
      stringData: { password: 'geheim' },
    })
    expect(made.data).toEqual({ password: 'Z2VoZWlt' })
    expect(made.type).toBe('Opaque')
    expect(made.stringData).toBeUndefined()
  })

  test('gives a Service a cluster address that stays', async () => {
    const manifest = {
      metadata: { name: 'web', namespace },
      spec: { selector: { a: 'b' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    }
    const made = await target.kube.apply(services, manifest)
    expect(made.spec).toMatchObject({ type: 'ClusterIP', sessionAffinity: 'None' })
    expect(made.spec?.clusterIP).toMatch(/^10\.43\.\d+\.\d+$/)
    expect(made.spec?.ports).toEqual([{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }])
    const again = await target.kube.apply(services, manifest)
    expect(again.spec?.clusterIP).toBe(made.spec!.clusterIP!)
    expect(again.metadata.resourceVersion).toBe(made.metadata.resourceVersion)
  })

  test('keeps an Ingress with its rules', async () => {
    const backend = { service: { name: 'web', port: { number: 80 } } }
    const rules = [{ host: 'a.example.test', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }]
    const made = await target.kube.apply(ingresses, {
      metadata: { name: 'web', namespace },
      spec: { ingressClassName: 'traefik', rules },
    })
    expect(made.spec).toEqual({ ingressClassName: 'traefik', rules })
  })
})

describe.concurrent('create, get, patch, remove', () => {
  test('get of what is not there is not found, find answers nothing', async () => {
    const ref = { name: 'nobody', namespace }
    expect(await target.kube.find(configMaps, ref)).toBeUndefined()
    const fault = await failureOf(target.kube.get(configMaps, ref))
    expect(fault).toMatchObject({
      kind: 'not-found',
      status: 404,
      reason: 'NotFound',
      message: 'configmaps "nobody" not found',
    })
    expect(fault).toMatchObject({ details: { name: 'nobody', kind: 'configmaps' }, retryable: false })
  })

  test('a second create of the same name already exists', async () => {
    const manifest = { metadata: { name: 'once', namespace } }
    await target.kube.create(configMaps, manifest)
    const fault = await failureOf(target.kube.create(configMaps, manifest))
    expect(fault).toMatchObject({ kind: 'already-exists', status: 409, reason: 'AlreadyExists' })
  })

  test('a merge patch sets, and removes by null', async () => {
    const ref = { name: 'patched', namespace }
    await target.kube.create(configMaps, { metadata: ref, data: { a: '1', b: '2' } })
    const patched = await target.kube.mergePatch(configMaps, ref, { data: { a: null, c: '3' } })
    expect(patched.data).toEqual({ b: '2', c: '3' })
  })

  test('remove takes the object away once, and is content without one', async () => {
    const ref = { name: 'deleted', namespace }
    await target.kube.create(configMaps, { metadata: ref })
    expect(await target.kube.remove(configMaps, ref)).toBe(true)
    expect(await target.kube.find(configMaps, ref)).toBeUndefined()
    expect(await target.kube.remove(configMaps, ref)).toBe(false)
  })

  test('a deleted namespace goes with all that is in it', async () => {
    const doomed = await target.makeNamespace()
    await target.kube.apply(configMaps, { metadata: { name: 'inside', namespace: doomed } })
    await target.kube.apply(deployments, appOf({ name: 'inside', namespace: doomed }))
    await target.kube.remove(namespaces, { name: doomed })
    const dying = await target.kube.find(namespaces, { name: doomed })
    if (dying) {
      expect(dying.status?.phase).toBe('Terminating')
      expect(dying.metadata.deletionTimestamp).toBeDefined()
    }
    const refused = await failureOf(target.kube.create(configMaps, { metadata: { name: 'late', namespace: doomed } }))
    expect(['forbidden', 'not-found']).toContain((refused as { kind: string }).kind)
    await eventually(async () => (await target.kube.find(namespaces, { name: doomed })) === undefined)
    expect(await target.kube.find(deployments, { name: 'inside', namespace: doomed })).toBeUndefined()
    expect(await target.kube.find(configMaps, { name: 'inside', namespace: doomed })).toBeUndefined()
  })
})

describe('list', () => {
  const names = Array.from({ length: 7 }, (_, index) => `item-${index}`)
  beforeAll(async () => {
    for (const [index, name] of names.entries()) {
      await target.kube.create(configMaps, {
        metadata: { name, namespace, labels: { set: 'listed', parity: index % 2 ? 'odd' : 'even' } },
      })
    }
  })
  const labelSelector = 'set=listed'

  test('comes in pages of one consistent state and gives its version', async () => {
    const seen: string[] = []
    const sizes: number[] = []
    const versions = new Set<string>()
    for await (const page of target.kube.listPages(configMaps, { namespace, labelSelector, pageSize: 3 })) {
      sizes.push(page.items.length)
      versions.add(page.resourceVersion)
      for (const item of page.items) seen.push(item.metadata.name)
      if (sizes.length === 1) await target.kube.remove(configMaps, { namespace, name: 'item-6' })
    }
    expect(sizes).toEqual([3, 3, 1])
    expect(seen).toEqual(names)
    expect(versions.size).toBe(1)
    expect([...versions][0]).toMatch(/^\d+$/)
  })

  test('selects by labels', async () => {
    const namesOf = async (selector: string) => {
      const { items } = await target.kube.list(configMaps, { namespace, labelSelector: selector, pageSize: 2 })
      return items.map((item) => item.metadata.name)
    }
    expect(await namesOf('set=listed,parity=odd')).toEqual(['item-1', 'item-3', 'item-5'])
    expect(await namesOf('set=listed,parity!=odd')).toEqual(['item-0', 'item-2', 'item-4'])
    expect(await namesOf('set=listed,parity in (even,neither)')).toEqual(['item-0', 'item-2', 'item-4'])
    expect(await namesOf('set,parity notin (odd)')).toEqual(['item-0', 'item-2', 'item-4'])
    expect(await namesOf('set=listed,!parity')).toEqual([])
  })

  test('selects by fields', async () => {
    const { items } = await target.kube.list(configMaps, { namespace, fieldSelector: 'metadata.name=item-3' })
    expect(items.map((item) => item.metadata.name)).toEqual(['item-3'])
  })

  test('spans namespaces when none is named', async () => {
    const other = await target.makeNamespace()
    await target.kube.create(configMaps, {
      metadata: { name: 'elsewhere', namespace: other, labels: { set: 'listed' } },
    })
    const { items } = await target.kube.list(configMaps, { labelSelector: 'set=listed' })
    const found = items.map((item) => item.metadata.namespace)
    expect(found).toContain(namespace)
    expect(found).toContain(other)
  })

  test('refuses a selector that makes no sense', async () => {
    const fault = await failureOf(target.kube.list(configMaps, { namespace, labelSelector: '=,=' }))
    expect(fault).toMatchObject({ kind: 'bad-request', status: 400, reason: 'BadRequest' })
  })

  test('refuses more than it was allowed to hold', async () => {
    const fault = await failureOf(target.kube.list(configMaps, { namespace, labelSelector, pageSize: 2, maxItems: 3 }))
    expect(fault).toMatchObject({ kind: 'too-large' })
  })
})
