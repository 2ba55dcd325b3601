import { afterEach, expect, test } from 'bun:test'
import type { Database } from '../../src/db'
import { ManualClock, minute } from '../../src/lib/clock'
import { JobFailure } from '../../src/queue'
import { eventually, type House, openHouse, recording } from './house'

let house: House
afterEach(() => house.close())

/** The same database; `before` hears of every write and may refuse it. */
const withWrites = (db: Database, before: () => void): Database => ({
  ...db,
  read: db.read,
  write: async (work) => {
    before()
    return db.write(work)
  },
})

test('a job that was enqueued in a committed transaction runs once, with its payload', async () => {
  house = await openHouse()
  const kind = recording('greet')
  house.queue.register(kind)
  house.queue.start()
  await house.enqueue('greet', 'a', { to: 'Siti' })
  await eventually(async () => (await house.job('a')).status === 'DONE')
  expect(kind.runs).toEqual([{ to: 'Siti' }])
  const job = await house.job('a')
  expect(job.attempts).toBe(1)
  expect(job.finishedAt).toBeInstanceOf(Date)
  expect(job.leaseUntil).toBeNull()
})

test('a job whose transaction rolls back never was', async () => {
  house = await openHouse()
  const kind = recording('greet')
  house.queue.register(kind)
  house.queue.start()
  const failed = house.db.write(async (tx) => {
    await house.queue.enqueue(tx, { kind: 'greet', key: 'a' })
    throw new Error('no')
  })
  await expect(failed).rejects.toThrow('no')
  await Bun.sleep(30)
  expect(kind.runs).toEqual([])
  expect(await house.all()).toEqual([])
})

test('the same kind and key enqueued again changes nothing, also after it is done; another kind may use the key', async () => {
  house = await openHouse()
  const kind = recording('greet')
  house.queue.register(kind)
  house.queue.register(recording('part'))
  house.queue.start()
  await Promise.all([1, 2, 3].map((n) => house.enqueue('greet', 'a', { n })))
  await eventually(() => kind.runs.length > 0)
  await eventually(async () => (await house.all()).every(({ status }) => status === 'DONE'))
  await house.enqueue('greet', 'a', { n: 4 })
  await house.enqueue('part', 'a')
  await eventually(async () => (await house.all()).every(({ status }) => status === 'DONE'))
  expect(kind.runs).toEqual([{ n: 1 }])
  expect((await house.all()).map((job) => job.kind)).toEqual(['greet', 'part'])
})

test('a job for later waits for its time', async () => {
  house = await openHouse()
  const kind = recording('greet')
  house.queue.register(kind)
  house.queue.start()
  const due = new Date(Date.now() + 150)
  let ranAt = 0
  const late = async () => {
    ranAt = Date.now()
  }
  house.queue.register(recording('late', { run: late }))
  await house.enqueue('late', 'later', {}, due)
  await house.enqueue('greet', 'now')
  await eventually(async () => (await house.job('later')).status === 'DONE')
  expect(kind.runs).toHaveLength(1)
  expect(ranAt).toBeGreaterThanOrEqual(due.getTime())
})

test('a thousand jobs are drained once each, never more at a time than allowed, in few transactions', async () => {
  house = await openHouse()
  let writes = 0
  const queue = house.anotherQueue({ concurrency: 10, db: withWrites(house.db, () => void writes++) })
  let running = 0
  let most = 0
  const kind = recording('count', {
    concurrency: 6,
    run: async () => {
      most = Math.max(most, ++running)
      await Bun.sleep(0)
      running--
    },
  })
  queue.register(kind)
  await house.db.write(async (tx) => {
    for (let n = 0; n < 1_000; n++) await house.queue.enqueue(tx, { kind: 'count', key: String(n), payload: { n } })
  })
  queue.start()
  await eventually(async () => (await house.all()).every(({ status }) => status === 'DONE'))
  expect(new Set(kind.runs.map((run) => (run as { n: number }).n)).size).toBe(1_000)
  expect(kind.runs).toHaveLength(1_000)
  expect(most).toBeLessThanOrEqual(6)
  expect(most).toBeGreaterThan(1)
  // Ends and claims share a write; one for each would be two thousand.
  expect(writes).toBeLessThan(1_000)
})

