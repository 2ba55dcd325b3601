import { afterEach, expect } from 'bun:test'
import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db'
import { countAnew, countedTables } from '../../src/db/status-counts'
import { ManualClock, minute } from '../../src/lib/clock'
import {
  cancelJob,
  JobFailure,
  type JobKind,
  type JobQueue,
  type jobs,
  pauseKind,
  resumeKind,
  retryJob,
  runJobNow,
} from '../../src/queue'
import { fc, testProperty } from '../support/property'
import { eventually, type House, openHouse } from './house'

let house: House | undefined
afterEach(async () => {
  await house?.close()
  house = undefined
})

/** Long enough that only a worker that is dead loses one, however far the clock is moved meanwhile. */
const leaseMs = 4 * 60 * minute

interface Payload {
  key: string
  failures: number
}

const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('enqueue' as const),
      subject: fc.constantFrom(undefined, 'a', 'b', 'c'),
      owner: fc.constantFrom(undefined, 'siti', 'budi'),
      failures: fc.constantFrom(0, 0, 0, 1, 3),
      delayMs: fc.constantFrom(0, 0, 0, minute),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom('cancel', 'retry', 'run'), which: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('pause', 'resume', 'wait', 'restart', 'kill') }) },
)
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never

interface Run {
  key: string
  from: number
  /** Also where its process was killed: what goes on there is nobody's any more. */
  to: number
  ok: boolean
}

/** Several workers on one database; what they begin and end is written down in the order in which it happens. */
class World {
  readonly clock = new ManualClock('2030-01-01T00:00:00Z')
  readonly runs: Run[] = []
  readonly retried = new Set<string>()
  readonly cancelledAt = new Map<string, number>()
  /** By the names that they have in the rows. */
  readonly killed = new Set<string>()
  effects = 0
  #moment = 0
  #jobs = 0
  #begun = 0
  #workers: { queue: JobQueue; killed: boolean; name: string }[] = []

