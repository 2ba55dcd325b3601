import { afterAll, expect, test } from 'bun:test'
import { resizeInstance } from '../../src/features/instances'
import { getOwnInstance } from '../../src/features/instances/read'
import { deployments, namespaces, secrets } from '../../src/kube'
import type { InputValue, Template, TemplateInput } from '../../src/templates'
import { isSecretInput, templates } from '../../src/templates'
import { seedCatalog } from '../../src/templates/seed'
import { podsOf, sharedRuntime, type TestApp, waitForStatus } from '../support/runtime'
import { Turns } from './turns'

/** So many apps at a time: each is started four times over. */
const turns = new Turns(process.env.TEST_KUBECONFIG ? 8 : 4)
const longMs = 600_000
const runtime = sharedRuntime()

const services = new Map(seedCatalog().flatMap(({ services }) => services.map((own) => [own.templateName, own])))
const any = { 'if-match': '*' }

/** What an order must say, and what of it is said otherwise later. */
const orders: Record<string, { config: Record<string, InputValue>; change: Record<string, InputValue> }> = {
  container: {
    config: {
      image: 'nginx:1.29',
      port: 80,
      registry: { server: 'docker.io', username: 'robot', password: 'pull-password' },
      variables: { GREETING: 'hello $(HOME)' },
      secretVariables: { API_KEY: 'first' },
    },
    change: { image: 'ghcr.io/acme/x:2', port: 3000, secretVariables: { API_KEY: 'second' } },
  },
  'static-site': {
    config: { repository: 'https://git.example.com/team/site.git', token: 'first' },
    change: { branch: 'main', singlePage: true },
  },
}

function anotherValue(input: TemplateInput): InputValue | undefined {
  switch (input.type) {
    case 'enum':
      return input.options.find((option) => option !== input.default)
    case 'integer':
      return input.default === input.max ? input.min : input.max
    case 'boolean':
      return !input.default
    default:
      return undefined
  }
}

/** Another value for the first input that can change by itself. */
function changeOf({ name, inputs }: Template): Record<string, InputValue> {
  if (orders[name]) return orders[name].change
  for (const input of inputs) {
    const value = input.changeable && !input.together ? anotherValue(input) : undefined
    if (value !== undefined) return { [input.key]: value }
  }
  return {}
}

async function order(template: Template): Promise<TestApp> {
  const { system } = await runtime()
  const { slug, status } = services.get(template.name)!
  if (status === 'DRAFT') await putOnSale(template, slug)
  const { body: page } = await system.anybody.get(`/catalog/services/${slug}`)
  const customer = await system.customer({ balance: 1_000_000 })
  const answer = await customer.post('/subscriptions', {
    planId: page.data.plans[0].id,
    config: orders[template.name]?.config ?? {},
  })
  if (answer.status !== 201) throw new Error(`${template.name}: ${JSON.stringify(answer.body)}`)
  const { id, instance } = answer.body.data
  const ref = { namespace: instance.namespace, name: instance.name }
  return { customer, subscriptionId: id, id: instance.id, ref }
}

/** With a licence that somebody answers for, and with all that its customers could be let set. */
async function putOnSale({ inputs, name }: Template, slug: string): Promise<void> {
  const { system } = await runtime()
  const admin = await system.admin()
  const { body } = await admin.get(`/admin/services?templateName=${name}`)
  const { id } = body.data.find((own: { slug: string }) => own.slug === slug)
  const change = { status: 'ACTIVE', confirmLicence: true, customerInputs: inputs.map(({ key }) => key) }
  const { status } = await admin.put(`/admin/services/${id}`, change, any)
  if (status !== 200) throw new Error(`${slug} can't be put on sale`)
}

/** The generated values of an app, as its Secret has them. */
async function generatedOf(template: Template, { ref }: TestApp): Promise<Record<string, string | undefined>> {
  const { cluster } = await runtime()
  const secret = await cluster.kube.find(secrets, ref)
  return Object.fromEntries(template.secrets.map(({ key }) => [key, secret?.data?.[key]]))
}

async function bigger(app: TestApp): Promise<void> {
  const { system } = await runtime()
  const { parts } = system
  const actor = { userId: app.customer.id, role: 'USER' as const, email: app.customer.email }
  await parts.db.write(async (tx) => {
    const instance = await getOwnInstance(tx, actor, app.id)
    const size = { cpuMillicores: instance.cpuMillicores + 100, memoryMb: instance.memoryMb + 128 }
    return resizeInstance(parts, tx, instance, size, { actor })
  })
}

async function act(app: TestApp, verb: string, then: string): Promise<void> {
  const { status, body } = await app.customer.put(`/instances/${app.id}/${verb}`)
  if (status !== 200) throw new Error(`${verb}: ${JSON.stringify(body)}`)
  await waitForStatus(app, then)
}

/** One life of an app, from the order on. */
async function live(template: Template): Promise<void> {
  const { cluster } = await runtime()
  const app = await order(template)
  await waitForStatus(app, 'RUNNING')
  const level = (await cluster.kube.get(namespaces, { name: app.ref.namespace })).metadata.labels!
  expect(level['pod-security.kubernetes.io/enforce']).toBe(template.podSecurity.level)
  const generated = await generatedOf(template, app)
  expect(Object.values(generated)).not.toContain(undefined)

  await act(app, 'stop', 'STOPPED')
  await act(app, 'start', 'RUNNING')
  await act(app, 'restart', 'RUNNING')
  const config = changeOf(template)
  const { status, body } = await app.customer.patch(`/instances/${app.id}/config`, { config })
  expect([template.name, status, body.error]).toEqual([template.name, 200, undefined])
  await waitForStatus(app, 'RUNNING')
  await bigger(app)
  await waitForStatus(app, 'RUNNING')

  expect(await generatedOf(template, app)).toEqual(generated)
  const deployment = await cluster.kube.get(deployments, app.ref)
  expect(deployment.status!.conditions!.filter(({ type }) => type === 'ReplicaFailure')).toEqual([])
  const standing = (await podsOf(cluster, app)).filter(({ metadata }) => !metadata.deletionTimestamp)
  expect(standing.map(({ status: pod }) => pod!.phase)).toEqual(['Running'])
  if (template.name === 'container') {
    const [own] = standing[0]!.spec!.containers
    expect(own).toMatchObject({ image: 'ghcr.io/acme/x:2', ports: [{ containerPort: 3000 }] })
    const secret = await cluster.kube.get(secrets, app.ref)
    expect(atob(secret.data!['secretVariables.API_KEY']!)).toBe('second')
    const pull = await cluster.kube.get(secrets, { ...app.ref, name: `${app.ref.name}-pull` })
    expect(pull.type).toBe('kubernetes.io/dockerconfigjson')
  }
}

afterAll(() => turns.close())

for (const template of templates) {
  // All wait for their turn from the first test on, so that the machine is never idle.
  test(
    `${template.name} runs under ${template.podSecurity.level}, through stop, start, a change and more room, with what was generated once`,
    () => turns.of(template.name, () => templates.map((own) => [own.name, () => live(own)])),
    longMs,
  )
}

test('every template with an input that can change was changed', () => {
  const silent = templates.filter((template) => Object.keys(changeOf(template)).length === 0)
  const couldBe = ({ inputs }: Template) =>
    inputs.some((input) => input.changeable && !isSecretInput(input) && input.type !== 'string')
  expect(silent.filter(couldBe).map(({ name }) => name)).toEqual([])
})
