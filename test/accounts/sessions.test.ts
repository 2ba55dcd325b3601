import { afterAll, beforeAll, expect, test } from 'bun:test'
import { day, ManualClock, second } from '../../src/lib/clock'
import { type Caller, callerOf, startSystem, type TestCustomer, type TestSystem } from '../support/system'

const clock = new ManualClock('2026-03-01T00:00:00Z')
let system: TestSystem
beforeAll(async () => {
  system = await startSystem({ clock })
})
afterAll(() => system.close())

interface Tokens {
  accessToken: string
  refreshToken: string
}

const refresh = (refreshToken: string) => system.anybody.post('/auth/refresh', { refreshToken })
const withToken = (accessToken: string): Caller => callerOf(system.url, { authorization: `Bearer ${accessToken}` })

async function logIn({ email, password }: TestCustomer, userAgent = 'test'): Promise<Caller & Tokens> {
  const { body } = await system.anybody.post('/auth/login', { email, password }, { 'user-agent': userAgent })
  return Object.assign(withToken(body.data.accessToken), body.data as Tokens)
}

test('a refresh token is good for one use, and its successor for the next', async () => {
  const person = await system.customer()
  let token = person.refreshToken
  const seen = new Set([token])
  for (let round = 0; round < 4; round++) {
    const { status, body } = await refresh(token)
    expect(status).toBe(200)
    expect(Object.keys(body.data).toSorted()).toEqual(['accessToken', 'expiresIn', 'refreshToken'])
    expect((await withToken(body.data.accessToken).get('/auth/me')).body.data.id).toBe(person.id)
    token = body.data.refreshToken
    seen.add(token)
    clock.advance(60 * second)
  }
  expect(seen.size).toBe(5)
})

test('a double click gets the same successor, also when it comes twenty times at once', async () => {
  const { refreshToken } = await system.customer()
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)))
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  const successors = new Set(answers.map(({ body }) => body.data.refreshToken))
  expect(successors.size).toBe(1)
  clock.advance(20 * second)
  expect((await refresh(refreshToken)).body.data.refreshToken).toBe([...successors][0])
  expect((await refresh([...successors][0]!)).status).toBe(200)
})

test('an old refresh token that comes back later ends the whole family at once', async () => {
  const person = await system.customer()
  const next = (await refresh(person.refreshToken)).body.data
  const bystander = await logIn(person)
  clock.advance(20 * second + 1)
  const reused = await refresh(person.refreshToken)
  expect(reused).toFail(401, 'UNAUTHORIZED')
  expect((await refresh(next.refreshToken)).status).toBe(401)
  for (const { accessToken } of [person, next]) {
    expect((await withToken(accessToken).get('/auth/me')).status).toBe(401)
  }
  // Another sign-in of the same person is another family.
  expect((await bystander.get('/auth/me')).status).toBe(200)
})

test('a token whose successor was used already is no double click, however quickly it comes', async () => {
  const { refreshToken } = await system.customer()
  const next = (await refresh(refreshToken)).body.data
  const third = (await refresh(next.refreshToken)).body.data
  expect((await refresh(refreshToken)).status).toBe(401)
  expect((await refresh(third.refreshToken)).status).toBe(401)
})

test('the reuse of a token ends the streams of its family', async () => {
  const person = await system.customer()
  const other = await logIn(person)
  const sessions = (await person.get('/auth/sessions')).body.data as { id: string; current: boolean }[]
  const open = (session: { id: string }) => {
    const response = system.parts.streams.respond(
      new Request('http://localhost/'),
      { userId: person.id, sessionId: session.id },
      (sink) => new Promise((done) => sink.signal.addEventListener('abort', () => done())),
    )
    return response.text()
  }
  const told = open(sessions.find(({ current }) => current)!)
  const untold = open(sessions.find(({ current }) => !current)!)
  await refresh(person.refreshToken)
  clock.advance(21 * second)
  await refresh(person.refreshToken)
  expect(await told).toContain('"status":"closing"')
  expect(await Promise.race([untold, Bun.sleep(20).then(() => 'still open')])).toBe('still open')
  await other.post('/auth/logout')
  expect(await untold).toContain('signed out')
})

