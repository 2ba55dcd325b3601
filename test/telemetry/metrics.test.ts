import { expect, test } from 'bun:test'
import { runApp, sharedRuntime, waitForStatus } from '../support/runtime'
import { until } from '../support/system'

const runtime = sharedRuntime()
const longMs = 120_000

test(
  'metrics have exactly the promised shape, and nulls with a reason where there are no figures',
  async () => {
    const { system } = await runtime()
    const app = await runApp(system)
    const path = `/subscriptions/${app.subscriptionId}/metrics`
    const read = async () => {
      const { status, body } = await app.customer.get(path)
      expect(status).toBe(200)
      expect(body.success).toBe(true)
      return body.data
    }
    // A cluster measures half a minute after a pod's start; the answer is a 200 all the while.
    const figures = await until('figures', read, ({ cpu }) => cpu !== null)
    expect(Object.keys(figures).toSorted()).toEqual(['cpu', 'instanceId', 'memory', 'status', 'timestamp', 'urls'])
    expect(figures).toMatchObject({ instanceId: app.id, status: 'RUNNING' })
    for (const usage of [figures.cpu, figures.memory]) {
      expect(Object.keys(usage).toSorted()).toEqual(['limit', 'percentage', 'used'])
      expect(usage.used).toBeGreaterThan(0)
      expect(usage.percentage).toBe(Math.round((usage.used / usage.limit) * 100))
    }
    expect(figures.cpu.limit).toBe(500)
    expect(Number.isInteger(figures.cpu.used)).toBe(true)
    expect(figures.memory.limit).toBe(1024)
    expect(Math.round(figures.memory.used * 100) / 100).toBe(figures.memory.used)
    expect(Object.keys(figures.urls).toSorted()).toEqual(['admin', 'public'])
    expect(figures.urls.public).toMatch(/^http:\/\/n8n-/)
    expect(figures.timestamp).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
    expect((await app.customer.get(`/instances/${app.id}/metrics`)).body.data).toMatchObject({ instanceId: app.id })

    await app.customer.put(`/instances/${app.id}/stop`)
    await waitForStatus(app, 'STOPPED')
    const stopped = await read()
    expect(Object.keys(stopped).toSorted()).toEqual([
      'cpu',
      'instanceId',
      'memory',
      'reason',
      'status',
      'timestamp',
      'urls',
    ])
    expect(stopped).toMatchObject({ instanceId: app.id, status: 'STOPPED', cpu: null, memory: null })
    expect(stopped.reason).toBe('The app is stopped')
  },
  longMs,
)

test(
  'polling is never refused, and a cluster that is away is answered within its time limit',
  async () => {
    const { system, cluster } = await runtime()
    const app = await runApp(system)
    const path = `/subscriptions/${app.subscriptionId}/metrics`
    const answers = await Promise.all(Array.from({ length: 50 }, () => app.customer.get(path)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    // Whether the call goes by a connection that is there or by a new one.
    cluster.proxy.silent = true
    cluster.proxy.hush()
    try {
      const { status, body } = await app.customer.get(path)
      expect(status).toBe(200)
      expect(body.data).toMatchObject({ cpu: null, memory: null, reason: 'The cluster can’t be reached right now' })
    } finally {
      cluster.proxy.silent = false
      cluster.proxy.drop()
    }
  },
  longMs,
)
