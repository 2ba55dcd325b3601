import { afterEach, beforeEach, expect, test } from 'bun:test'
import { Denials, verifyAuditChain } from '../../src/features/audit'
import { RequestContext } from '../../src/http/request-context'
import { day, ManualClock } from '../../src/lib/clock'
import { AppError } from '../../src/lib/errors'
import { noLog } from '../queue/house'
import { openScratch, type Scratch } from './scratch'

let scratch: Scratch
let denials: Denials
let clock: ManualClock
beforeEach(async () => {
  scratch = await openScratch()
  clock = new ManualClock('2030-01-01T00:00:00Z')
  denials = new Denials({ db: scratch.db, clock, log: noLog })
})
afterEach(async () => {
  await denials.flush()
  await scratch.close()
})

interface Try {
  userId?: string
  address?: string
  route?: string
  id?: string
  error?: AppError
}

const forbidden = new AppError('FORBIDDEN', 'This instance is not yours')
const wrongPassword = (userId: string) =>
  new AppError('UNAUTHORIZED', 'E-mail or password is wrong', undefined, {
    attempt: { action: 'sign-in', target: { kind: 'user', id: userId } },
  })
let requests = 0

function deny({
  userId,
  address = '192.0.2.1',
  route = '/api/instances/:id/stop',
  id = 'ins_1',
  error = forbidden,
}: Try) {
  const request = new Request('http://x/', { method: 'PUT' })
  const listening = { addressOf: () => address, isProxied: () => false, limits: undefined }
  const context = new RequestContext(`req_${++requests}`, 0, request, listening)
  context.route = route
  if (userId) context.actor = { userId, sessionId: `ses_${userId}` }
  denials.observe(error, { context, request, params: { id } })
}

const written = async () => {
  await denials.flush()
  return (await scratch.entries()).map(({ after, ...entry }) => ({ ...entry, after: JSON.parse(after ?? 'null') }))
}

test('a forbidden act is written down with who, what, why and by which request', async () => {
  deny({ userId: 'usr_1' })
  expect(await written()).toMatchObject([
    {
      actorKind: 'user',
      actorId: 'usr_1',
      via: 'ses_usr_1',
      action: 'access.denied',
      targetKind: 'instance',
      targetId: 'ins_1',
      reason: 'This instance is not yours',
      address: '192.0.2.1',
      requestId: `req_${requests}`,
      after: { method: 'PUT', route: '/instances/:id/stop', code: 'FORBIDDEN' },
    },
  ])
})

test('the target is what the route names', async () => {
  const routes = {
    '/api/instances/:id': 'instance',
    '/api/admin/services/:serviceId/plans/:id': 'plan',
    '/api/admin/categories/:id': 'category',
    '/api/wallet/top-ups/:id': 'top-up',
    '/api/admin/jobs/schedules/:id/run': 'schedule',
    '/api/admin/mails/preview/:template': 'route',
    '/api/admin/mails': 'route',
  }
  for (const route of Object.keys(routes)) deny({ userId: 'usr_1', route })
  const entries = await written()
  expect(entries.map(({ targetKind }) => targetKind)).toEqual(Object.values(routes))
  expect(entries[0]!.after.route).toBe('/instances/:id')
  expect(entries.at(-1)).toMatchObject({ targetId: 'PUT /admin/mails' })
})

test('a wrong input, an unknown thing and a caller without a token are no denials', async () => {
  for (const code of ['VALIDATION_ERROR', 'NOT_FOUND', 'UNAUTHORIZED', 'INVALID_STATE', 'INTERNAL_ERROR'] as const) {
    deny({ userId: 'usr_1', error: new AppError(code, 'no') })
  }
  deny({ error: new AppError('UNAUTHORIZED', 'Sign in first') })
  deny({ error: forbidden })
  expect(await written()).toEqual([])
})

test('a flood of one kind is its first entry at once and one with the number of its repeats', async () => {
  for (let index = 0; index < 10_000; index++) deny({ address: '192.0.2.1', error: wrongPassword('usr_9') })
  const entries = await written()
  expect(entries).toHaveLength(2)
  expect(entries[0]).toMatchObject({ action: 'sign-in.denied', targetId: 'usr_9', actorKind: 'anonymous' })
  expect(entries[0]!.after.repeats).toBeUndefined()
  expect(entries[1]).toMatchObject({ action: 'sign-in.denied', after: { repeats: 9_999 }, requestId: null })
})

test('a right password with a wrong code is no repeat of a wrong password, nor of another reason', async () => {
  const suspended = new AppError('FORBIDDEN', 'This account is suspended', undefined, {
    attempt: { action: 'sign-in', target: { kind: 'user', id: 'usr_9' } },
  })
  const otherReason = new AppError('UNAUTHORIZED', 'The code is wrong', undefined, wrongPassword('usr_9'))
  for (const error of [wrongPassword('usr_9'), otherReason, suspended]) {
    deny({ error })
    deny({ error })
  }
  const entries = await written()
  expect(entries.map(({ reason, after }) => [reason, after.repeats])).toEqual([
    ['E-mail or password is wrong', undefined],
    ['The code is wrong', undefined],
    ['This account is suspended', undefined],
    ['E-mail or password is wrong', 1],
    ['The code is wrong', 1],
    ['This account is suspended', 1],
  ])
})