test.each(['', 'mpr_', 'nonsense', `mpr_${'A'.repeat(43)}`, 'eyJhbGciOiJIUzI1NiJ9.e30.x'])(
  'a refresh token that was never issued (%p) is 401',
  async (token) => {
    const { status, body } = await refresh(token)
    expect({ status, body }).toFail(401, 'UNAUTHORIZED')
  },
)

test('an access token is no refresh token, and a refresh token no access token', async () => {
  const { accessToken, refreshToken } = await system.customer()
  expect((await refresh(accessToken)).status).toBe(422)
  expect((await withToken(refreshToken).get('/auth/me')).status).toBe(401)
})

test('signing out ends this session at once, and its refresh token', async () => {
  const person = await system.customer()
  const other = await logIn(person)
  expect((await person.post('/auth/logout')).body).toEqual({ success: true, data: null })
  const after = await person.get('/auth/me')
  expect(after).toFail(401, 'UNAUTHORIZED')
  expect((await refresh(person.refreshToken)).status).toBe(401)
  expect((await other.get('/auth/me')).status).toBe(200)
})

test('signing out everywhere ends every session of the person, and nobody else’s', async () => {
  const person = await system.customer()
  const others = await Promise.all([logIn(person), logIn(person)])
  const neighbour = await system.customer()
  expect((await person.delete('/auth/sessions')).status).toBe(200)
  for (const session of [person, ...others]) {
    expect((await session.get('/auth/me')).status).toBe(401)
    expect((await refresh(session.refreshToken)).status).toBe(401)
  }
  expect((await neighbour.get('/auth/me')).status).toBe(200)
})

test('sessions are listed with their device, the present one marked, and can be ended one by one', async () => {
  const person = await system.customer()
  clock.advance(second)
  const phone = await logIn(person, `Phone ${'x'.repeat(500)}`)
  const { data } = (await person.get('/auth/sessions')).body
  expect(data).toHaveLength(2)
  expect(data.map(({ current }: { current: boolean }) => current)).toEqual([false, true])
  expect(data[0]).toMatchObject({ address: '127.0.0.1', endedAt: null })
  expect(data[0].userAgent).toStartWith('Phone')
  expect(data[0].userAgent.length).toBe(200)
  expect((await person.delete(`/auth/sessions/${data[0].id}`)).status).toBe(200)
  expect((await phone.get('/auth/me')).status).toBe(401)
  expect((await person.get('/auth/me')).status).toBe(200)
  // What has ended stands behind what is open.
  const after = (await person.get('/auth/sessions')).body.data as { id: string; endedAt: string | null }[]
  expect(after.map(({ id, endedAt }) => [id, endedAt])).toEqual([
    [data[1].id, null],
    [data[0].id, clock.now().toISOString()],
  ])
  // Ended once is ended; somebody else's is as unknown as one that never was.
  for (const id of [data[0].id, 'ses_unknown']) expect((await person.delete(`/auth/sessions/${id}`)).status).toBe(404)
  const stranger = await system.customer()
  expect((await stranger.delete(`/auth/sessions/${data[1].id}`)).status).toBe(403)
  expect((await person.get('/auth/me')).status).toBe(200)
})

test('a session ends after thirty days, however often it was refreshed', async () => {
  const person = await system.customer()
  let token = person.refreshToken
  for (let week = 0; week < 4; week++) {
    clock.advance(7 * day)
    token = (await refresh(token)).body.data.refreshToken
  }
  clock.advance(2 * day)
  expect((await refresh(token)).status).toBe(401)
})

test('no number of sessions that have ended hides an open one', async () => {
  const person = await system.customer()
  clock.advance(second)
  for (let index = 0; index < 25; index++) {
    const { body } = await system.anybody.post('/auth/login', { email: person.email, password: person.password })
    await callerOf(system.url, { authorization: `Bearer ${body.data.accessToken}` }).post('/auth/logout')
    clock.advance(second)
  }
  const { data, meta } = (await person.get('/auth/sessions')).body
  expect(meta).toMatchObject({ total: 26, totalPages: 2 })
  expect(data[0]).toMatchObject({ current: true, endedAt: null })
})
