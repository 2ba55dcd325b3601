import assert from 'node:assert/strict'
import createClient, { type Client } from 'openapi-fetch'
import type { components, paths } from './api.generated'
import { readEvents } from './event-source'

type Schemas = components['schemas']
type Method = Schemas['TopUpInput']['method']

export interface JourneyOrder {
  /** Of a running MinisPod, without a path. */
  url: string
  service?: string
  method?: Extract<Method, 'bca_va' | 'qris'>
  /** Told before each step, for a run that a person watches. */
  report?: (step: string) => void
}

export interface Journey {
  email: string
  password: string
  subscriptionId: string
  instanceId: string
  balance: number
}

/** A real cluster pulls nothing and yet needs half a minute until it measures. */
const patienceMs = 120_000
const lookEveryMs = 200

/** What a customer does from sign-up to leaving, by the client generated from the OpenAPI document. Throws at the first wrong answer. */
export async function takeJourney({ url, service = 'n8n', method = 'bca_va', report = () => {} }: JourneyOrder) {
  const api = createClient<paths>({ baseUrl: `${url}/api` })
  const account = {
    email: `journey-${crypto.randomUUID()}@example.com`,
    password: 'correct horse battery',
    name: 'Siti',
  }
  report('register and log in')
  const token = await signUp(api, account)
  api.use({
    onRequest({ request }) {
      request.headers.set('authorization', `Bearer ${token}`)
    },
  })

  report('browse the catalog')
  const plan = await choosePlan(api, service)
  const price = Number(plan.price)
  report(`top up by ${method} and pay on the gateway’s page`)
  await topUp(api, method, price * 2)
  report(`subscribe to ${service}`)
  const bought = await subscribe(api, plan.id)
  assert.equal(await balanceOf(api), price)
  assert.equal((await planOf(api, service, plan.id)).availableQuota, Number(plan.availableQuota) - 1)
  await waitForStatus(api, bought.id, 'RUNNING')
  assert.equal((await subscriptionOf(api, bought.id)).status, 'ACTIVE')

  const instanceId = bought.instance!.id
  report('read its metrics')
  await readMetrics(api, bought.id, instanceId)
  report('follow its log')
  await followLog(url, token, instanceId)
  report('stop, start, restart')
  await control(api, bought.id, 'stop', 'STOPPED')
  await control(api, bought.id, 'start', 'RUNNING')
  await restart(api, bought.id)
  report('cancel')
  await cancel(api, bought.id)
  assert.equal((await planOf(api, service, plan.id)).availableQuota, plan.availableQuota)
  const balance = await balanceOf(api)
  assert.equal(balance, price)
  return { ...account, subscriptionId: bought.id, instanceId, balance } satisfies Journey & { name: string }
}

async function signUp(api: Client<paths>, account: Schemas['RegisterInput']): Promise<string> {
  const registered = await api.POST('/auth/register', { body: account })
  assert.equal(registered.response.status, 201, JSON.stringify(registered.error))
  assert.equal(registered.data?.data.user.creditBalance, 0)
  const { email, password } = account
  const loggedIn = await api.POST('/auth/login', { body: { email, password } })
  assert.equal(loggedIn.response.status, 200, JSON.stringify(loggedIn.error))
  return loggedIn.data!.data.accessToken
}

async function choosePlan(api: Client<paths>, slug: string): Promise<Schemas['Plan']> {
  const categories = await api.GET('/catalog/categories')
  assert.ok(categories.data && categories.data.data.length >= 3, 'the catalog has three categories or more')
  const offered = await Promise.all(
    categories.data.data.map((category) =>
      api.GET('/catalog/categories/{categorySlug}/services', { params: { path: { categorySlug: category.slug } } }),
    ),
  )
  const services = offered.flatMap(({ data }) => data?.data ?? [])
  const service = services.find((candidate) => candidate.slug === slug)
  assert.ok(service, `${slug} is for sale`)
  const plan = service.plans.find(({ availableQuota }) => Number(availableQuota) > 0)
  assert.ok(plan, `${slug} has a free slot`)
  return plan
}

async function planOf(api: Client<paths>, serviceSlug: string, planId: string): Promise<Schemas['Plan']> {
  const { data, error } = await api.GET('/catalog/services/{serviceSlug}', { params: { path: { serviceSlug } } })
  const plan = data?.data.plans.find(({ id }) => id === planId)
  assert.ok(plan, JSON.stringify(error))
  return plan
}

