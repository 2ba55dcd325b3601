import { beforeAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { sealedPlace } from '../../src/db'
import { instances } from '../../src/features/instances/tables'
import { mails } from '../../src/features/mails/tables'
import { ManualClock, minute } from '../../src/lib/clock'
import type { Template } from '../../src/templates'
import { instanceRowOf, see } from '../subscriptions/observed'
import { findDeployment, sharedRuntime } from '../support/runtime'
import { type Caller, type TestCustomer, until } from '../support/system'
import { hello, release, sell } from './hello'

const clock = new ManualClock(new Date())
const shared = sharedRuntime({ clock })
const longMs = 120_000

let runtime: Awaited<ReturnType<typeof shared>>
let admin: Caller
beforeAll(async () => {
  runtime = await shared()
  admin = await runtime.system.admin()
})

let made = 0
const again = ({ name }: Template, tag: string, change?: Partial<Template>): Template => hello(name, tag, change)

async function sold(change?: Partial<Template>) {
  const template = hello(`updated-${++made}`, 'v1', change)
  await release(admin, template)
  return { template, ...(await sell(admin, template.name)) }
}

interface App {
  customer: TestCustomer
  subscriptionId: string
  id: string
}

async function bought(planId: string, config: object = {}): Promise<App> {
  const customer = await runtime.system.customer({ balance: 10_000 })
  const { body, status } = await customer.post('/subscriptions', { planId, config })
  if (status !== 201) throw new Error(JSON.stringify(body))
  const app = { customer, subscriptionId: body.data.id, id: body.data.instance.id }
  await running(app)
  return app
}

const viewOf = async ({ customer, id }: App) => (await customer.get(`/instances/${id}`)).body.data
const updatesOf = async ({ customer, id }: App) => (await customer.get(`/instances/${id}/updates`)).body.data
const update = ({ customer, id }: App, body: object = {}, headers = {}) =>
  customer.post(`/instances/${id}/update`, body, headers)

const running = (app: App) =>
  until(
    'the app',
    () => viewOf(app),
    ({ status }) => status === 'RUNNING',
  )
const ended = (app: App) =>
  until(
    'the end of the update',
    () => updatesOf(app),
    ([update]) => update.status !== 'PENDING',
  )

/** What the cluster runs of an app: image, variables and the values of its Secret. */
async function deployed({ cluster }: typeof runtime, app: App) {
  const { namespace, name } = await instanceRowOf(runtime, app.subscriptionId)
  const deployment = await findDeployment(cluster, { ref: { namespace, name } } as never)
  const [container] = deployment!.spec!.template.spec!.containers
  return { image: container!.image, env: container!.env!.map(({ name, value }) => [name, value ?? null]) }
}

/** Lets the minute pass that trouble must last, once it was noted. */
async function lastsAMinute(app: App, code: string) {
  const { system } = runtime
  await until(
    code,
    () => instanceRowOf(runtime, app.subscriptionId),
    ({ reasonCode }) => reasonCode === code,
  )
  clock.advance(minute)
  system.parts.reconciler.wake(app.id)
}

const sealedOf = async (app: App) => {
  const { sealer } = runtime.system.parts
  const { sealedSecrets } = await instanceRowOf(runtime, app.subscriptionId)
  return JSON.parse(sealer.open(sealedSecrets, sealedPlace(instances.sealedSecrets, app.id)))
}

test(
  'an update takes the app to the newer version: its secrets stay, new ones are made, new inputs take their default',
  async () => {
    const { template, planId } = await sold()
    const app = await bought(planId, { greeting: 'Good day' })
    const before = await generatedOf(app)
    const owner = {
      key: 'owner',
      label: template.description,
      type: 'string',
      maxLength: 20,
      changeable: false,
      required: true,
      default: 'nobody',
    } as const
    const next = again(template, 'v2', {
      inputs: [...template.inputs, owner],
      secrets: [...template.secrets, { key: 'second', length: 16, alphabet: 'hex' }],
    })
    next.containers[0]!.env.push({ name: 'OWNER', input: 'owner' })
    await release(admin, next, 'Greets sooner')
    expect((await viewOf(app)).update).toEqual({
      version: 2,
      changes: [{ container: 'app', from: 'docker.io/traefik/whoami:v1', to: 'docker.io/traefik/whoami:v2' }],
      note: 'Greets sooner',
    })
    const key = { 'idempotency-key': `update-${app.id}` }
    const first = await update(app, {}, key)
    expect(first.body.data).toMatchObject({ templateVersion: 2, status: 'RESTARTING', update: null })
    expect((await update(app, {}, key)).body).toEqual(first.body)
    expect(await update(app)).toFail(409, 'INVALID_STATE')
    expect(await ended(app)).toMatchObject([
      { number: 1, fromVersion: 1, toVersion: 2, status: 'DONE', reason: null, byOperator: false },
    ])
    const seen = await deployed(runtime, app)
    expect(seen.image).toBe('docker.io/traefik/whoami:v2')
    expect(seen.env).toContainEqual(['OWNER', 'nobody'])
    expect(seen.env).toContainEqual(['WHOAMI_NAME', 'Good day'])
    const after = await generatedOf(app)
    expect(after.token).toBe(before.token)
    expect(after.second).toMatch(/^[0-9a-f]{16}$/)
    expect(await update(app)).toFail(409, 'INVALID_STATE')
  },
  longMs,
)

test(
  'a version that can’t run is taken back by itself: version and configuration from before, a mail, an entry of the audit log',
  async () => {
    // Two pods of one second could not be told apart by their age.
    const { template, planId } = await sold({ strategy: 'recreate' })
    const app = await bought(planId, { greeting: 'Hi' })
    const token = (await generatedOf(app)).token
    const inputs = [{ ...template.inputs[0]!, key: 'salute', default: 'Yo' } as Template['inputs'][number]]
    const next = again(template, 'does-not-exist', { inputs, strategy: 'recreate' })
    next.containers[0]!.env[0] = { name: 'WHOAMI_NAME', input: 'salute' }
    await release(admin, next)
    expect((await update(app, { config: { salute: 'Ahoy' } })).status).toBe(200)
    expect(await app.customer.patch(`/instances/${app.id}/config`, { config: { salute: 'No' } })).toFail(
      409,
      'INVALID_STATE',
    )
    await lastsAMinute(app, 'ImagePullBackOff')
    expect(await ended(app)).toMatchObject([{ status: 'ROLLED_BACK', reason: 'ImagePullBackOff' }])
    const view = await running(app)
    expect(view).toMatchObject({ templateVersion: 1, update: { version: 2 } })
    const seen = await deployed(runtime, app)
    expect(seen).toMatchObject({ image: 'docker.io/traefik/whoami:v1' })
    expect(seen.env).toContainEqual(['WHOAMI_NAME', 'Hi'])
    expect((await generatedOf(app)).token).toBe(token)
    const told = await runtime.system.parts.db.read.select().from(mails).where(eq(mails.userId, app.customer.id)).all()
    expect(told.map(({ template }) => template)).toContain('update-undone')
    expect(told.map(({ template }) => template)).not.toContain('app-failed')
    const { body } = await admin.get(`/admin/audit?targetKind=instance&targetId=${app.id}`)
    expect(body.data[0]).toMatchObject({ action: 'instance.update-undone', after: { templateVersion: 1 } })
  },
  longMs,
)

test(
  'who stops the app before it runs as the new version gets the old one back',
  async () => {
    const { template, planId } = await sold()
    const app = await bought(planId)
    await release(admin, again(template, 'never-ready'))
    await update(app)
    await app.customer.put(`/instances/${app.id}/stop`)
    expect(await ended(app)).toMatchObject([{ status: 'ROLLED_BACK', reason: 'stopped' }])
    expect(await update(app)).toFail(409, 'INVALID_STATE')
    await app.customer.put(`/instances/${app.id}/start`)
    expect(await running(app)).toMatchObject({ templateVersion: 1 })
  },
  longMs,
)

test(
  'who removes the app before it runs as the new version ends the update',
  async () => {
    const { template, planId } = await sold()
    const app = await bought(planId)
    await release(admin, again(template, 'never-ready'))
    await update(app)
    const { name } = await viewOf(app)
    expect((await app.customer.delete(`/instances/${app.id}`, { confirm: name })).status).toBe(200)
    expect(await ended(app)).toMatchObject([{ status: 'ROLLED_BACK', reason: 'removed' }])
  },
  longMs,
)

test(
  'an update and an upgrade don’t run at the same time',
  async () => {
    const { template, planId, serviceId } = await sold()
    const size = { cpuMillicores: 400, memoryMb: 256, storageGb: 1 }
    const large = await admin.post(`/admin/services/${serviceId}/plans`, {
      name: 'Large',
      tier: 2,
      price: 2_000,
      ...size,
      features: [],
      totalQuota: 10,
    })
    const app = await bought(planId)
    await release(admin, again(template, 'never-ready'))
    expect((await update(app)).status).toBe(200)
    const upgrade = () =>
      app.customer.post(`/subscriptions/${app.subscriptionId}/upgrade`, { planId: large.body.data.id })
    expect(await upgrade()).toFail(409, 'INVALID_STATE')
    const options = (await app.customer.get(`/subscriptions/${app.subscriptionId}/upgrade-options`)).body.data
    expect(options[0].reason.code).toBe('INVALID_STATE')
    await see(runtime, app.subscriptionId, {
      status: 'ERROR',
      reasonCode: 'CrashLoopBackOff',
      statusReason: 'It crashes.',
    })
    await running(app)
    expect((await upgrade()).status).toBe(200)
    expect(await update(app)).toFail(409, 'INVALID_STATE')
  },
  longMs,
)

test(
  'a plan that has become too small is said so, and whoever has it keeps the version',
  async () => {
    const { template, planId, serviceId } = await sold()
    const app = await bought(planId)
    const plan = (await admin.get(`/admin/services/${serviceId}/plans/${planId}`)).body.data
    await admin.put(`/admin/services/${serviceId}/plans/${planId}`, { memoryMb: 512 }, { 'if-match': '*' })
    await release(admin, again(template, 'v2', { minimum: { cpuMillicores: 100, memoryMb: 256, storageGb: 0 } }))
    expect(plan.memoryMb).toBe(128)
    const refused = await update(app)
    expect(refused).toFail(409, 'INSUFFICIENT_RESOURCES')
    expect(refused.body.error.details).toMatchObject({ missing: ['memoryMb'] })
  },
  longMs,
)

test(
  'only the owner updates an app, and only to a version that is newer and published',
  async () => {
    const { template, planId } = await sold()
    const app = await bought(planId)
    expect(await update(app)).toFail(409, 'INVALID_STATE')
    await release(admin, again(template, 'v2'))
    for (const version of [1, 3, 99]) expect(await update(app, { version })).toFail(409, 'INVALID_STATE')
    const stranger = await runtime.system.customer()
    expect(await update({ ...app, customer: stranger })).toFail(403, 'FORBIDDEN')
    expect(await stranger.get(`/instances/${app.id}/updates`)).toFail(403, 'FORBIDDEN')
    expect((await update(app, { version: 2 })).status).toBe(200)
    await ended(app)
    const rows = await runtime.system.parts.db.read.select().from(instances).where(eq(instances.id, app.id)).all()
    expect(rows).toMatchObject([{ templateVersion: 2 }])
  },
  longMs,
)

test(
  'an update is no side door to what the operator has fixed',
  async () => {
    const { template, planId, serviceId } = await sold()
    const fixed = await admin.put(
      `/admin/services/${serviceId}`,
      { presets: { greeting: 'Ours' } },
      { 'if-match': '*' },
    )
    expect(fixed.status).toBe(200)
    const app = await bought(planId)
    await release(admin, again(template, 'v2'))
    const refused = await update(app, { config: { greeting: 'Mine' } })
    expect([refused.status, refused.body.error.details.problems[0].path]).toEqual([422, '/config/greeting'])
    expect((await update(app)).status).toBe(200)
    await ended(app)
    expect((await deployed(runtime, app)).env).toContainEqual(['WHOAMI_NAME', 'Ours'])
  },
  longMs,
)

const generatedOf = async (app: App): Promise<Record<string, string>> => (await sealedOf(app)).generated