test('a kind that is full does not hold up another', async () => {
  house = await openHouse({ concurrency: 4 })
  const gate = Promise.withResolvers<void>()
  house.queue.register(recording('slow', { concurrency: 2, run: () => gate.promise }))
  const quick = recording('quick')
  house.queue.register(quick)
  house.queue.start()
  for (let n = 0; n < 10; n++) await house.enqueue('slow', String(n))
  await house.enqueue('quick', 'q')
  await eventually(() => quick.runs.length === 1)
  gate.resolve()
  await eventually(async () => (await house.all()).every(({ status }) => status === 'DONE'))
})

test('a failing job is tried again after a growing pause, and is dead after its last attempt, with its message', async () => {
  const clock = new ManualClock('2030-01-01T00:00:00Z')
  house = await openHouse({ clock, random: () => 0 })
  const kind = recording('fail', {
    backoff: { firstMs: minute, maxMs: 90_000 },
    run: async () => {
      throw new Error(`no ${'x'.repeat(1_000)}`)
    },
  })
  house.queue.register(kind)
  house.queue.start()
  await house.enqueue('fail', 'a')
  const waits: number[] = []
  for (const attempt of [1, 2]) {
    await eventually(
      async () => (await house.job('a')).attempts === attempt && (await house.job('a')).status === 'QUEUED',
    )
    const wait = (await house.job('a')).runAt.getTime() - clock.now().getTime()
    waits.push(wait)
    clock.advance(wait)
    house.queue.wake('fail')
  }
  await eventually(async () => (await house.job('a')).status === 'DEAD')
  expect(waits).toEqual([minute, 90_000])
  const dead = await house.job('a')
  expect(kind.runs).toHaveLength(3)
  expect(dead.lastError).toStartWith('Error: no xxx')
  expect(dead.lastError!.length).toBeLessThanOrEqual(500)
  expect(dead.finishedAt).toEqual(clock.now())
})

test('a job can say that no further try helps, or when the next one may', async () => {
  const clock = new ManualClock('2030-01-01T00:00:00Z')
  house = await openHouse({ clock })
  house.queue.register(
    recording('judge', {
      run: async (payload) => {
        throw new JobFailure('no', payload as { final?: boolean; retryAfterMs?: number })
      },
    }),
  )
  house.queue.start()
  await house.enqueue('judge', 'final', { final: true })
  await house.enqueue('judge', 'later', { retryAfterMs: 5 * minute })
  await eventually(async () => (await house.job('final')).status === 'DEAD')
  await eventually(async () => (await house.job('later')).lastError !== null)
  expect((await house.job('final')).attempts).toBe(1)
  expect((await house.job('later')).runAt).toEqual(new Date(clock.now().getTime() + 5 * minute))
})

test('a clock that is set back while the queue runs puts off neither what waits for its next try nor what others enqueued', async () => {
  const clock = new ManualClock('2030-01-02T00:00:00Z')
  house = await openHouse({ clock })
  let fails = true
  const kind = recording('work', {
    backoff: { firstMs: minute, maxMs: minute },
    run: async () => {
      if (fails) throw new Error('not yet')
    },
  })
  house.queue.register(kind)
  house.queue.start()
  await house.enqueue('work', 'a')
  await eventually(async () => (await house.job('a')).status === 'QUEUED' && (await house.job('a')).attempts === 1)
  fails = false
  clock.set('2030-01-01T00:00:00Z')
  const elsewhere = house.anotherQueue()
  await house.db.write((tx) => elsewhere.enqueue(tx, { kind: 'work', key: 'b' }))
  // As its timer does.
  house.queue.wake('nothing')
  await house.enqueue('other', 'c')
  await eventually(async () => {
    house.queue.lookAtPauses()
    return (await house.all()).filter(({ status }) => status === 'DONE').length === 2
  })
})

test('a job past its deadline is aborted and has failed, even if it then returns as if all were well', async () => {
  house = await openHouse()
  let reason: unknown
  const kind = recording('slow', {
    deadlineMs: 40,
    maxAttempts: 1,
    run: (_, { signal }) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          reason = signal.reason
          resolve()
        }),
      ),
  })
  house.queue.register(kind)
  house.queue.start()
  await house.enqueue('slow', 'a')
  await eventually(async () => (await house.job('a')).status === 'DEAD')
  expect(String(reason)).toContain('40 ms')
  expect((await house.job('a')).lastError).toBe('DeadlineExceeded: did not end within 40 ms')
})