  constructor(readonly house: House) {
    house.queue.register(this.#kind({ killed: false }))
    for (let n = 0; n < 2; n++) this.begin()
  }

  begin(): void {
    const worker = { killed: false, name: String(++this.#begun), queue: undefined as unknown as JobQueue }
    const { db } = this.house
    const severed: Database = {
      ...db,
      read: db.read,
      write: (work) => (worker.killed ? Promise.reject(new Error('killed')) : db.write(work)),
    }
    worker.queue = this.house.anotherQueue({
      db: severed,
      clock: this.clock,
      concurrency: 3,
      leaseMs,
      name: worker.name,
    })
    worker.queue.register(this.#kind(worker))
    worker.queue.start()
    this.#workers.push(worker)
  }

  async do(step: Act): Promise<void> {
    if (step.does === 'enqueue') return this.#enqueue(step)
    if ('which' in step) return this.#decide(step.does, step.which)
    if (step.does === 'pause') await this.house.db.write((tx) => pauseKind(this.house, tx, 'work'))
    if (step.does === 'resume') await this.house.db.write((tx) => resumeKind(this.house, tx, 'work'))
    if (step.does === 'wait') this.clock.advance(minute)
    const [worker] = this.#workers
    if (step.does === 'restart') {
      this.#workers.shift()
      await worker!.queue.stop(0)
      this.begin()
    }
    if (step.does === 'kill') {
      this.#workers.shift()
      worker!.killed = true
      const moment = this.#moment++
      for (const run of this.runs)
        if (this.#of.get(run) === worker && run.to === Number.POSITIVE_INFINITY) run.to = moment
      this.killed.add(worker!.name)
      this.begin()
    }
    this.wake()
  }

  wake(): void {
    for (const { queue } of this.#workers) queue.wake('work')
  }

  keyed(index: number): string {
    return `job-${index}`
  }

  readonly #of = new Map<Run, object>()

  async #enqueue({
    subject,
    owner,
    failures,
    delayMs,
  }: {
    subject?: string
    owner?: string
    failures: number
    delayMs: number
  }) {
    const key = this.keyed(this.#jobs++)
    const payload: Payload = { key, failures }
    const runAt = new Date(this.clock.now().getTime() + delayMs)
    await this.house.enqueueAll([{ kind: 'work', key, payload, subject, owner, runAt }])
    this.wake()
  }

  async #decide(does: string, which: number): Promise<void> {
    if (this.#jobs === 0) return
    // The newest mostly: those still wait or run.
    const key = this.keyed(Math.max(0, this.#jobs - 1 - (which % 8)))
    const { id } = await this.house.job(key)
    const verb = { cancel: cancelJob, retry: retryJob, run: runJobNow }[does]!
    const done = await this.house.db.write((tx) => verb(this.house, tx, id)).catch((fault) => fault)
    if (done instanceof Error) return expect(done).toMatchObject({ code: 'INVALID_STATE' })
    if (does === 'retry') this.retried.add(key)
    if (does === 'cancel') this.cancelledAt.set(key, this.#moment++)
    for (const { queue } of this.#workers) if (does === 'cancel') queue.cancel(id)
    this.wake()
  }

  #kind(worker: { killed: boolean }): JobKind<Payload> {
    return {
      kind: 'work',
      deadlineMs: 60_000,
      maxAttempts: 3,
      concurrency: 2,
      backoff: { firstMs: 1_000, maxMs: 1_000 },
      cancel: {
        effect: async () => {
          this.effects++
        },
      },
      run: async ({ key, failures }, { attempt, signal }) => {
        const run: Run = { key, from: this.#moment++, to: Number.POSITIVE_INFINITY, ok: false }
        this.runs.push(run)
        this.#of.set(run, worker)
        // Long enough for something to be done to it meanwhile.
        await Bun.sleep(3)
        run.to = Math.min(run.to, this.#moment++)
        signal.throwIfAborted()
        if (attempt <= failures) throw new JobFailure('not yet', {})
        run.ok = !worker.killed
      },
    }
  }
}

async function settle(world: World): Promise<void> {
  const { house, clock, killed } = world
  await house.db.write((tx) => resumeKind(house, tx, 'work'))
  const moveOnUntil = (stepMs: number, isOver: (job: typeof jobs.$inferSelect) => boolean) =>
    eventually(async () => {
      clock.advance(stepMs)
      world.wake()
      return (await house.all()).every(isOver)
    })
  const hasEnded = ({ status }: { status: string }) => status !== 'QUEUED' && status !== 'RUNNING'
  // What a dead worker holds, and what is behind that, waits for the end of its lease, and then for nobody.
  await moveOnUntil(
    20_000,
    (job) => hasEnded(job) || killed.has(job.worker!) || (killed.size > 0 && job.status === 'QUEUED'),
  )
  if (killed.size > 0) clock.advance(leaseMs)
  await moveOnUntil(20_000, hasEnded)
}

const lives = fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 60 }), async (acts) => {
  house = await openHouse({ clock: new ManualClock('2030-01-01T00:00:00Z') })
  const world = new World(house)
  house.clock = world.clock
  for (const step of acts) await world.do(step)
  await settle(world)
  const rows = await house.all()
  const wasKilled = acts.some(({ does }) => does === 'kill')
  for (const one of rows) expectEnded(world, one, wasKilled)
  expectInLine(world, rows)
  if (world.retried.size === 0 && !wasKilled)
    expect(world.effects).toBe(rows.filter(({ status }) => status === 'CANCELLED').length)
  const counted = countedTables.find(({ table }) => table === 'jobs')!
  const [kept, found] = [
    await house.db.read.values(
      sql`select status, total from status_counts where subject = 'jobs' and total > 0 order by 1`,
    ),
    await house.db.read.values(sql.raw(`${countAnew(counted)} order by 1`)),
  ]
  expect(kept).toEqual(found)
  await house.close()
  house = undefined
})

function expectEnded(world: World, one: typeof jobs.$inferSelect, wasKilled: boolean): void {
  const runs = world.runs.filter(({ key }) => key === one.key)
  // What was done was done once; a worker that dies may have done it without being able to say so.
  const done = runs.filter(({ ok }) => ok).length
  if (one.status === 'DONE') expect(done).toBeGreaterThanOrEqual(1)
  if (one.status === 'DONE' && !wasKilled) expect([one.key, done]).toEqual([one.key, 1])
  const cancelledAt = world.cancelledAt.get(one.key)
  if (cancelledAt !== undefined && !world.retried.has(one.key))
    expect(runs.filter(({ from }) => from > cancelledAt)).toEqual([])
  expect(one).toMatchObject({ behind: false, leaseUntil: null, finishedAt: expect.any(Date) })
}

/** Of one subject never two at once, and as they were enqueued; one that was retried has left its place. */
function expectInLine(world: World, jobs: { key: string; subject: string | null }[]): void {
  for (const subject of ['a', 'b', 'c']) {
    const line = jobs.filter((job) => job.subject === subject).map(({ key }) => key)
    const order = [...line].sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)))
    const runs = world.runs.filter(({ key }) => line.includes(key)).sort((a, b) => a.from - b.from)
    for (const [index, run] of runs.slice(1).entries()) expect(runs[index]!.to).toBeLessThan(run.from)
    const steady = runs.filter(({ key }) => !world.retried.has(key)).map(({ key }) => order.indexOf(key))
    expect(steady).toEqual([...steady].sort((a, b) => a - b))
  }
}

testProperty('whatever happens to jobs and workers, lines, cancels and counts hold', lives, 10, async () => {})
