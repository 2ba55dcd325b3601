import { expect, test } from 'bun:test'
import { parseCpu, parseMemory } from '../../../src/kube/quantity'
import { renderInstance, renderNamespace } from '../../../src/reconcile/manifests'
import { platform, seeded, specOf } from './specs'

const tenant = { namespace: 'customer-0dq1z8', customerId: 'usr_0dq1z8c7q4t0m2f9x5k3v8bn' }
const plans = [
  { cpuMillicores: 250, memoryMb: 512, storageGb: 5 },
  { cpuMillicores: 1000, memoryMb: 2048, storageGb: 30 },
]
const find = (objects: ReturnType<typeof renderNamespace>, kind: string, name?: string) =>
  objects.find((object) => object.kind === kind && (name === undefined || object.metadata.name === name))

test('a namespace enforces Pod Security at a pinned version, and baseline only where it is asked for', () => {
  const labels = find(renderNamespace({ ...tenant, plans }, platform), 'Namespace')!.metadata.labels
  expect(labels['pod-security.kubernetes.io/enforce']).toBe('restricted')
  expect(labels['pod-security.kubernetes.io/enforce-version']).toMatch(/^v1\.\d+$/)
  expect(labels['minispod.io/customer']).toBe(tenant.customerId)
  const loose = find(renderNamespace({ ...tenant, plans, podSecurity: 'baseline' }, platform), 'Namespace')!
  expect(loose.metadata.labels['pod-security.kubernetes.io/enforce']).toBe('baseline')
})

test('the quota holds all plans and one more pod of the largest, and exactly the storage that was sold', () => {
  const quota = find(renderNamespace({ ...tenant, plans }, platform), 'ResourceQuota')
  if (quota?.kind !== 'ResourceQuota') throw new Error('no quota')
  const hard = quota.spec!.hard!
  expect(parseCpu(hard['limits.cpu']!)).toBe(250 + 1000 + 1000)
  expect(parseMemory(hard['requests.memory']!)).toBe((512 + 2048 + 2048) * 2 ** 20)
  expect(parseMemory(hard['requests.storage']!)).toBe(35 * 2 ** 30)
  expect(hard['services.loadbalancers']).toBe('0')
})

test('a customer with nothing yet still has room for a small pod', () => {
  const quota = find(renderNamespace({ ...tenant, plans: [] }, platform), 'ResourceQuota')
  if (quota?.kind !== 'ResourceQuota') throw new Error('no quota')
  expect(parseCpu(quota.spec!.hard!['limits.cpu']!)).toBe(500)
})

test('traffic is closed both ways, and no policy opens a private network or mail to the world', () => {
  const objects = renderNamespace({ ...tenant, plans }, platform)
  const deny = find(objects, 'NetworkPolicy', 'default-deny')
  if (deny?.kind !== 'NetworkPolicy') throw new Error('no default')
  expect(deny.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
  const internet = find(objects, 'NetworkPolicy', 'allow-internet')
  if (internet?.kind !== 'NetworkPolicy') throw new Error('no internet')
  const [{ to, ports }] = internet.spec!.egress as [NonNullable<NonNullable<typeof internet.spec>['egress']>[number]]
  for (const range of ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'])
    expect(to![0]!.ipBlock!.except).toContain(range)
  const opens = (port: number) =>
    ports!.some((range) => range.protocol === 'TCP' && Number(range.port) <= port && port <= range.endPort!)
  expect([25, 443, 587].map(opens)).toEqual([false, true, true])
})

test("every app's pod is chosen by the policies it needs, and a database may not reach the internet", () => {
  for (const { template, plan } of seeded) {
    const deployment = renderInstance(specOf(template, plan), platform).find(({ kind }) => kind === 'Deployment')
    if (deployment?.kind !== 'Deployment') throw new Error('no deployment')
    const { labels } = deployment.spec!.template.metadata!
    const database = template.exposure.kind === 'internal'
    expect(labels).toMatchObject({
      'minispod.io/exposure': database ? 'internal' : 'http',
      'minispod.io/egress': database ? 'none' : 'internet',
    })
    const ports = deployment.spec!.template.spec!.containers.flatMap((container) => container.ports ?? [])
    if (!database) expect(ports.filter(({ name }) => name === 'http')).toHaveLength(1)
  }
})

test('the certificate solver is let through only where certificates are issued', () => {
  const { clusterIssuer: _, ...bare } = platform
  const name = 'allow-certificate-solver'
  expect(find(renderNamespace({ ...tenant, plans }, platform), 'NetworkPolicy', name)).toBeDefined()
  expect(find(renderNamespace({ ...tenant, plans }, bare), 'NetworkPolicy', name)).toBeUndefined()
})

test('a namespace is rendered the same twice', () => {
  expect(renderNamespace({ ...tenant, plans }, platform)).toEqual(renderNamespace({ ...tenant, plans }, platform))
})
