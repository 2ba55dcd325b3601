import { AsyncLocalStorage } from 'node:async_hooks'
import type { Cron } from 'croner'
import { and, eq, isNotNull, sql } from 'drizzle-orm'
import { type Database, type Drizzle, prepared, type Tx } from '../db'
import type { Clock } from '../lib/clock'
import { notFound } from '../lib/errors'
import { newId } from '../lib/ids'
import type { Logger } from '../lib/log'
import type { JobQueue } from './queue'
import type { Schedule, ScheduleState } from './schedule'
import { schedules } from './tables'
import { findByKey, findQueued } from './waiting-rows'

const maxAttempts = 3
/** The clocks of two processes differ by less; a firing that far in the future was written under a wrong clock. */
const skewMs = 60_000
/** A timer is late after a sleep and early after a change of the clock: so often the clock is asked again. */
const maxTimerMs = 30_000

interface Parts {
  db: Database
  clock: Clock
  log: Logger
  queue: JobQueue
  /** In which the cron expressions are read. */
  timeZone: string
}

export interface Schedules {
  /** Before it is started, and before the queue is, so that no job that is due is unknown to it. */
  register(schedule: Schedule): void
  /** Begins to fire; what was due while nobody was there is fired once. */
  start(): Promise<void>
  stop(): void
  /** Enqueues whatever is due and was not fired yet, and returns the names. The timer calls it; calling it more often does no harm. */
  fireDue(): Promise<string[]>
  list(): Promise<ScheduleState[]>
  /** One more run now, paused or not. @throws AppError NOT_FOUND */
  run(tx: Tx, name: string): Promise<ScheduleState>
  /** @throws AppError NOT_FOUND */
  pause(tx: Tx, name: string): Promise<ScheduleState>
  /** Goes on with the next firing; what was missed in the pause stays missed. @throws AppError NOT_FOUND */
  resume(tx: Tx, name: string): Promise<ScheduleState>
}

type Row = typeof schedules.$inferSelect

/**
 * Fires schedules into the queue. A firing is a row under `name:<its time>`, so several processes, a restart or a late timer
 * still make one job of it.
 */
export const createSchedules = (parts: Parts): Schedules => new CronSchedules(parts)

