import { afterEach, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { ManualClock, minute } from '../../src/lib/clock'
import { inheritJobs, jobs } from '../../src/queue'
import { outcomeOf, recordEnd } from '../../src/queue/job-outcome'
import { eventually, type House, noLog, openHouse, recording } from './house'

let house: House
afterEach(() => house.close())

test('a worker whose lease was taken over can no longer say how the job ended, and is told to stop', async () => {
  const clock = new ManualClock('2030-01-01T00:00:00Z')
  house = await openHouse({ clock })
  const stuck = Promise.withResolvers<void>()
  let told = false
  const first = recording('work', {
    run: async (_, { signal }) => {
      signal.addEventListener('abort', () => {
        told = true
      })
      await stuck.promise
    },
  })
  house.queue.register(first)
  house.queue.start()
  await house.enqueue('work', 'a')
  await eventually(() => first.runs.length === 1)
  // The first worker's event loop is blocked for a minute: it renews nothing, and the second one sees that.
  clock.advance(minute)
  const other = house.anotherQueue()
  const held = Promise.withResolvers<void>()
  const second = recording('work', { run: () => held.promise })
  other.register(second)
  other.start()
  await eventually(() => second.runs.length === 1)
  expect((await house.job('a')).lease).toBe(2)
  expect(told).toBe(false)
  house.queue.wake('work')
  await eventually(() => told)
  stuck.resolve()
  await Bun.sleep(50)
  expect(await house.job('a')).toMatchObject({ status: 'RUNNING', lease: 2, attempts: 1, lost: 1 })
  held.resolve()
  await eventually(async () => (await house.job('a')).status === 'DONE')
  expect((await house.job('a')).lease).toBe(2)
})

test('the end of an attempt under an old lease is refused by the row itself', async () => {
  house = await openHouse()
  await house.enqueue('work', 'a')
  const { id } = await house.job('a')
  await house.db.write((tx) =>
    tx.update(jobs).set({ status: 'RUNNING', lease: 5, attempts: 1 }).where(eq(jobs.id, id)).run(),
  )
  const kind = recording('work')
  const now = new Date()
  const end = (lease: number) =>
    outcomeOf({ id, lease, attempt: 1, kind, payload: {}, inLine: false }, { ok: true }, now, Math.random)
  expect(await house.db.write((tx) => recordEnd(tx, end(4), now))).toBeUndefined()
  expect((await house.job('a')).status).toBe('RUNNING')
  expect(await house.db.write((tx) => recordEnd(tx, end(5), now))).toBe('DONE')
  expect((await house.job('a')).status).toBe('DONE')
})

test('a job that runs longer than a lease keeps it by renewing', async () => {
  const leaseMs = 80
  const clock = new ManualClock('2030-01-01T00:00:00Z')
  house = await openHouse({ clock, leaseMs })
  const held = Promise.withResolvers<void>()
  const kind = recording('long', { run: () => held.promise })
  house.queue.register(kind)
  house.queue.start()
  const other = house.anotherQueue()
  const second = recording('long')
  other.register(second)
  await house.enqueue('long', 'a')
  await eventually(() => kind.runs.length === 1)
  other.start()
  for (let elapsed = 0; elapsed < 5 * leaseMs; elapsed += leaseMs / 2) {
    const { leaseUntil } = await house.job('a')
    clock.advance(leaseMs / 2)
    await eventually(async () => (await house.job('a')).leaseUntil! > leaseUntil!)
    other.wake('long')
  }
  held.resolve()
  await eventually(async () => (await house.job('a')).status === 'DONE')
  expect(second.runs).toEqual([])
  expect(await house.job('a')).toMatchObject({ lease: 1, attempts: 1 })
})

test('a worker that dies costs a job none of its attempts', async () => {
  house = await openHouse()
  const kind = recording('innocent', { maxAttempts: 1 })
  await house.enqueue('innocent', 'a')
  const leaseUntil = new Date(Date.now() - 1)
  await house.db.write((tx) => tx.update(jobs).set({ status: 'RUNNING', lease: 1, attempts: 1, leaseUntil }).run())
  house.queue.register(kind)
  house.queue.start()
  await eventually(async () => (await house.job('a')).status === 'DONE')
  expect(await house.job('a')).toMatchObject({ lease: 2, attempts: 1, lost: 1 })
})

test('a job that takes every worker down with it is buried after so many', async () => {
  house = await openHouse()
  const kind = recording('poison', { maxAttempts: 2 })
  await house.enqueue('poison', 'a')
  await house.db.write((tx) =>
    tx
      .update(jobs)
      .set({ status: 'RUNNING', lease: 30, attempts: 1, lost: 29, leaseUntil: new Date(Date.now() - 1) })
      .run(),
  )
  house.queue.register(kind)
  house.queue.start()
  await eventually(async () => (await house.job('a')).status === 'DEAD')
  expect(kind.runs).toEqual([])
  expect((await house.job('a')).lastError).toContain('did not renew its lease')
})

test('after a start with a clock that was set back, what was due and what waits for its next try is due, and nothing else', async () => {
  const clock = new ManualClock('2030-01-02T00:00:00Z')
  house = await openHouse({ clock })
  const at = (ms: number) => new Date(clock.now().getTime() + ms)
  await house.enqueue('work', 'due', {}, at(-1_000))
  await house.enqueue('work', 'retried', {}, at(minute))
  await house.enqueue('work', 'later', {}, at(minute))
  await house.db.write((tx) => tx.update(jobs).set({ attempts: 1 }).where(eq(jobs.key, 'retried')).run())
  const [savedAt, later] = [clock.now(), at(minute)]
  clock.set('2030-01-01T00:00:00Z')
  await inheritJobs({ ...house, log: noLog }, savedAt)
  const runAt = async (key: string) => (await house.job(key)).runAt
  expect([await runAt('due'), await runAt('retried'), await runAt('later')]).toEqual([clock.now(), clock.now(), later])
})

test('two workers on one database run two hundred jobs once each', async () => {
  house = await openHouse()
  const one = recording('work')
  const two = recording('work')
  const other = house.anotherQueue()
  house.queue.register(one)
  other.register(two)
  await house.db.write(async (tx) => {
    for (let n = 0; n < 200; n++) await house.queue.enqueue(tx, { kind: 'work', key: String(n), payload: { n } })
  })
  house.queue.start()
  other.start()
  await eventually(async () => (await house.all()).every(({ status }) => status === 'DONE'))
  const ran = [...one.runs, ...two.runs].map((run) => (run as { n: number }).n)
  expect(ran).toHaveLength(200)
  expect(new Set(ran).size).toBe(200)
})
