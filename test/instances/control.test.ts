import { afterAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { FileConnection } from '../../src/db/connection'
import { persistentVolumeClaims, pods } from '../../src/kube'
import { eventually } from '../contract/waiting'
import {
  buyApp,
  findDeployment,
  instanceOf,
  podsOf,
  runApp,
  sharedRuntime,
  type TestApp,
  waitForStatus,
} from '../support/runtime'
import { type Answer, until } from '../support/system'

const runtime = sharedRuntime()
const longMs = 120_000

let shared: Promise<TestApp> | undefined
/** One running app for the tests that leave it as they found it. */
async function runningApp(): Promise<TestApp> {
  const { system } = await runtime()
  shared ??= runApp(system)
  return shared
}
afterAll(() => shared)

test(
  'an app goes through every status of its life in order',
  async () => {
    const { system } = await runtime()
    // Whoever asks from outside may miss a status that is short: the database tells each.
    const database = new FileConnection(join(system.dataDir, 'minispod.db'))
    database.exec('CREATE TABLE statuses_seen (id TEXT, status TEXT)')
    database.exec(
      'CREATE TRIGGER see_status AFTER UPDATE OF status ON instances BEGIN INSERT INTO statuses_seen VALUES (NEW.id, NEW.status); END',
    )
    const app = await buyApp(system)
    await waitForStatus(app, 'RUNNING')
    for (const [verb, status] of [
      ['stop', 'STOPPED'],
      ['start', 'RUNNING'],
      ['restart', 'RUNNING'],
    ] as const) {
      await app.customer.post(`/subscriptions/${app.subscriptionId}/${verb}`)
      await waitForStatus(app, status)
    }
    const seen = database.all('SELECT status FROM statuses_seen WHERE id = ? ORDER BY rowid', [app.id]).map(String)
    database.exec('DROP TRIGGER see_status')
    database.exec('DROP TABLE statuses_seen')
    database.close()
    const distinct = seen.filter((status, i) => status !== seen[i - 1])
    expect(distinct.filter((status) => status !== 'PENDING')).toEqual([
      'PROVISIONING',
      'RUNNING',
      'STOPPING',
      'STOPPED',
      'STARTING',
      'RUNNING',
      'RESTARTING',
      'RUNNING',
    ])
    const { body } = await app.customer.get(`/subscriptions/${app.subscriptionId}`)
    expect(body.data.status).toBe('ACTIVE')
  },
  longMs,
)

test(
  'a restart is a new pod, and no second one beside it',
  async () => {
    const { cluster } = await runtime()
    const app = await runningApp()
    const before = (await instanceOf(app)).podName
    const { body } = await app.customer.put(`/instances/${app.id}/restart`)
    expect(body.data.status).toBe('RESTARTING')
    await waitForStatus(app, 'RUNNING')
    const { podName } = await instanceOf(app)
    expect(podName).not.toBe(before)
    await eventually(async () => (await podsOf(cluster, app)).length === 1)
    expect((await podsOf(cluster, app))[0]!.metadata.name).toBe(podName!)
  },
  longMs,
)

test(
  'a verb that the present status does not allow is a conflict and changes nothing',
  async () => {
    const { system } = await runtime()
    const app = await runApp(system)
    const refuses = async (status: string, verbs: string[]) => {
      for (const verb of verbs) {
        const answers = [
          await app.customer.put(`/instances/${app.id}/${verb}`),
          await app.customer.post(
            `/subscriptions/${app.subscriptionId}/${verb === 'retry' ? 'retry-provisioning' : verb}`,
          ),
        ]
        for (const answer of answers) {
          expect({ verb, status: answer.status }).toEqual({ verb, status: 409 })
          expect(answer.body.error).toMatchObject({ code: 'INVALID_STATE', details: { status } })
        }
      }
      expect((await instanceOf(app)).status).toBe(status)
    }
    await refuses('RUNNING', ['start', 'retry'])
    await app.customer.put(`/instances/${app.id}/stop`)
    await waitForStatus(app, 'STOPPED')
    await refuses('STOPPED', ['stop', 'restart', 'retry'])
    await app.customer.delete(`/instances/${app.id}`, { confirm: app.ref.name })
    await waitForStatus(app, 'TERMINATED')
    await refuses('TERMINATED', ['stop', 'start', 'restart'])
    const config = await app.customer.patch(`/instances/${app.id}/config`, { config: {} })
    expect(config.body.error.code).toBe('INVALID_STATE')
  },
  longMs,
)

test(
  'of many clicks on one button one counts',
  async () => {
    const { system, cluster } = await runtime()
    const app = await runApp(system)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => app.customer.put(`/instances/${app.id}/restart`)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19)
    await waitForStatus(app, 'RUNNING')
    const deployment = await findDeployment(cluster, app)
    expect(deployment?.metadata.annotations?.['minispod.io/generation']).toBe('2')
  },
  longMs,
)

