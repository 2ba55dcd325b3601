import type { Tx } from '../../src/db'
import { recordHeartbeat } from '../../src/features/downtime'
import { AppError } from '../../src/lib/errors'
import type { Parts } from '../../src/parts'
import { Agenda } from './agenda'
import { observeApps } from './business/apps'
import { type Cast, openShop } from './business/cast'
import { Money } from './business/money'
import { differencesOf, differencesOfAll } from './checks/customers'
import { differencesOfPlans } from './checks/plans'
import { day, hour, minute } from './model/calendar'
import { listDue, tick as modelTick } from './model/lifecycle'
import { type Model, newModel } from './model/state'
import { Recovery } from './recovery'
import { BrokenRule, Report } from './report'
import { Random } from './world/random'
import type { Runtime } from './world/runtime'
import { start } from './world/start'
import { World } from './world/world'

export interface Options {
  seed: number
  days: number
  customers: number
  folder: string
}

/** What the house does by the clock it does at most so much later here than in a house that never sleeps. */
const tickMs = 5 * minute
/** A poll finds next to nothing in most of its minutes: orders that nobody told of are asked about this much later. */
const pollMs = 3 * hour
/** Steps of the cluster and of retries come one soon after the other; what comes later is a thing of its own. */
const soonMs = 2_000
const settleMs = 30_000

/** One year, or less, of a business: what is done in it, to the product and to the model, and what may be seen of both. */
export class Simulation {
  readonly agenda = new Agenda()
  readonly report = new Report()
  readonly random: Random
  readonly end: number
  model!: Model
  cast!: Cast
  world!: World
  readonly money: Money
  readonly recovery: Recovery

  private constructor(
    readonly runtime: Runtime,
    readonly options: Options,
  ) {
    this.random = new Random(options.seed, 'world')
    this.end = start.getTime() + options.days * day
    this.money = new Money(this)
    this.recovery = new Recovery(this)
  }

  static async open(runtime: Runtime, options: Options): Promise<Simulation> {
    const simulation = new Simulation(runtime, options)
    await simulation.#prepare()
    return simulation
  }

  /** What time it really is. */
  get wall(): number {
    return this.runtime.wall()
  }

  /** What the house takes it for. */
  get houseTime(): number {
    return this.runtime.now().getTime()
  }

  get parts(): Parts {
    return this.world.house!.parts
  }

  get isUp(): boolean {
    return this.world.house !== undefined
  }

  after(ms: number, run: () => Promise<void>): void {
    this.agenda.plan(this.wall + ms, run)
  }

  /** People look at the clock: what they do, they do at the full hour. */
  onTheHour(ms: number, run: () => Promise<void>): void {
    this.agenda.plan(Math.ceil((this.wall + ms) / hour) * hour, run)
  }

  /** Lets all of it happen, up to the end. */
  async run(): Promise<void> {
    for (;;) {
      const planned = this.agenda.next() ?? Number.POSITIVE_INFINITY
      const due = await this.#nextTick()
      if (Math.min(planned, due) > this.end) return
      this.runtime.jumpTo(Math.min(planned, due))
      await this.#refreshHeartbeat()
      if (due <= planned) await this.tick()
      else await this.agenda.take()!.run()
      await this.settle()
    }
  }

  /** Work for the house, until it has an answer: undefined if the process was killed meanwhile, or there is none. */
  async inHouse<T>(work: (parts: Parts) => Promise<T>): Promise<{ value: T } | { refused: string } | undefined> {
    const { house } = this.world
    if (!house) return undefined
    const answer = house
      .run(() => work(house.parts))
      .then(
        (value) => ({ value }),
        (fault: unknown) => {
          if (fault instanceof AppError) return { refused: fault.code }
          if (house.isKilled) return undefined
          throw fault
        },
      )
    const settled = await this.runtime.until(answer)
    return house.isKilled ? undefined : settled
  }

  /** Somebody asks for something: the answer, and what they have then, are as the model says. */
  async act(
    name: string,
    customer: number,
    write: (parts: Parts, tx: Tx) => Promise<unknown>,
    predict: (model: Model, now: number) => string,
    { settles = true } = {},
  ): Promise<string> {
    if (!this.isUp) return 'down'
    let now = this.houseTime
    const answer = await this.inHouse((parts) =>
      parts.db.write((tx) => {
        now = parts.clock.now().getTime()
        return write(parts, tx)
      }),
    )
    if (!answer) {
      await this.recovery.after({ act: (model) => void predict(model, now) })
      return 'killed'
    }
    const got = 'refused' in answer ? answer.refused : 'ok'
    const expected = predict(this.model, now)
    if (got !== expected)
      throw new BrokenRule(
        'an answer is what the model says',
        `${name} of customer ${customer}: ${got}, not ${expected}`,
      )
    this.report.count(got === 'ok' ? `event ${name}` : `refusal ${name}: ${got}`)
    if (!settles) return got
    await this.settle()
    await this.compare([customer])
    return got
  }

