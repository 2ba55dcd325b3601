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
import { day, hour } from './model/calendar'
import { type Model, newModel } from './model/state'
import { Recovery } from './recovery'
import { BrokenRule, Report } from './report'
import { Ticks } from './ticks'
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
  /** When the house or the payment provider was away last. */
  awayAt = 0
  /** Something may be on its way in the house or the cluster since all came to rest. */
  needsRest = true
  readonly money: Money
  readonly recovery: Recovery
  readonly ticks: Ticks

  private constructor(
    readonly runtime: Runtime,
    readonly options: Options,
  ) {
    this.random = new Random(options.seed, 'world')
    this.end = start.getTime() + options.days * day
    this.money = new Money(this)
    this.recovery = new Recovery(this)
    this.ticks = new Ticks(this)
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
      const due = await this.ticks.next()
      if (Math.min(planned, due) > this.end) return
      this.runtime.jumpTo(Math.min(planned, due))
      await this.#refreshHeartbeat()
      this.needsRest = true
      if (due <= planned) await this.ticks.run()
      else await this.agenda.take()!.run()
      if (this.needsRest) await this.settle()
    }
  }

  /** Work for the house, until it has an answer: undefined if the process was killed meanwhile, or there is none. */
  async inHouse<T>(work: (parts: Parts) => Promise<T>): Promise<{ value: T } | { refused: string } | undefined> {
    const { house } = this.world
    if (!house) return undefined
    this.needsRest = true
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
    this.needsRest = false
    return got
  }

  /** The house writes down that it is at work, and so do we. */
  async markSeen(): Promise<void> {
    await this.inHouse((parts) => parts.db.write((tx) => recordHeartbeat(parts, tx, 0)))
    this.recovery.noteSeen()
  }

  /** The cluster and the jobs come to rest, and what happened is seen. */
  async settle(): Promise<void> {
    await this.rest()
    if (this.world.house?.isKilled) await this.recovery.after({})
    await this.observe()
  }

  rest(): Promise<void> {
    return this.runtime.settle(soonMs, settleMs)
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
}