class CronSchedules implements Schedules {
  readonly #parts: Parts
  readonly #table: Schedule[] = []
  #crons: Promise<Map<string, Cron>> | undefined
  readonly #next = new Map<string, { from: Date; at: Date }>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #running = false
  readonly #outside = AsyncLocalStorage.snapshot()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  register(schedule: Schedule): void {
    const { name, deadlineMs, cancel = {}, run } = schedule
    this.#parts.queue.register({
      kind: name,
      deadlineMs,
      maxAttempts,
      concurrency: 1,
      cancel,
      run: (_, context) => run(context),
    })
    this.#table.push(schedule)
  }

  async start(): Promise<void> {
    if (this.#running) return
    this.#running = true
    await this.#beat()
  }

  stop(): void {
    this.#running = false
    clearTimeout(this.#timer)
  }

  async fireDue(): Promise<string[]> {
    const now = this.#parts.clock.now()
    const crons = await this.#load()
    const rows = await this.#rows(this.#parts.db.read)
    const due = this.#table.flatMap((schedule) => {
      const at = latestFiring(crons.get(schedule.name)!, now)
      return at && isDue(rows.get(schedule.name), at, now) ? [{ schedule, at }] : []
    })
    if (due.length === 0) return []
    return this.#parts.db.write(async (tx) => {
      const fired: string[] = []
      // Read anew: another process may have fired it meanwhile.
      const present = await this.#rows(tx)
      for (const { schedule, at } of due) {
        const row = present.get(schedule.name)
        if (!isDue(row, at, now)) continue
        await saveFiring(tx).run({ name: schedule.name, lastFiredAt: at })
        // The first sight of a schedule is where its time begins, not a firing that was missed.
        if (!row) continue
        await this.#enqueue(tx, schedule, at)
        fired.push(schedule.name)
      }
      return fired
    })
  }

  async list(): Promise<ScheduleState[]> {
    const [crons, rows] = await Promise.all([this.#load(), this.#rows(this.#parts.db.read)])
    return this.#table.map((schedule) => this.#stateOf(schedule, crons, rows.get(schedule.name)))
  }

  async run(tx: Tx, name: string): Promise<ScheduleState> {
    const schedule = this.#get(name)
    const key = `${name}:by-hand:${this.#parts.clock.now().toISOString()}`
    await this.#parts.queue.enqueue(tx, { kind: name, key })
    return this.#state(tx, schedule)
  }

  async pause(tx: Tx, name: string): Promise<ScheduleState> {
    const schedule = this.#get(name)
    const pausedAt = this.#parts.clock.now()
    await tx
      .insert(schedules)
      .values({ name, pausedAt })
      .onConflictDoUpdate({ target: schedules.name, set: { pausedAt } })
      .run()
    return this.#state(tx, schedule)
  }

  async resume(tx: Tx, name: string): Promise<ScheduleState> {
    const schedule = this.#get(name)
    const lastFiredAt = latestFiring((await this.#load()).get(name)!, this.#parts.clock.now())
    await tx
      .update(schedules)
      .set({ pausedAt: null, lastFiredAt })
      .where(and(eq(schedules.name, name), isNotNull(schedules.pausedAt)))
      .run()
    return this.#state(tx, schedule)
  }

  async #beat(): Promise<void> {
    await this.fireDue().catch((error) => this.#parts.log.error({ err: error }, 'the schedules could not be fired'))
    if (!this.#running) return
    const now = this.#parts.clock.now()
    const crons = await this.#load()
    const next = Math.min(
      ...[...crons.values()].map((cron) => cron.nextRun(now)?.getTime() ?? Number.POSITIVE_INFINITY),
    )
    const delay = Math.min(Math.max(next - now.getTime(), 1), maxTimerMs)
    this.#timer = this.#outside(() => setTimeout(() => void this.#beat(), delay))
  }

  /** A run that still waits will see what this firing is about, so a slow or paused queue does not pile them up. */
  async #enqueue(tx: Tx, { name }: Schedule, at: Date): Promise<void> {
    if (await findQueued(tx).get({ kind: name })) return
    const key = `${name}:${at.toISOString()}`
    // A clock that was set back comes by the same times once more, and what has to be done then has to be done.
    const again = await findByKey(tx).get({ kind: name, key })
    await this.#parts.queue.enqueue(tx, { kind: name, key: again ? `${key}:${newId('job')}` : key })
  }

  // Loaded at the first need: an import of its own keeps it out of the way of a start.
  #load(): Promise<Map<string, Cron>> {
    this.#crons ??= import('croner').then(
      ({ Cron }) =>
        new Map(
          this.#table.map(({ name, cron }) => [
            name,
            new Cron(cron, { timezone: this.#parts.timeZone, mode: '5-part' }),
          ]),
        ),
    )
    return this.#crons
  }

  async #rows(on: Drizzle | Tx): Promise<Map<string, Row>> {
    const rows = await allRows(on).all()
    return new Map(rows.map((row) => [row.name, row]))
  }

  #get(name: string): Schedule {
    const schedule = this.#table.find((candidate) => candidate.name === name)
    if (!schedule) throw notFound('Schedule')
    return schedule
  }

  async #state(tx: Tx, schedule: Schedule): Promise<ScheduleState> {
    const [crons, rows] = [await this.#load(), await this.#rows(tx)]
    return this.#stateOf(schedule, crons, rows.get(schedule.name))
  }

  /** Counted once and shown until it has come; a clock that was set back counts anew. */
  #nextFiring(name: string, cron: Cron): Date | null {
    const now = this.#parts.clock.now()
    const known = this.#next.get(name)
    if (known && known.from <= now && now < known.at) return known.at
    const at = cron.nextRun(now)
    if (at) this.#next.set(name, { from: now, at })
    return at
  }

  #stateOf({ name, cron, does }: Schedule, crons: Map<string, Cron>, row: Row | undefined): ScheduleState {
    const paused = row?.pausedAt != null
    const nextFiringAt = paused ? null : this.#nextFiring(name, crons.get(name)!)
    return {
      name,
      cron,
      timeZone: this.#parts.timeZone,
      does,
      paused,
      lastFiredAt: row?.lastFiredAt ?? null,
      nextFiringAt,
    }
  }
}

/** The newest time of firing that is not in the future. Croner looks strictly before the moment it is given. */
const latestFiring = (cron: Cron, now: Date): Date | undefined => cron.previousRuns(1, new Date(now.getTime() + 1))[0]

function isDue(row: Row | undefined, at: Date, now: Date): boolean {
  if (row?.pausedAt) return false
  const last = row?.lastFiredAt
  // A last firing in the future was written under a wrong clock and must not silence the schedule until then.
  return !last || last < at || last.getTime() > now.getTime() + skewMs
}

const allRows = prepared((db) => db.select().from(schedules).prepare())

const saveFiring = prepared((db) =>
  db
    .insert(schedules)
    .values({ name: sql.placeholder('name'), lastFiredAt: sql.placeholder('lastFiredAt') })
    .onConflictDoUpdate({ target: schedules.name, set: { lastFiredAt: sql`excluded.last_fired_at` } })
    .prepare(),
)