async function topUp(api: Client<paths>, method: Method, amount: number): Promise<void> {
  const request = { body: { amount, method }, headers: { 'idempotency-key': crypto.randomUUID() } }
  const first = await api.POST('/wallet/top-ups', request)
  assert.equal(first.response.status, 201, JSON.stringify(first.error))
  const again = await api.POST('/wallet/top-ups', request)
  assert.deepEqual(again.data, first.data)
  const order = first.data!.data
  assert.equal(order.status, 'PENDING')
  assert.ok(order.redirectUrl, 'the embedded gateway says where to pay')
  await payOnPage(order.redirectUrl)
  await until('the payment', async () => {
    const { data } = await api.GET('/wallet/top-ups/{id}', { params: { path: { id: order.id } } })
    return data?.data.status === 'SUCCESS' ? true : `it is ${data?.data.status}`
  })
  assert.equal(await balanceOf(api), amount)
}

async function payOnPage(page: string): Promise<void> {
  const shown = await fetch(page)
  assert.equal(shown.status, 200)
  assert.match(await shown.text(), /<button/)
  const paid = await fetch(page, { method: 'POST', body: new URLSearchParams({ action: 'pay' }), redirect: 'manual' })
  assert.equal(paid.status, 303)
}

async function balanceOf(api: Client<paths>): Promise<number> {
  const { data, error } = await api.GET('/wallet')
  assert.ok(data, JSON.stringify(error))
  return Number(data.data.creditBalance)
}

async function subscribe(api: Client<paths>, planId: string): Promise<Schemas['Subscription']> {
  const request = { body: { planId }, headers: { 'idempotency-key': crypto.randomUUID() } }
  const { data, error, response } = await api.POST('/subscriptions', request)
  assert.equal(response.status, 201, JSON.stringify(error))
  assert.match(data!.data.instance!.status, /^(PENDING|PROVISIONING)$/)
  const again = await api.POST('/subscriptions', { ...request, headers: {} })
  assert.equal(again.error?.error.code, 'DUPLICATE_SUBSCRIPTION')
  return data!.data
}

async function subscriptionOf(api: Client<paths>, id: string): Promise<Schemas['Subscription']> {
  const { data, error } = await api.GET('/subscriptions/{id}', { params: { path: { id } } })
  assert.ok(data, JSON.stringify(error))
  return data.data
}

async function waitForStatus(api: Client<paths>, id: string, wanted: Schemas['Instance']['status']): Promise<void> {
  await until(wanted, async () => {
    const { instance } = await subscriptionOf(api, id)
    return instance?.status === wanted ? true : `it is ${instance?.status}: ${instance?.statusReason}`
  })
}

async function readMetrics(api: Client<paths>, id: string, instanceId: string): Promise<void> {
  await until('metrics', async () => {
    const { data, response } = await api.GET('/subscriptions/{id}/metrics', { params: { path: { id } } })
    assert.equal(response.status, 200)
    const { cpu, memory, ...metrics } = data!.data
    assert.equal(metrics.instanceId, instanceId)
    if (!cpu || !memory) return `there are none: ${metrics.reason}`
    assert.ok(cpu.used > 0 && cpu.used <= cpu.limit && memory.used > 0 && memory.used <= memory.limit)
    return true
  })
}

async function followLog(url: string, token: string, instanceId: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` }
  let position = ''
  for await (const event of readEvents(`${url}/api/instances/${instanceId}/logs/stream`, headers, patienceMs)) {
    if (event.type !== 'line') continue
    const line = JSON.parse(event.data) as Schemas['LogLine']
    assert.ok(line.line.length > 0 && line.pod.length > 0)
    position = event.id
    break
  }
  assert.notEqual(position, '', 'a line can be resumed after')
}

type Verb = 'stop' | 'start' | 'restart'

async function control(api: Client<paths>, id: string, verb: Verb, wanted: Schemas['Instance']['status']) {
  const path = `/subscriptions/{id}/${verb}` as const
  const { error, response } = await api.POST(path, { params: { path: { id } } })
  assert.equal(response.status, 200, JSON.stringify(error))
  await waitForStatus(api, id, wanted)
}

/** RUNNING before is RUNNING after: another pod shows that it happened. */
async function restart(api: Client<paths>, id: string): Promise<void> {
  const before = (await subscriptionOf(api, id)).instance?.podName
  await control(api, id, 'restart', 'RUNNING')
  await until('another pod', async () => {
    const { instance } = await subscriptionOf(api, id)
    const { podName, status } = instance!
    return podName && podName !== before && status === 'RUNNING' ? true : `${status} with ${podName}, after ${before}`
  })
}

async function cancel(api: Client<paths>, id: string): Promise<void> {
  const { data, error } = await api.POST('/subscriptions/{id}/cancel', {
    params: { path: { id } },
    body: { when: 'now' },
  })
  assert.equal(data?.data.status, 'CANCELLED', JSON.stringify(error))
}

/** Looks again and again until the look answers true; what it said last is the error. */
async function until(what: string, look: () => Promise<true | string>): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const seen = await look()
    if (seen === true) return
    if (performance.now() > deadline) throw new Error(`${what} did not come; ${seen}`)
    await Bun.sleep(lookEveryMs)
  }
}
