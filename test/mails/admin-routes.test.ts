import { afterEach, beforeEach, expect, test } from 'bun:test'
import { ManualClock, minute } from '../../src/lib/clock'
import { createSchedules, type Schedules } from '../../src/queue'
import { eventually, noLog, recording } from '../queue/house'
import { openPostOffice, type PostOffice, siti, welcome } from './post-office'
import { serveAdmin } from './server'

let office: PostOffice
let schedules: Schedules
let admin: ReturnType<typeof serveAdmin>
let clock: ManualClock

beforeEach(async () => {
  clock = new ManualClock('2030-01-01T12:00:30Z')
  office = await openPostOffice(undefined, { clock })
  schedules = createSchedules({ ...office, log: noLog, timeZone: 'Asia/Jakarta' })
  schedules.register({ name: 'tick', cron: '* * * * *', does: 'Ticks.', deadlineMs: 1_000, run: async () => {} })
  admin = serveAdmin(office, schedules)
})

afterEach(async () => {
  schedules.stop()
  await admin.close()
  await office.close()
})

test('the outbox lists mails newest first, by page and by filter', async () => {
  for (const key of ['one', 'two', 'three']) {
    await office.send({ ...welcome, key, to: key === 'two' ? 'other@example.com' : undefined })
    clock.advance(1)
  }
  const { body } = await admin.get('/admin/mails?limit=2')
  expect(body.data.map(({ key }) => key)).toEqual(['three', 'two'])
  expect(body.meta).toEqual({ page: 1, limit: 2, total: 3, totalPages: 2 })
  const filtered = await admin.get('/admin/mails?recipient=Other@example.com&status=QUEUED&template=welcome')
  expect(filtered.body.data.map(({ key }) => key)).toEqual(['two'])
  expect<unknown>((await admin.get('/admin/mails?status=SENT')).body.data).toEqual([])
  for (const bad of ['status=NOPE', 'limit=0', 'limit=101', 'page=x', 'template=nope']) {
    expect((await admin.get(`/admin/mails?${bad}`)).status).toBe(422)
  }
})

test('one mail shows its subject, text and HTML', async () => {
  await office.send(welcome)
  const [mail] = await office.outbox()
  const { status, body } = await admin.get(`/admin/mails/${mail!.id}`)
  expect(status).toBe(200)
  expect(body.data).toMatchObject({ recipient: siti.email, subject: 'Selamat datang di MinisPod', locale: 'id' })
  expect(body.data.text).toContain('Halo Siti <b>Rahayu</b>,')
  expect(body.data.html).toContain('Halo Siti &lt;b&gt;Rahayu&lt;/b&gt;,')
  expect((await admin.get('/admin/mails/mail_nope')).status).toBe(404)
})

test('a template can be looked at in both languages', async () => {
  const id = await admin.get('/admin/mails/preview/app-ready')
  const en = await admin.get('/admin/mails/preview/app-ready?locale=en')
  expect(id.body.data).toMatchObject({ template: 'app-ready', locale: 'id', subject: 'Ghost Anda siap dipakai' })
  expect(en.body.data.subject).toBe('Your Ghost is ready')
  expect((await admin.get('/admin/mails/preview/nope')).status).toBe(422)
  expect((await admin.get('/admin/mails/preview/welcome?locale=fr')).status).toBe(422)
})

test('jobs can be seen, a dead one retried and a waiting one run now', async () => {
  let fails = true
  const kind = recording('work', {
    maxAttempts: 1,
    run: async () => {
      if (fails) throw new Error('not yet')
    },
  })
  office.queue.register(kind)
  office.queue.start()
  await office.enqueue('work', 'a')
  await eventually(async () => (await office.job('a')).status === 'DEAD')
  const dead = await admin.get('/admin/jobs?status=DEAD&kind=work')
  expect(dead.body.data).toMatchObject([{ key: 'a', status: 'DEAD', attempts: 1, lastError: 'Error: not yet' }])
  const { id } = dead.body.data[0]!
  expect(await admin.post(`/admin/jobs/${id}/run`)).toFail(409, 'INVALID_STATE')
  fails = false
  expect((await admin.post(`/admin/jobs/${id}/retry`)).body.data).toMatchObject({ status: 'QUEUED', attempts: 0 })
  await eventually(async () => (await office.job('a')).status === 'DONE')
  expect((await admin.post(`/admin/jobs/${id}/retry`)).status).toBe(409)
  expect((await admin.post('/admin/jobs/job_nope/retry')).status).toBe(404)
  await office.enqueue('work', 'later', {}, new Date(clock.now().getTime() + minute))
  const later = await office.job('later')
  expect((await admin.post(`/admin/jobs/${later.id}/run`)).status).toBe(200)
  await eventually(async () => (await office.job('later')).status === 'DONE')
})

test('schedules can be seen, paused, resumed and run by hand', async () => {
  const { body } = await admin.get('/admin/jobs/schedules')
  expect<unknown>(body.data).toEqual([
    {
      name: 'tick',
      cron: '* * * * *',
      timeZone: 'Asia/Jakarta',
      does: 'Ticks.',
      paused: false,
      lastFiredAt: null,
      nextFiringAt: '2030-01-01T12:01:00.000Z',
    },
  ])
  expect((await admin.post('/admin/jobs/schedules/tick/pause')).body.data).toMatchObject({
    paused: true,
    nextFiringAt: null,
  })
  expect((await admin.post('/admin/jobs/schedules/tick/resume')).body.data.paused).toBe(false)
  expect((await admin.post('/admin/jobs/schedules/tick/run')).status).toBe(200)
  expect((await office.all()).map(({ kind }) => kind)).toEqual(['tick'])
  expect((await admin.post('/admin/jobs/schedules/nope/run')).status).toBe(404)
})

test('none of it is for customers or strangers', async () => {
  const reads = [
    '/admin/mails',
    '/admin/mails/x',
    '/admin/mails/preview/welcome',
    '/admin/jobs',
    '/admin/jobs/schedules',
  ]
  const writes = [
    'jobs/x/retry',
    'jobs/x/run',
    'jobs/schedules/tick/run',
    'jobs/schedules/tick/pause',
    'jobs/schedules/tick/resume',
  ]
  for (const path of reads) {
    expect((await admin.get(path, 'nobody')).status).toBe(401)
    expect((await admin.get(path, 'USER')).status).toBe(403)
  }
  for (const path of writes) {
    expect((await admin.post(`/admin/${path}`, 'nobody')).status).toBe(401)
    expect((await admin.post(`/admin/${path}`, 'USER')).status).toBe(403)
  }
  expect(await office.all()).toEqual([])
})
