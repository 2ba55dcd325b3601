import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { deployments, loadConnection, namespaces, pods, resourceQuotas } from '../../../src/kube'
import { randomPart } from '../../../src/lib/ids'
import {
  type DesiredObject,
  type InstanceSpec,
  renderInstance,
  renderNamespace,
  resourceOf,
} from '../../../src/reconcile/manifests'
import { findTemplate, templates } from '../../../src/templates'
import { seedCatalog } from '../../../src/templates/seed'
import { createHand, type Hand } from '../../support/hand'
import { platform, specOf } from './specs'

const kubeconfig = process.env.TEST_KUBECONFIG
const readyWithinMs = 60_000
const suffix = randomPart(6)

// Admission is what this is about: Pod Security, quota, limit range and strict fields, as only a real API server has them.
describe.skipIf(!kubeconfig)('on a real cluster', () => {
  let kube: Hand

  // The namespace as the product makes it, with room for one instance and no more.
  const specs: InstanceSpec[] = templates.map((template) => {
    const service = seedCatalog().flatMap(({ services }) => services)
    const plan = service.find(({ templateName }) => templateName === template.name)!.plans[0]!
    return specOf(template, plan, { namespace: `customer-${template.name}-${suffix}` })
  })
  const own = specs.map((spec) => ({ spec, tenant: tenantOf(spec), instance: renderInstance(spec, platform) }))

  beforeAll(async () => {
    kube = createHand(await loadConnection({ kubeconfig: kubeconfig! }))
    await Promise.all(own.map(async ({ tenant, instance }) => applyAll([...tenant, ...instance])))
  }, readyWithinMs)

  afterAll(async () => {
    if (!kube) return
    await Promise.all(specs.map(({ namespace }) => kube.remove(namespaces, { name: namespace })))
    kube.close()
  }, readyWithinMs)

  async function applyAll(objects: DesiredObject[]): Promise<void> {
    for (const object of objects) await kube.apply(resourceOf(object), object)
  }

  for (const { spec, tenant, instance } of own) {
    const name = spec.template.name

    test(
      `${name} is admitted and becomes ready within the customer's bounds`,
      async () => {
        const deployment = await until(async () => {
          const found = await kube.get(deployments, { namespace: spec.namespace, name: spec.name })
          return found.status?.readyReplicas === 1 ? found : undefined
        }, `${name} ready`)
        expect(deployment.status!.conditions!.filter(({ type }) => type === 'ReplicaFailure')).toEqual([])
        const [pod, ...others] = (await kube.list(pods, { namespace: spec.namespace })).items
        expect(others).toEqual([])
        expect(pod!.status!.qosClass).toBe('Guaranteed')
        expect(pod!.spec!.serviceAccountName).toBe('default')
        const quota = await kube.get(resourceQuotas, { namespace: spec.namespace, name: 'minispod' })
        expect(quota.status!.used!['requests.storage']).toBe(`${spec.plan.storageGb}Gi`)
      },
      readyWithinMs,
    )

    test(`${name} applied once more changes nothing`, async () => {
      for (const object of [...tenant, ...instance]) {
        const before = await kube.get(resourceOf(object), object.metadata)
        const after = await kube.apply(resourceOf(object), object)
        // A status written in between moves the version of these; their generation tells.
        if (object.kind === 'Deployment') expect(after.metadata.generation).toBe(before.metadata.generation)
        else if (object.kind !== 'ResourceQuota')
          expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion)
      }
    })
  }

  test('an app that would need root is refused by the namespace', async () => {
    const template = structuredClone(findTemplate('memos')!)
    template.containers[0]!.user = 0
    const spec = specOf(template, specs[0]!.plan, { name: 'root', namespace: specs[0]!.namespace })
    const deployment = renderInstance(spec, platform).find(({ kind }) => kind === 'Deployment')!
    await kube.apply(resourceOf(deployment), deployment)
    const failure = await until(async () => {
      const found = await kube.get(deployments, { namespace: spec.namespace, name: spec.name })
      return found.status?.conditions?.find(({ type }) => type === 'ReplicaFailure')
    }, 'a replica failure')
    expect(failure.message).toContain('PodSecurity')
  })
})

const tenantOf = (spec: InstanceSpec): DesiredObject[] =>
  renderNamespace({ namespace: spec.namespace, customerId: spec.customerId, plans: [spec.plan] }, platform)

async function until<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
  const deadline = Date.now() + readyWithinMs
  while (Date.now() < deadline) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await Bun.sleep(250)
  }
  throw new Error(`waited in vain for ${what}`)
}