test(
  'someone else’s instance is forbidden on every route, an unknown one not found, and nobody comes in unknown',
  async () => {
    const { system } = await runtime()
    const app = await runningApp()
    const stranger = await system.customer()
    const routes: [string, (id: string, caller: typeof stranger) => Promise<Answer>][] = [
      ['get', (id, caller) => caller.get(`/instances/${id}`)],
      ['metrics', (id, caller) => caller.get(`/instances/${id}/metrics`)],
      ['health', (id, caller) => caller.get(`/instances/${id}/health`)],
      ['logs', (id, caller) => caller.get(`/instances/${id}/logs`)],
      ['stream', (id, caller) => caller.get(`/instances/${id}/logs/stream`)],
      ['configure', (id, caller) => caller.patch(`/instances/${id}/config`, { config: {} })],
      ['terminate', (id, caller) => caller.delete(`/instances/${id}`, { confirm: app.ref.name })],
      ...['stop', 'start', 'restart', 'retry'].map((verb): (typeof routes)[number] => [
        verb,
        (id, caller) => caller.put(`/instances/${id}/${verb}`),
      ]),
    ]
    for (const [route, call] of routes) {
      const foreign = await call(app.id, stranger)
      expect({ route, status: foreign.status, code: foreign.body.error?.code }).toEqual({
        route,
        status: 403,
        code: 'FORBIDDEN',
      })
      const unknown = await call('ins_0000000000000000000000', stranger)
      expect({ route, status: unknown.status, code: unknown.body.error?.code }).toEqual({
        route,
        status: 404,
        code: 'NOT_FOUND',
      })
      const nobody = await call(app.id, system.anybody as typeof stranger)
      expect({ route, status: nobody.status }).toEqual({ route, status: 401 })
    }
    for (const verb of ['stop', 'start', 'restart', 'retry-provisioning']) {
      expect((await stranger.post(`/subscriptions/${app.subscriptionId}/${verb}`)).status).toBe(403)
      expect((await stranger.post(`/subscriptions/sub_unknown/${verb}`)).status).toBe(404)
    }
    expect((await stranger.get(`/subscriptions/${app.subscriptionId}/metrics`)).status).toBe(403)
    expect((await instanceOf(app)).status).toBe('RUNNING')
    expect((await stranger.get('/instances')).body).toMatchObject({ data: [], meta: { total: 0 } })
  },
  longMs,
)

test(
  'own instances are listed by page and status; a bad filter is refused',
  async () => {
    const app = await runningApp()
    const { body } = await app.customer.get('/instances?status=RUNNING&limit=1')
    expect(body.meta).toEqual({ page: 1, limit: 1, total: 1, totalPages: 1 })
    expect(body.data[0]).toMatchObject({ id: app.id, subscriptionId: app.subscriptionId, status: 'RUNNING' })
    expect((await app.customer.get('/instances?status=STOPPED')).body.data).toEqual([])
    for (const query of ['status=RUNING', 'page=0', 'limit=101', 'page=x'])
      expect({ query, status: (await app.customer.get(`/instances?${query}`)).status }).toEqual({ query, status: 422 })
    const health = await app.customer.get(`/instances/${app.id}/health`)
    expect(health.body.data).toMatchObject({ instanceId: app.id, healthy: true, status: 'RUNNING', reason: null })
  },
  longMs,
)

