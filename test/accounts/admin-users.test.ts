import { beforeAll, expect, test } from 'bun:test'
import { desc, eq } from 'drizzle-orm'
import { setRole as setRoleAs, suspendUser } from '../../src/features/accounts/admin-acts'
import { users } from '../../src/features/accounts/tables'
import { auditEntries } from '../../src/features/audit/tables'
import type { Actor } from '../../src/http/access'
import { credentialsOf } from '../support/people'
import { openStream } from '../support/streams'
import { type Caller, sharedSystem, type TestCustomer, type TestSystem } from '../support/system'

const shared = sharedSystem()
let system: TestSystem
let admin: Caller
beforeAll(async () => {
  system = await shared()
  admin = await system.admin()
})

const reason = 'because of a test'
const suspend = (id: string, by = admin) => by.post(`/admin/users/${id}/suspend`, { reason })
const unsuspend = (id: string, by = admin) => by.post(`/admin/users/${id}/unsuspend`, { reason })
const setRole = (id: string, role: string, by = admin) => by.put(`/admin/users/${id}/role`, { role, reason })
const codeOf = ({ status, body }: { status: number; body: { error?: { code: string } } }) => [status, body.error?.code]

const lastAct = (id: string) =>
  system.parts.db.read
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.targetId, id))
    .orderBy(desc(auditEntries.number))
    .get()

async function newAdmin(): Promise<TestCustomer> {
  const person = await system.customer()
  expect((await setRole(person.id, 'ADMINISTRATOR')).status).toBe(200)
  return person
}

test('people are found by a piece of their address or name, by role and status, and sorted', async () => {
  const tag = `tag${Math.random().toString(36).slice(2)}`
  const [zoe, adam, percent] = [
    await system.customer({ name: `Zoe ${tag}`, balance: 70_000 }),
    await system.customer({ name: `Adam ${tag.toUpperCase()}` }),
    await system.customer({ name: `100% ${tag}` }),
  ]
  await suspend(adam.id)
  const idsOf = async (query: string) => {
    const { status, body } = await admin.get(`/admin/users?${query}`)
    expect([query, status]).toEqual([query, 200])
    return (body.data as { id: string }[]).map(({ id }) => id)
  }
  expect(await idsOf(`search=${tag}`)).toEqual([percent.id, adam.id, zoe.id])
  expect(await idsOf(`search=${tag}&sort=oldest`)).toEqual([zoe.id, adam.id, percent.id])
  const byAddress = [zoe, adam, percent].toSorted((a, b) => (a.email < b.email ? -1 : 1)).map(({ id }) => id)
  expect(await idsOf(`search=${tag}&sort=email`)).toEqual(byAddress)
  expect(await idsOf(`search=${tag}&status=SUSPENDED`)).toEqual([adam.id])
  expect(await idsOf(`search=${tag}&role=ADMINISTRATOR`)).toEqual([])
  expect(await idsOf(`search=${zoe.email.slice(3, -4)}`)).toEqual([zoe.id])
  // What means something to SQL means nothing here.
  expect(await idsOf(`search=${encodeURIComponent(`100% ${tag}`)}`)).toEqual([percent.id])
  for (const nothing of [`%${tag}`, `_oe ${tag}`, `\\${tag}`, `' or '1'='1`]) {
    expect(await idsOf(`search=${encodeURIComponent(nothing)}`)).toEqual([])
  }
  const page = await admin.get(`/admin/users?search=${tag}&limit=2&page=2`)
  expect(page.body.meta).toEqual({ page: 2, limit: 2, total: 3, totalPages: 2 })
  expect(page.body.data).toEqual([expect.objectContaining({ id: zoe.id, creditBalance: 70_000, status: 'ACTIVE' })])
  for (const wrong of ['role=GOD', 'status=x', 'sort=name', 'search=', 'limit=0', 'password=x']) {
    expect([wrong, ...codeOf(await admin.get(`/admin/users?${wrong}`))]).toEqual([wrong, 422, 'VALIDATION_ERROR'])
  }
})

