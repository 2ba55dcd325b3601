import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { mails } from '../../src/features/mails/tables'
import { jobs } from '../../src/queue'
import { eventually } from '../queue/house'
import type { Caller } from '../support/caller'
import { createCustomer } from '../support/people'
import { startSystem, type TestSystem } from '../support/system'

let system: TestSystem
let admin: Caller
beforeAll(async () => {
  system = await startSystem()
  admin = await system.admin()
})
afterAll(() => system.close())

const never = new Date('2100-01-01T00:00:00Z')
const enqueue = (job: Parameters<TestSystem['parts']['queue']['enqueue']>[1]) =>
  system.parts.db.write((tx) => system.parts.queue.enqueue(tx, job))
const idOf = async (key: string) =>
  (await system.parts.db.read.select({ id: jobs.id }).from(jobs).where(eq(jobs.key, key)).get())!.id
const keys = async (query: string) => {
  const { body } = await admin.get(`/admin/jobs?${query}`)
  return body.data.map(({ key }: { key: string }) => key)
}

test('jobs are found by account, subject, kind, status and time', async () => {
  await enqueue({ kind: 'nobody.a', key: 'siti-1', owner: 'usr_siti', subject: 'top_1', runAt: never })
  await enqueue({ kind: 'nobody.a', key: 'siti-2', owner: 'usr_siti', subject: 'top_1', runAt: never })
  await enqueue({ kind: 'nobody.b', key: 'budi-1', owner: 'usr_budi', runAt: never })
  expect(await keys('owner=usr_siti')).toHaveLength(2)
  expect(await keys('owner=usr_siti&subject=top_1&kind=nobody.a&status=QUEUED')).toHaveLength(2)
  expect(await keys('owner=usr_siti&kind=nobody.b')).toEqual([])
  expect(await keys('owner=usr_budi')).toEqual(['budi-1'])
  const now = system.parts.clock.now().getTime()
  const at = (ms: number) => new Date(now + ms).toISOString()
  expect(await keys(`owner=usr_budi&from=${at(-60_000)}&to=${at(60_000)}`)).toEqual(['budi-1'])
  expect(await keys(`owner=usr_budi&from=${at(60_000)}`)).toEqual([])
  expect(await keys(`owner=usr_budi&to=${at(-60_000)}`)).toEqual([])
  expect(await keys('owner=usr_budi&from=1960-01-01T00:00:00Z')).toEqual(['budi-1'])
  expect(await keys('owner=usr_budi&to=0001-01-01T00:00:00Z')).toEqual([])
  expect(await keys('owner=usr_budi&from=9999-12-31T23:59:59Z')).toEqual([])
  expect(await admin.get('/admin/jobs?from=yesterday')).toFail(422, 'VALIDATION_ERROR')
  const behind = (await admin.get(`/admin/jobs/${await idOf('siti-2')}`)).body.data
  expect(behind).toMatchObject({ owner: 'usr_siti', subject: 'top_1', waitsForSubject: true, attemptLog: [] })
})

test('a cancelled mail is not sent and shows so in the outbox; retried, it is', async () => {
  expect((await admin.post('/admin/jobs/kinds/mail.deliver/pause')).status).toBe(200)
  const customer = await createCustomer(system)
  const mail = await eventually(() =>
    system.parts.db.read.select().from(mails).where(eq(mails.userId, customer.id)).get(),
  )
  const id = 'mail-of-test'
  await system.parts.db.write((tx) =>
    tx
      .insert(mails)
      .values({ ...mail, id, key: id, template: 'welcome', data: {}, status: 'QUEUED', attempts: 0 })
      .run(),
  )
  await enqueue({ kind: 'mail.deliver', key: id, payload: { mailId: id }, owner: customer.id })
  const jobId = await idOf(id)
  expect((await admin.get(`/admin/jobs/${jobId}`)).body.data).toMatchObject({ kindPaused: true, cancelRefusal: null })
  expect((await admin.post(`/admin/jobs/${jobId}/cancel`)).body.data).toMatchObject({ status: 'CANCELLED' })
  expect((await admin.get(`/admin/mails/${id}`)).body.data).toMatchObject({
    ...{ status: 'FAILED', error: 'Cancelled by an administrator' },
  })
  await admin.post('/admin/jobs/kinds/mail.deliver/resume')
  expect((await admin.post(`/admin/jobs/${jobId}/retry`)).body.data).toMatchObject({ cancelRequestedAt: null })
  await eventually(async () => (await admin.get(`/admin/jobs/${jobId}`)).body.data.status === 'DONE')
  expect((await admin.get(`/admin/mails/${id}`)).body.data.status).toBe('KEPT')
  const { attemptLog } = (await admin.get(`/admin/jobs/${jobId}`)).body.data
  expect(attemptLog).toMatchObject([{ number: 1, outcome: 'DONE', error: null, worker: expect.any(String) }])
})

test('what moves money, erases or has to be told can’t be cancelled, and the answer says why, in either language', async () => {
  for (const kind of ['refund.send', 'payment.notification', 'account.finish-closing', 'announce-terms']) {
    const listed = (await admin.get('/admin/jobs/kinds')).body.data as { kind: string; cancelRefusal: string | null }[]
    const state = listed.find((one) => one.kind === kind)
    expect([kind, state?.cancelRefusal]).toEqual([kind, expect.any(String)])
    await enqueue({ kind, key: `never-${kind}`, runAt: never })
    const refused = await admin.post(`/admin/jobs/${await idOf(`never-${kind}`)}/cancel`)
    expect(refused).toFail(409, 'INVALID_STATE')
    expect(refused.body.error.message).toBe(state!.cancelRefusal)
  }
  const refund = await idOf('never-refund.send')
  const answer = await admin.post(`/admin/jobs/${refund}/cancel`, undefined, { 'accept-language': 'id' })
  expect(answer.body.error.message).toStartWith('Uang yang sudah dijanjikan')
})

test('kinds are listed with their counts; pausing and cancelling stand in the audit log', async () => {
  await enqueue({ kind: 'nobody.c', key: 'c', runAt: never })
  const id = await idOf('c')
  await admin.post('/admin/jobs/kinds/nobody.c/pause')
  const listed = (await admin.get('/admin/jobs/kinds')).body.data as { kind: string }[]
  expect(listed.find(({ kind }) => kind === 'nobody.c')).toMatchObject({
    ...{ runs: null, pausedAt: expect.any(String), oldestDueAt: never.toISOString(), oldestDueSeconds: 0 },
    counts: { queued: 1, running: 0, done: 0, dead: 0, cancelled: 0 },
  })
  expect((await admin.post(`/admin/jobs/${id}/cancel`)).status).toBe(200)
  expect((await admin.post('/admin/jobs/kinds/nobody.c/resume')).body.data).toMatchObject({
    counts: { queued: 0, cancelled: 1 },
  })
  expect(await admin.post('/admin/jobs/kinds/nobody.z/pause')).toFail(404, 'NOT_FOUND')
  const acts = async (target: string) =>
    (await admin.get(`/admin/audit?targetId=${target}`)).body.data.map(({ action }: { action: string }) => action)
  expect(await acts(id)).toEqual(['job.cancel'])
  expect(await acts('nobody.c')).toEqual(['job-kind.resume', 'job-kind.pause'])
})
