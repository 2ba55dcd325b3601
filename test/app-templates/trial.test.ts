import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { templateTrials } from '../../src/features/app-templates/tables'
import { ManualClock, minute } from '../../src/lib/clock'
import { startTestCluster } from '../support/cluster'
import { sharedRuntime } from '../support/runtime'
import { type Caller, startSystem, type TestSystem, until } from '../support/system'
import { hello, upload } from './hello'

const clock = new ManualClock(new Date())
const shared = sharedRuntime({ clock })
const longMs = 120_000

let made = 0
async function draft(admin: Caller, tag: string) {
  const template = hello(`tried-${++made}`, tag, { strategy: 'recreate' })
  return { path: `/admin/templates/${template.name}`, version: await upload(admin, template) }
}
type Draft = Awaited<ReturnType<typeof draft>>

const begin = (admin: Caller, { path, version }: Draft, body: object = {}) =>
  admin.post(`${path}/versions/${version}/trial`, body)

async function begun(admin: Caller, wanted: Draft, body?: object): Promise<string> {
  const answer = await begin(admin, wanted, body)
  if (answer.status !== 202) throw new Error(JSON.stringify(answer.body))
  return `${wanted.path}/trials/${answer.body.data.id}`
}

const removed = (admin: Caller, path: string) =>
  until(
    'the end of the trial',
    async () => (await admin.get(path)).body.data,
    ({ removedAt }) => removedAt !== null,
  )

const trialOf = async ({ parts }: TestSystem, path: string) =>
  (await parts.db.read.select().from(templateTrials).all()).find(({ id }) => path.endsWith(id))!

test(
  'a version that runs is ready, and nothing of it is left in the cluster',
  async () => {
    const { system, cluster } = await shared()
    const admin = await system.admin()
    const wanted = await draft(admin, 'v1')
    const path = await begun(admin, wanted, { config: { greeting: 'Try' } })
    expect(await begin(admin, wanted)).toFail(409, 'INVALID_STATE')
    expect(await admin.delete(wanted.path, undefined, { 'if-match': '*' })).toFail(409, 'INVALID_STATE')
    const seen = await removed(admin, path)
    expect(seen).toMatchObject({ outcome: 'READY', trouble: null, status: 'TERMINATED' })
    expect(seen.readyAfterSeconds).toBeGreaterThanOrEqual(0)
    expect(seen.events.join('\n')).toContain('Pod tried-')
    await until(
      'the namespace to go',
      () => cluster.listNamespaces(),
      (names) => !names.includes(seen.namespace),
    )
    const sealed = (await trialOf(system, path)).sealedValues
    expect(JSON.parse(system.parts.sealer.open(sealed, `template_trials/${seen.id}/sealed_values`))).toEqual({
      inputs: {},
      secrets: {},
    })
    expect((await admin.delete(wanted.path, undefined, { 'if-match': '*' })).status).toBe(200)
  },
  longMs,
)

test(
  'a version whose image can’t be pulled has failed, in words',
  async () => {
    const { system, cluster } = await shared()
    const admin = await system.admin()
    const path = await begun(admin, await draft(admin, 'does-not-exist'))
    await until(
      'the trouble',
      () => trialOf(system, path),
      ({ reasonCode }) => reasonCode === 'ImagePullBackOff',
    )
    clock.advance(minute)
    system.parts.reconciler.wake(path.split('/').at(-1)!)
    const seen = await removed(admin, path)
    expect(seen).toMatchObject({
      outcome: 'FAILED',
      trouble: 'The app’s image can’t be pulled.',
      readyAfterSeconds: null,
    })
    await until(
      'the namespace to go',
      () => cluster.listNamespaces(),
      (names) => !names.includes(seen.namespace),
    )
  },
  longMs,
)

test(
  'two at a time; at its deadline a trial ends whatever the version does',
  async () => {
    const { system } = await shared()
    const admin = await system.admin()
    const paths = [
      await begun(admin, await draft(admin, 'never-ready')),
      await begun(admin, await draft(admin, 'never-ready')),
    ]
    const third = await draft(admin, 'v1')
    expect(await begin(admin, third)).toFail(409, 'INVALID_STATE')
    clock.advance(15 * minute)
    system.parts.queue.wake('template.trial-end')
    // The sign-in is over by then.
    const later = await system.admin()
    for (const path of paths) expect((await removed(later, path)).outcome).toBe('TIMED_OUT')
    expect((await removed(later, await begun(later, third))).outcome).toBe('READY')
  },
  longMs,
)

test('a plan that is too small, a configuration that it does not take and a version that is not there are refused', async () => {
  const { system } = await shared()
  const admin = await system.admin()
  const wanted = await draft(admin, 'v1')
  expect(await begin(admin, wanted, { plan: { memoryMb: 16 } })).toFail(409, 'INSUFFICIENT_RESOURCES')
  expect(await begin(admin, wanted, { config: { greeting: '<' } })).toFail(422, 'VALIDATION_ERROR')
  expect(await begin(admin, { ...wanted, version: 9 })).toFail(404, 'NOT_FOUND')
})

test(
  'after the server was killed in the middle the next one ends the trial and leaves no namespace behind',
  async () => {
    const cluster = await startTestCluster()
    const dataDir = mkdtempSync(join(tmpdir(), 'minispod-trial-'))
    const options = { dataDir, environment: cluster.environment }
    const first = await startSystem(options)
    const admin = await first.admin()
    const path = await begun(admin, await draft(admin, 'v1'))
    // It never hears of what becomes of it.
    await first.parts.reconciler.stop()
    await first.close()
    const next = await startSystem(options)
    const seen = await until(
      'the end of the trial',
      () => trialOf(next, path),
      ({ removedAt }) => removedAt !== null,
    )
    expect(seen.outcome).toBe('READY')
    await until(
      'the namespace to go',
      () => cluster.listNamespaces(),
      (names) => !names.includes(seen.namespace),
    )
    await next.close()
    await cluster.close()
    rmSync(dataDir, { recursive: true, force: true })
  },
  longMs,
)