test('one person is shown with wallet, subscriptions and sessions, and never with a secret', async () => {
  const person = await system.customer({ balance: 60_000 })
  const { id: planId } = await system.plan({ price: 50_000 })
  expect((await person.post('/subscriptions', { planId })).status).toBe(201)
  await system.anybody.post('/auth/login', credentialsOf(person))
  const { body } = await admin.get(`/admin/users/${person.id}`)
  expect(body.data).toMatchObject({
    id: person.id,
    email: person.email,
    creditBalance: 10_000,
    totalSpent: 50_000,
    subscriptions: { live: 1, total: 1 },
    sessions: 2,
    suspension: null,
  })
  expect(Date.parse(body.data.lastSeenAt)).toBeGreaterThan(0)
  expect(JSON.stringify(body)).not.toMatch(/argon2|hash/i)
  expect(await admin.get('/admin/users/usr_nobody')).toFail(404, 'NOT_FOUND')
})

test('a suspended person is out at once, streams included, and in again afterwards with the same session', async () => {
  const person = await system.customer({ balance: 60_000 })
  const { id: planId } = await system.plan({ service: 'ghost', price: 50_000 })
  const bought = (await person.post('/subscriptions', { planId })).body.data
  const told = openStream(system, person)
  const answer = await suspend(person.id)
  expect([answer.status, answer.body.data.status]).toEqual([200, 'SUSPENDED'])
  expect(await told).toContain('"status":"closing"')
  for (const path of ['/auth/me', '/wallet', '/subscriptions', '/auth/sessions']) {
    expect([path, ...codeOf(await person.get(path))]).toEqual([path, 403, 'FORBIDDEN'])
  }
  const signIn = (password: string) => system.anybody.post('/auth/login', { email: person.email, password })
  expect(await signIn(person.password)).toFail(403, 'FORBIDDEN')
  expect(await signIn('a wrong guess')).toFail(401, 'UNAUTHORIZED')
  const refresh = () => system.anybody.post('/auth/refresh', { refreshToken: person.refreshToken })
  expect(await refresh()).toFail(403, 'FORBIDDEN')
  expect((await admin.get(`/admin/users/${person.id}`)).body.data).toMatchObject({
    suspension: { reason, by: expect.stringMatching(/^usr_/) },
    // The app goes on.
    subscriptions: { live: 1, total: 1 },
  })
  expect(await suspend(person.id)).toFail(409, 'INVALID_STATE')

  expect((await unsuspend(person.id)).body.data.status).toBe('ACTIVE')
  expect((await person.get(`/subscriptions/${bought.id}`)).status).toBe(200)
  expect((await refresh()).status).toBe(200)
  expect(await unsuspend(person.id)).toFail(409, 'INVALID_STATE')
})

test('every act is written down with who, why, before and after, and none goes without a reason', async () => {
  const person = await system.customer({ balance: 5_000 })
  const me = (await admin.get('/auth/me')).body.data.id
  const acts: [() => Promise<unknown>, object][] = [
    [
      () => suspend(person.id),
      { action: 'user.suspend', before: { status: 'ACTIVE' }, after: { status: 'SUSPENDED' } },
    ],
    [
      () => unsuspend(person.id),
      { action: 'user.unsuspend', before: { status: 'SUSPENDED' }, after: { status: 'ACTIVE' } },
    ],
    [
      () => setRole(person.id, 'ADMINISTRATOR'),
      { action: 'user.role', before: { role: 'USER' }, after: { role: 'ADMINISTRATOR' } },
    ],
    [
      () => admin.post(`/admin/users/${person.id}/credit-adjustment`, { amount: -2_000, reason }),
      {
        action: 'user.credit-adjustment',
        before: null,
        after: { amount: -2_000, balance: 3_000, transaction: expect.stringMatching(/^TXMP-\d+$/) },
      },
    ],
  ]
  for (const [act, { before, after, ...written }] of acts as [() => Promise<unknown>, Record<string, unknown>][]) {
    await act()
    const entry = (await lastAct(person.id))!
    expect(entry).toMatchObject({ ...written, reason, actorKind: 'user', actorId: me, address: '127.0.0.1' })
    expect(JSON.parse(entry.before ?? 'null')).toEqual(before)
    expect(JSON.parse(entry.after!)).toEqual(after)
  }
  const { number } = (await lastAct(person.id))!
  for (const wrong of [{}, { reason: '' }, { reason: '    ' }, { reason: 'x'.repeat(501) }, { reason: null }]) {
    expect((await admin.post(`/admin/users/${person.id}/suspend`, wrong)).status).toBe(422)
    expect((await admin.put(`/admin/users/${person.id}/role`, { role: 'USER', ...wrong })).status).toBe(422)
    expect((await admin.post(`/admin/users/${person.id}/credit-adjustment`, { amount: 1, ...wrong })).status).toBe(422)
  }
  // The same role again is no act.
  await setRole(person.id, 'ADMINISTRATOR')
  expect((await lastAct(person.id))!.number).toBe(number)
  await setRole(person.id, 'USER')
})