test('who tries one thing after another gets ten entries a minute, and one for the rest', async () => {
  for (let index = 0; index < 500; index++) deny({ userId: 'usr_1', id: `ins_${index}` })
  deny({ userId: 'usr_2' })
  const entries = await written()
  expect(entries.filter(({ actorId }) => actorId === 'usr_1')).toHaveLength(11)
  expect(entries.filter(({ actorId }) => actorId === 'usr_2')).toHaveLength(1)
  expect(entries.at(-1)).toMatchObject({ actorId: 'usr_1', targetId: 'several', after: { repeats: 490 } })
})

test('a flood from everywhere is bounded, nothing of it is uncounted, and it hides nobody who has signed in', async () => {
  for (let index = 0; index < 5_000; index++) deny({ address: `host-${index}`, error: wrongPassword(`usr_${index}`) })
  deny({ userId: 'usr_1' })
  const entries = await written()
  const strangers = entries.filter(({ actorKind }) => actorKind === 'anonymous')
  expect(strangers).toHaveLength(30 + 20 + 1)
  expect(strangers.reduce((total, { after }) => total + (after.repeats ?? 1), 0)).toBe(5_000)
  expect(entries.filter(({ actorId }) => actorId === 'usr_1')).toHaveLength(1)
  expect((await verifyAuditChain(scratch.db)).mismatches).toEqual([])
})

test('the next minute begins anew by itself', async () => {
  denials = new Denials(
    { db: scratch.db, clock: new ManualClock('2030-01-01T00:00:00Z'), log: noLog },
    { windowMs: 20 },
  )
  deny({ userId: 'usr_1' })
  deny({ userId: 'usr_1' })
  while ((await scratch.entries()).length < 2) await Bun.sleep(5)
  deny({ userId: 'usr_1' })
  expect((await written()).map(({ after }) => after.repeats)).toEqual([undefined, 1, undefined])
})

test('a database that takes nothing any more keeps no answer back', async () => {
  await scratch.db.close()
  deny({ userId: 'usr_1' })
  await denials.flush()
})

test.each([
  ['a token', 'mpt_0123456789abcdefghjkmnpqrstvwxyz'],
  ['a refresh token', 'mpr_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE'],
  ['an address', 'somebody@example.com'],
  ['a recovery code', 'abcd-efgh-jkmn-pqrs'],
  ['an id with something behind it', 'ins_1/x'],
])('%s in the place of an id does not get into the log', async (_, id) => {
  deny({ userId: 'usr_1', id })
  const [entry] = await written()
  expect([entry?.targetKind, entry?.targetId]).toEqual(['instance', 'unknown'])
  expect(JSON.stringify(entry)).not.toContain(id)
})

test('once a day’s entries are spent a flood is told by the hour, and hides nobody who has signed in', async () => {
  denials = new Denials({ db: scratch.db, clock, log: noLog }, { windowMs: 1 })
  const flood = (minutes: number, from: number) => {
    for (let index = 0; index < 30 * minutes; index++)
      deny({
        address: `198.51.100.${(from + index) % 250}`,
        id: `ins_${from + index}`,
        error: wrongPassword(`usr_${from + index}`),
      })
  }
  // More than thirty a minute are not written; the window of a millisecond is over between two rounds.
  for (let round = 0; round < 40; round++) {
    flood(1, round * 30)
    await Bun.sleep(2)
  }
  const spent = await eventuallyQuiet()
  expect(spent).toBeGreaterThanOrEqual(1_000)
  for (let round = 0; round < 20; round++) {
    flood(1, 5_000 + round * 30)
    await Bun.sleep(2)
  }
  const summaries = (await eventuallyQuiet()) - spent
  expect(summaries).toBeLessThan(5)
  deny({ userId: 'usr_1' })
  expect((await written()).at(-1)).toMatchObject({ actorId: 'several', after: { repeats: expect.any(Number) } })
  expect((await scratch.entries()).filter(({ actorId }) => actorId === 'usr_1')).toHaveLength(1)
  clock.advance(day)
  deny({ id: 'ins_next_day', error: wrongPassword('usr_next') })
  expect((await written()).filter(({ targetId }) => targetId === 'usr_next')).toHaveLength(1)
})

/** How many entries stand once nothing more is being written. */
async function eventuallyQuiet(): Promise<number> {
  for (let before = -1; ; ) {
    const { length } = await scratch.entries()
    if (length === before) return length
    before = length
    await Bun.sleep(20)
  }
}