test(
  'terminating asks for the name, takes the data, and keeps the subscription, which may deploy again',
  async () => {
    const { system, cluster } = await runtime()
    const app = await runApp(system)
    for (const confirm of ['', 'another', app.ref.name.toUpperCase(), `${app.ref.name} `]) {
      const refused = await app.customer.delete(`/instances/${app.id}`, { confirm })
      expect({ confirm, status: refused.status }).toEqual({ confirm, status: 422 })
    }
    expect((await app.customer.delete(`/instances/${app.id}`)).status).toBe(422)
    expect((await instanceOf(app)).status).toBe('RUNNING')

    const removal = await app.customer.delete(`/instances/${app.id}`, { confirm: app.ref.name })
    expect(removal.body.data.status).toBe('TERMINATING')
    await waitForStatus(app, 'TERMINATED')
    await eventually(async () => !(await cluster.listNamespaces()).includes(app.ref.namespace))
    const { body } = await app.customer.get(`/subscriptions/${app.subscriptionId}`)
    expect(body.data).toMatchObject({ status: 'ACTIVE', instance: { status: 'TERMINATED' } })
    expect((await app.customer.get(`/instances/${app.id}/metrics`)).body.data.reason).toBe('The app has been removed')
    // Once more is no mistake, and nothing more.
    expect((await app.customer.delete(`/instances/${app.id}`, { confirm: app.ref.name })).status).toBe(200)

    const paid = await app.customer.balance()
    const retry = await app.customer.post(`/subscriptions/${app.subscriptionId}/retry-provisioning`)
    expect(retry.body.data.instance.status).toBe('PENDING')
    await waitForStatus(app, 'RUNNING')
    expect(await app.customer.balance()).toBe(paid)
  },
  longMs,
)

test(
  'terminating one app of two leaves the other one and the namespace alone',
  async () => {
    const { system, cluster } = await runtime()
    const customer = await system.customer({ balance: 100_000 })
    const [goes, stays] = await Promise.all([runApp(system, 'n8n', customer), runApp(system, 'ghost', customer)])
    const before = (await podsOf(cluster, stays)).map(({ metadata }) => metadata.uid)
    await customer.delete(`/instances/${goes.id}`, { confirm: goes.ref.name })
    await waitForStatus(goes, 'TERMINATED')
    expect((await podsOf(cluster, stays)).map(({ metadata }) => metadata.uid)).toEqual(before)
    const claims = await cluster.kube.list(persistentVolumeClaims, { namespace: stays.ref.namespace })
    expect(claims.items.map(({ metadata }) => metadata.name).every((name) => name.startsWith(stays.ref.name))).toBe(
      true,
    )
    expect((await instanceOf(stays)).status).toBe('RUNNING')
  },
  longMs,
)

test(
  'a new configuration reaches the running app by a new pod; a wrong one reaches nothing',
  async () => {
    const { cluster } = await runtime()
    const app = await runningApp()
    const wrong = await app.customer.patch(`/instances/${app.id}/config`, { config: { keepExecutionsHours: 'many' } })
    expect(wrong.status).toBe(422)
    expect((await instanceOf(app)).status).toBe('RUNNING')
    const before = (await instanceOf(app)).podName
    const { body } = await app.customer.patch(`/instances/${app.id}/config`, { config: { keepExecutionsHours: 24 } })
    expect(body.data.status).toBe('RESTARTING')
    await until(
      'another pod',
      () => instanceOf(app),
      ({ status, podName }) => status === 'RUNNING' && podName !== before,
    )
    const pod = await cluster.kube.get(pods, { namespace: app.ref.namespace, name: (await instanceOf(app)).podName! })
    expect(pod.spec?.containers[0]?.env).toContainEqual({ name: 'EXECUTIONS_DATA_MAX_AGE', value: '24' })
  },
  longMs,
)