test('another role holds from the next request on, and ends the streams of the old one', async () => {
  const person = await system.customer()
  expect((await person.get('/admin/users')).status).toBe(403)
  expect((await setRole(person.id, 'ADMINISTRATOR')).body.data.role).toBe('ADMINISTRATOR')
  expect((await person.get('/admin/users')).status).toBe(200)
  const told = openStream(system, person)
  await setRole(person.id, 'USER')
  expect(await told).toContain('"status":"closing"')
  expect((await person.get('/admin/users')).status).toBe(403)
  expect((await person.get('/auth/me')).status).toBe(200)
})

test('nobody locks out or demotes themselves', async () => {
  const other = await newAdmin()
  expect(await suspend(other.id, other)).toFail(403, 'FORBIDDEN')
  expect(await setRole(other.id, 'USER', other)).toFail(403, 'FORBIDDEN')
  expect((await other.get('/admin/users')).status).toBe(200)
  await setRole(other.id, 'USER')
})

test('administrators who turn on each other at once leave one', async () => {
  const { parts } = system
  const actorOf = async (by: Caller): Promise<Actor> => {
    const { id, email } = (await by.get('/auth/me')).body.data
    return { userId: id, sessionId: 'ses_test', role: 'ADMINISTRATOR', email }
  }
  for (const turn of [
    (actor: Actor, id: string) => parts.db.write((tx) => setRoleAs(parts, tx, actor, id, { role: 'USER', reason })),
    (actor: Actor, id: string) => parts.db.write((tx) => suspendUser(parts, tx, actor, id, reason)),
  ]) {
    const pair = [await newAdmin(), await newAdmin()] as const
    const [first, second] = await Promise.all(pair.map(actorOf))
    // Both were let in as administrators before either had their turn to write.
    const outcomes = await Promise.allSettled([turn(first!, second!.userId), turn(second!, first!.userId)])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'FORBIDDEN' } })
    expect((await pair[0].get('/admin/users')).status).toBe(200)
    await setRole(first!.userId, 'USER')
  }
})

test('a customer can do none of it, and what is not there is 404', async () => {
  const [person, victim] = [await system.customer(), await system.customer()]
  const calls = (by: Caller, id: string) =>
    Promise.all([
      by.get(`/admin/users/${id}`),
      suspend(id, by),
      unsuspend(id, by),
      setRole(id, 'ADMINISTRATOR', by),
      by.post(`/admin/users/${id}/credit-adjustment`, { amount: 1_000, reason }),
    ])
  for (const id of [person.id, victim.id]) {
    for (const answer of await calls(person, id)) expect(answer).toFail(403, 'FORBIDDEN')
  }
  expect((await person.get('/admin/users')).status).toBe(403)
  for (const answer of await calls(system.anybody, victim.id)) expect(answer.status).toBe(401)
  for (const answer of await calls(admin, 'usr_nobody')) expect(answer).toFail(404, 'NOT_FOUND')
  expect(await victim.balance()).toBe(0)
})

test('a closed account stays as it is', async () => {
  const person = await system.customer()
  await system.parts.db.write((tx) => tx.update(users).set({ status: 'CLOSED' }).where(eq(users.id, person.id)).run())
  const tries = [
    await suspend(person.id),
    await unsuspend(person.id),
    await setRole(person.id, 'ADMINISTRATOR'),
    await admin.post(`/admin/users/${person.id}/credit-adjustment`, { amount: 1_000, reason }),
  ]
  for (const answer of tries) expect(answer).toFail(409, 'INVALID_STATE')
})