  /** What the house does by the clock: jobs, questions to the provider, and the step of every subscription that is due. */
  async tick(): Promise<void> {
    this.report.count('ticks')
    const due = await this.#due()
    await this.inHouse(async ({ queue }) => queue.wake('mail.deliver'))
    if (due.polls <= this.houseTime) {
      await this.runSchedule('top-ups.poll')
      await this.runtime.settle(soonMs, settleMs)
      await this.money.observe()
    }
    if (due.steps <= this.houseTime || listDue(this.model, this.houseTime).length > 0) await this.stepSubscriptions()
  }

  async stepSubscriptions(): Promise<void> {
    if (!this.isUp || this.world.house!.isKilled) return
    const now = this.houseTime
    await this.runSchedule('subscriptions.due')
    await this.runtime.drain()
    if (this.world.house!.isKilled) return this.recovery.after({ tickAt: now })
    const stepped = modelTick(this.model, now)
    await this.compare(stepped.map(({ customer }) => customer))
  }

  /** The house writes down that it is at work, and so do we. */
  async markSeen(): Promise<void> {
    await this.inHouse((parts) => parts.db.write((tx) => recordHeartbeat(parts, tx, 0)))
    this.recovery.noteSeen()
  }

  async runSchedule(name: string): Promise<void> {
    await this.inHouse((parts) => parts.db.write((tx) => parts.schedules.run(tx, name)))
    await this.runtime.drain()
  }

  /** The cluster and the jobs come to rest, and what happened is seen. */
  async settle(): Promise<void> {
    await this.runtime.settle(soonMs, settleMs)
    if (this.world.house?.isKilled) await this.recovery.after({})
    await this.observe()
  }

  async observe(): Promise<void> {
    if (!this.isUp) return
    await this.money.observe()
    await observeApps(this)
  }

  /** @throws BrokenRule where somebody has something else than they should */
  async compare(customers: Iterable<number>): Promise<void> {
    if (!this.isUp) return
    for (const customer of new Set(customers)) {
      const differences = await differencesOf(this.parts.db.read, this.cast, this.model, customer)
      if (differences.length > 0) throw new BrokenRule('everybody has what the model says', differences.join('\n'))
    }
  }

  /** Where anybody, or what is for sale, is not as the model says. What was removed days ago is only looked at with `all`. */
  async differences({ all = false } = {}): Promise<string[]> {
    const { parts, cast, model } = this
    const since = all ? 0 : this.houseTime - 3 * day
    const plans = await differencesOfPlans(parts.db.read, cast, model)
    return [...(await differencesOfAll(parts.db.read, cast, model, since)), ...plans]
  }

  /** @throws BrokenRule */
  async compareAll(options: { all?: boolean } = {}): Promise<void> {
    const found = await this.differences(options)
    if (found.length > 0) throw new BrokenRule('everybody has what the model says', found.join('\n'))
  }

  /** Time was jumped over, and the house would have written every minute that it is there: who kills it now must find that. */
  async #refreshHeartbeat(): Promise<void> {
    const plan = this.world.house?.planKill(undefined)
    if (!plan) return
    await this.markSeen()
    this.world.house?.planKill(plan)
  }

  async #prepare(): Promise<void> {
    const { runtime, options } = this
    this.world = await World.open(runtime, {
      folder: options.folder,
      environment: { TAX_RATE: '11' },
      log: this.report.logger,
      onNotification: (body) => this.money.onNotification(body),
    })
    await this.world.boot()
    const opened = await runtime.until(this.world.house!.run(() => openShop(this.parts, options.customers)))
    this.cast = opened.cast
    this.model = newModel(opened.plans)
  }

  /** When the house has something to do by its clock, on the world's. */
  async #nextTick(): Promise<number> {
    if (!this.isUp) return Number.POSITIVE_INFINITY
    const { jobs, polls, steps } = await this.#due()
    return Math.min(this.#roundedUp(Math.min(jobs, steps), tickMs), this.#roundedUp(polls, pollMs))
  }

  #roundedUp(at: number, toMs: number): number {
    return at === never ? never : Math.ceil(Math.max(at - this.runtime.skewMs, this.wall + 1) / toMs) * toMs
  }

  async #due(): Promise<{ jobs: number; polls: number; steps: number }> {
    if (!this.isUp) return { jobs: never, polls: never, steps: never }
    const [row] = await this.parts.db.read.values<[number | null, number | null, number | null]>(dueQuery)
    const [jobs, polls, steps] = row!.map((at) => (at === null ? never : Number(at)))
    return { jobs: jobs!, polls: polls!, steps: steps! }
  }
}

const never = Number.POSITIVE_INFINITY
const dueQuery = `SELECT (SELECT min(run_at) FROM jobs WHERE status = 'QUEUED'),
  (SELECT min(next_poll_at) FROM top_ups WHERE next_poll_at IS NOT NULL),
  (SELECT min(at) FROM (SELECT min(next_step_at) AS at FROM subscriptions WHERE next_step_at IS NOT NULL
    UNION ALL SELECT min(notice_at) FROM subscriptions WHERE notice_at IS NOT NULL))`