test('stop lets what runs end, and gives back at once what does not, without counting the attempt', async () => {
  house = await openHouse()
  const started = new Set<string>()
  house.queue.register(
    recording('work', {
      run: async (payload) => {
        const { name, ms } = payload as { name: string; ms: number }
        started.add(name)
        await Bun.sleep(ms)
      },
    }),
  )
  house.queue.start()
  await house.enqueue('work', 'short', { name: 'short', ms: 60 })
  await house.enqueue('work', 'long', { name: 'long', ms: 24 * 60 * 60_000 })
  await eventually(() => started.size === 2)
  await house.queue.stop(1_500)
  expect((await house.job('short')).status).toBe('DONE')
  expect(await house.job('long')).toMatchObject({ status: 'QUEUED', attempts: 0, leaseUntil: null })
  await house.enqueue('work', 'late', { name: 'late', ms: 0 })
  await Bun.sleep(30)
  expect(started.has('late')).toBe(false)
})

test('a stopped queue hands its cut-off job to another at once', async () => {
  house = await openHouse()
  const first = recording('work', {
    run: (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  })
  house.queue.register(first)
  house.queue.start()
  await house.enqueue('work', 'a')
  await eventually(() => first.runs.length === 1)
  await house.queue.stop(0)
  const second = recording('work')
  const other = house.anotherQueue()
  other.register(second)
  other.start()
  await eventually(async () => (await house.job('a')).status === 'DONE')
  expect(second.runs).toHaveLength(1)
  expect((await house.job('a')).attempts).toBe(1)
})

test('jobs stand back while the pace holds them, and lose no attempt if the queue stops meanwhile', async () => {
  const gate = Promise.withResolvers<void>()
  house = await openHouse({ pace: () => gate.promise })
  const kind = recording('work')
  house.queue.register(kind)
  house.queue.start()
  await house.enqueue('work', 'a')
  await eventually(async () => (await house.job('a')).status === 'RUNNING')
  await house.queue.stop(20)
  expect(kind.runs).toEqual([])
  expect(await house.job('a')).toMatchObject({ status: 'QUEUED', attempts: 0 })
  gate.resolve()
})

test('the figures count what waits, runs, is dead, and how long the oldest has been due', async () => {
  const clock = new ManualClock('2030-01-01T00:00:00Z')
  house = await openHouse({ clock })
  house.queue.register(recording('good'))
  house.queue.register(
    recording('bad', {
      maxAttempts: 1,
      run: async () => {
        throw new Error('no')
      },
    }),
  )
  await house.enqueue('nobody', 'a')
  await house.enqueue('good', 'b')
  await house.enqueue('bad', 'c')
  house.queue.start()
  await eventually(async () => (await house.job('b')).status === 'DONE' && (await house.job('c')).status === 'DEAD')
  clock.advance(90_000)
  const figures = await house.registry.metrics()
  expect(figures).toContain('minispod_jobs{kind="nobody",status="queued"} 1')
  expect(figures).toContain('minispod_jobs{kind="good",status="running"} 0')
  expect(figures).toContain('minispod_jobs{kind="bad",status="dead"} 1')
  expect(figures).toContain('minispod_jobs_done_total{kind="good"} 1')
  expect(figures).toContain('minispod_job_attempts_failed_total{kind="bad"} 1')
  expect(figures).toContain('minispod_jobs_oldest_due_seconds{kind="nobody"} 90')
})

test('a database that refuses for a while loses nothing: what ended is recorded once it is back', async () => {
  house = await openHouse()
  const kind = recording('work')
  let refused = 0
  const refuse = () => {
    if (refused++ < 2) throw new Error('disk full')
  }
  const queue = house.anotherQueue({ db: withWrites(house.db, refuse) })
  queue.register(kind)
  await house.enqueue('work', 'a')
  queue.start()
  await eventually(async () => (await house.job('a')).status === 'DONE')
  expect(refused).toBeGreaterThan(2)
  expect(kind.runs).toHaveLength(1)
})
