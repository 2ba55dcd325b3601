import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { rolloutJob } from '../../src/features/instances'
import { instances } from '../../src/features/instances/tables'
import { assertMayUpdate } from '../../src/features/subscriptions'
import type { Template } from '../../src/templates'
import { see } from '../subscriptions/observed'
import { openShop, type Shop } from '../support/shop'
import { type Caller, type TestCustomer, until } from '../support/system'
import { hello, release, sell } from './hello'

let shop: Shop
let admin: Caller
// The cluster is away: what is seen of an app is what the test says.
beforeAll(async () => {
  shop = await openShop()
  admin = await shop.system.admin()
})

afterAll(() => shop?.close())

let made = 0

async function sold() {
  const template = hello(`all-${++made}`, 'v1')
  await release(admin, template)
  return { template, ...(await sell(admin, template.name)) }
}

interface App {
  customer: TestCustomer
  subscriptionId: string
  id: string
}

async function bought(planId: string): Promise<App> {
  const customer = await shop.system.customer({ balance: 10_000 })
  const { body } = await customer.post('/subscriptions', { planId })
  const app = { customer, subscriptionId: body.data.id, id: body.data.instance.id }
  await see(shop, app.subscriptionId, { status: 'RUNNING' })
  return app
}

const several = (planId: string, count: number) => Promise.all(Array.from({ length: count }, () => bought(planId)))
const path = ({ name }: Template): string => `/admin/templates/${name}/update-all`
const progress = async (template: Template) => (await admin.get(path(template))).body.data

const rowsOf = ({ name }: Template) =>
  shop.system.parts.db.read.select().from(instances).where(eq(instances.templateName, name)).all()

/** The apps that are on their way to another version now. */
const underWay = async (template: Template) => (await rowsOf(template)).filter(({ status }) => status === 'RESTARTING')

const steady = (template: Template, pending: number) =>
  until(
    'apps on their way',
    () => progress(template),
    (seen) => seen.pending === pending,
  )

async function seeAll(template: Template, seen: Parameters<typeof see>[2]): Promise<void> {
  for (const { subscriptionId } of await underWay(template)) await see(shop, subscriptionId, seen)
}

test('all apps are taken to the version that is sold, three at a time; who can’t be now is skipped and still offered it', async () => {
  const { template, planId } = await sold()
  const apps = await several(planId, 7)
  const stopped = apps[0]!
  await stopped.customer.put(`/instances/${stopped.id}/stop`)
  await see(shop, stopped.subscriptionId, { status: 'STOPPED' })
  await release(admin, hello(template.name, 'v2'))
  expect((await admin.get(path(template))).body.data).toBeNull()
  expect(await admin.get('/admin/templates/nothing/update-all')).toFail(404, 'NOT_FOUND')
  const started = await admin.post(path(template))
  expect(started.status).toBe(202)
  expect(started.body.data).toMatchObject({ toVersion: 2, status: 'RUNNING', left: 7 })
  expect(await admin.post(path(template))).toFail(409, 'INVALID_STATE')
  for (let most = 0; (await progress(template)).status === 'RUNNING'; most++) {
    expect(most).toBeLessThan(100)
    expect((await underWay(template)).length).toBeLessThanOrEqual(3)
    await seeAll(template, { status: 'RUNNING' })
    await Bun.sleep(10)
  }
  expect(await progress(template)).toMatchObject({
    status: 'DONE',
    done: 6,
    rolledBack: 0,
    pending: 0,
    skipped: 1,
    left: 0,
    stoppedBecause: null,
  })
  expect((await rowsOf(template)).filter(({ templateVersion }) => templateVersion === 2)).toHaveLength(6)
  expect((await stopped.customer.get(`/instances/${stopped.id}`)).body.data).toMatchObject({
    templateVersion: 1,
    update: { version: 2 },
  })
  const { body } = await apps[1]!.customer.get(`/instances/${apps[1]!.id}/updates`)
  expect(body.data).toMatchObject([{ status: 'DONE', byOperator: true }])
})

test('after three roll-backs in a row it stops by itself and says so; the others are not touched', async () => {
  const { template, planId } = await sold()
  await several(planId, 6)
  await release(admin, hello(template.name, 'does-not-exist'))
  await admin.post(path(template))
  await steady(template, 3)
  await seeAll(template, {
    status: 'ERROR',
    reasonCode: 'ImagePullBackOff',
    statusReason: 'The app’s image can’t be pulled.',
  })
  const stopped = await until(
    'the stop',
    () => progress(template),
    ({ status }) => status === 'STOPPED',
  )
  expect(stopped).toMatchObject({ stoppedBecause: 'rolled-back', done: 0, rolledBack: 3, pending: 0 })
  expect((await rowsOf(template)).every(({ templateVersion }) => templateVersion === 1)).toBe(true)
})

test('steps that are run again, at once and after a kill, take nothing twice and go on to the end', async () => {
  const { template, planId } = await sold()
  await several(planId, 5)
  await release(admin, hello(template.name, 'v2'))
  await admin.post(path(template))
  await steady(template, 3)
  const { id } = await progress(template)
  const job = rolloutJob(shop.system.parts, assertMayUpdate)
  const again = () => job.run({ rolloutId: id }, { signal: new AbortController().signal, attempt: 2, jobId: 'x' })
  await Promise.all([again(), again(), again()])
  expect(await underWay(template)).toHaveLength(3)
  await seeAll(template, { status: 'RUNNING' })
  await Promise.all([again(), again()])
  await steady(template, 2)
  await seeAll(template, { status: 'RUNNING' })
  await again()
  expect(await progress(template)).toMatchObject({ status: 'DONE', done: 5, skipped: 0 })
})

test('an operator can stop it; what is on its way goes on to its end', async () => {
  const { template, planId } = await sold()
  await several(planId, 4)
  await release(admin, hello(template.name, 'v2'))
  expect(await admin.delete(path(template))).toFail(404, 'NOT_FOUND')
  await admin.post(path(template))
  await steady(template, 3)
  expect((await admin.delete(path(template))).body.data).toMatchObject({
    status: 'STOPPED',
    stoppedBecause: 'asked',
    pending: 3,
  })
  await seeAll(template, { status: 'RUNNING' })
  expect(await progress(template)).toMatchObject({ done: 3, pending: 0 })
  expect((await rowsOf(template)).filter(({ templateVersion }) => templateVersion === 1)).toHaveLength(1)
})
