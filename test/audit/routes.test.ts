import { expect, test } from 'bun:test'
import { auditEntries } from '../../src/features/audit/tables'
import { sharedSystem, type TestSystem, until } from '../support/system'

const system = sharedSystem()

interface Entry {
  number: number
  at: string
  actor: { kind: string; id: string; via: string | null }
  action: string
  target: { kind: string; id: string }
  reason: string | null
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  requestId: string | null
  address: string | null
  previousHash: string
  hash: string
}

async function entriesOf(admin: Awaited<ReturnType<TestSystem['admin']>>, query: string): Promise<Entry[]> {
  const { status, body } = await admin.get(`/admin/audit?${query}`)
  expect(status).toBe(200)
  return body.data
}

/** A customer with an app that runs or is about to. */
async function customerWithApp() {
  const { customer, plan } = await system()
  const sold = await plan({ price: 50_000 })
  const owner = await customer({ balance: 60_000 })
  const { status, body } = await owner.post('/subscriptions', { planId: sold.id })
  expect(status).toBe(201)
  return { owner, subscription: body.data, instance: body.data.instance as { id: string; name: string } }
}

test('an act shows who did it, from where, by which request, and what changed', async () => {
  const admin = await (await system()).admin()
  const { owner, instance } = await customerWithApp()
  const { status, headers } = await owner.put(`/instances/${instance.id}/stop`)
  expect(status).toBe(200)
  const [entry] = await entriesOf(admin, `targetKind=instance&targetId=${instance.id}&action=instance.stop`)
  expect(entry).toMatchObject({
    actor: { kind: 'user', id: owner.id, via: expect.stringMatching(/^ses_/) },
    target: { kind: 'instance', id: instance.id },
    before: { desiredState: 'RUNNING' },
    after: { desiredState: 'STOPPED', status: 'STOPPING' },
    requestId: headers.get('x-request-id'),
    address: expect.stringMatching(/127\.0\.0\.1$/),
  })
  const one = await admin.get(`/admin/audit/${entry!.number}`)
  expect(one.body.data).toEqual(entry)
  expect((await admin.get('/admin/audit/999999')).status).toBe(404)
  expect((await admin.get('/admin/audit/x')).status).toBe(422)
})

test('what somebody else tries on a customer’s app is refused and written down', async () => {
  const { customer, ...house } = await system()
  const admin = await house.admin()
  const { owner, instance } = await customerWithApp()
  const thief = await customer()
  expect((await thief.put(`/instances/${instance.id}/stop`)).status).toBe(403)
  expect((await owner.delete(`/instances/${instance.id}`, { confirm: 'not its name' })).status).toBe(422)
  const denied = await until(
    'both denials',
    () => entriesOf(admin, `targetKind=instance&targetId=${instance.id}`),
    (entries) => entries.length >= 2,
  )
  expect(denied).toMatchObject([
    { action: 'instance.terminate.denied', actor: { id: owner.id }, after: { code: 'VALIDATION_ERROR' } },
    {
      action: 'access.denied',
      actor: { id: thief.id },
      reason: 'This instance is not yours',
      after: { method: 'PUT' },
    },
  ])
})

test('a customer on an administrator’s route is written down', async () => {
  const { customer, ...house } = await system()
  const curious = await customer()
  expect((await curious.get('/admin/audit')).status).toBe(403)
  const denied = await until(
    'the denial',
    async () => entriesOf(await house.admin(), `actor=${curious.id}`),
    (entries) => entries.length > 0,
  )
  expect(denied).toMatchObject([
    { action: 'access.denied', target: { kind: 'route', id: 'GET /admin/audit' }, reason: 'Administrators only' },
  ])
})

test('failed sign-ins are written down with the account they were for, and never with what was typed', async () => {
  const { customer, anybody, ...house } = await system()
  const admin = await house.admin()
  const victim = await customer()
  const guess = 'canary-guess-4711'
  expect((await anybody.post('/auth/login', { email: victim.email, password: guess })).status).toBe(401)
  expect((await anybody.post('/auth/login', { email: `${guess}@example.com`, password: guess })).status).toBe(401)
  await until(
    'both',
    () => entriesOf(admin, 'action=sign-in.denied'),
    (entries) => entries.length >= 2,
  )
  const entries = await entriesOf(admin, 'action=sign-in.denied')
  expect(entries.map(({ target }) => target.id).toSorted()).toEqual(['unknown', victim.id].toSorted())
  for (const { actor, address } of entries) expect(actor).toMatchObject({ kind: 'anonymous', id: address })
  const everything = JSON.stringify(await house.parts.db.read.select().from(auditEntries).all())
  expect(everything).not.toContain(guess)
})

test('a wrong present password is written down', async () => {
  const { customer, ...house } = await system()
  const owner = await customer()
  const body = { currentPassword: 'canary-wrong', newPassword: 'another horse battery staple' }
  expect((await owner.post('/auth/change-password', body)).status).toBe(403)
  const denied = await until(
    'the denial',
    async () => entriesOf(await house.admin(), `actor=${owner.id}`),
    (entries) => entries.length > 0,
  )
  expect(denied).toMatchObject([{ action: 'password.change.denied', target: { kind: 'user', id: owner.id } }])
  expect(JSON.stringify(denied)).not.toContain('canary')
})

test('what an administrator does to a schedule is written down', async () => {
  const admin = await (await system()).admin()
  for (const verb of ['pause', 'resume', 'run']) {
    expect((await admin.post(`/admin/jobs/schedules/ledger.check/${verb}`)).status).toBe(200)
  }
  const entries = await entriesOf(admin, 'targetKind=schedule&targetId=ledger.check')
  expect(entries.map(({ action }) => action)).toEqual(['schedule.run', 'schedule.resume', 'schedule.pause'])
  expect(new Set(entries.map(({ actor }) => actor.kind))).toEqual(new Set(['user']))
})

test('the log is listed newest first, by page and by time, and a filter that makes no sense is refused', async () => {
  const { customer, ...house } = await system()
  const admin = await house.admin()
  const { owner, instance } = await customerWithApp()
  for (const verb of ['stop', 'start', 'stop']) {
    expect((await owner.put(`/instances/${instance.id}/${verb}`)).status).toBe(200)
  }
  const all = await entriesOf(admin, `actor=${owner.id}`)
  expect(all.map(({ action }) => action)).toEqual(['instance.stop', 'instance.start', 'instance.stop'])
  expect(all.map(({ number }) => number)).toEqual(all.map(({ number }) => number).toSorted((a, b) => b - a))
  const { body } = await admin.get(`/admin/audit?actor=${owner.id}&limit=2&page=2`)
  expect(body.meta).toEqual({ page: 2, limit: 2, total: 3, totalPages: 2 })
  expect(body.data).toEqual([all[2]])
  const [newest, middle] = all as [Entry, Entry, Entry]
  const after = new Date(new Date(newest.at).getTime() + 1).toISOString()
  expect(await entriesOf(admin, `actor=${owner.id}&to=${newest.at}&from=${middle.at}`)).toContainEqual(middle)
  expect(await entriesOf(admin, `actor=${owner.id}&from=${after}`)).toEqual([])
  for (const bad of ['from=yesterday', 'to=2026-02-30T00:00:00Z', 'limit=0', 'page=x', 'who=me', 'actor=']) {
    expect((await admin.get(`/admin/audit?${bad}`)).status).toBe(422)
  }
})
