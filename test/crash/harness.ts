import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type EmbeddedGateway, startEmbeddedGateway } from '../../src/embedded/gateway'
import { copyHouse } from './copy-house'
import { finish } from './finish'
import { killFirstStart, readHouse } from './first-starts'
import { Inspection } from './inspection'
import { planKill } from './kill-plan'
import { LoadProcess, type Wish } from './load-process'
import type { Model } from './model'
import { providerOf } from './provider'
import { Random } from './random'
import { findFreePort, runVerb, type ServerPlace, ServerProcess } from './server-process'

const keys = { serverKey: 'SB-Mid-server-crash', clientKey: 'SB-Mid-client-crash', merchantId: 'G000000009' }
/** Midtrans spreads its tries over hours; these outlast a start. */
const retryDelaysMs = [150, 300, 600, 1_200, 2_400]
const answersWithinMs = 60_000
/** One kill of so many meets a first start, with its migrations, on a folder of its own. */
const firstStartOneIn = 25
const verifyOneIn = 10
const maxFindings = 20
/** The last ones of a long run take about as long as a top-up that was cut off needs to end. */
const easyKills = 50
/** Longer than the minute for which an act that was cut off is said to be still running. */
const patientMs = 90_000

export interface CrashOptions {
  kills: number
  seed: number
  /** The program and its arguments before the verb. */
  command: string[]
  report: (line: string) => void
  /** Waits at the end for the minute after which an act that was cut off is answered; else such acts stay open. */
  thorough: boolean
}

export interface CrashResult {
  kills: { business: number; start: number; firstStart: number }
  answers: number
  counts: ReadonlyMap<string, number>
  inspections: number
  longestStartMs: number
  findings: string[]
  /** Kept where something was found. */
  folder: string
}

/** Kills the server again and again while others do business with it, and looks each time what is left. Ends by itself. */
export async function crash(options: CrashOptions): Promise<CrashResult> {
  const folder = mkdtempSync(join(tmpdir(), 'minispod-crash-'))
  const place: ServerPlace = {
    command: options.command,
    dataDir: join(folder, 'data'),
    port: await findFreePort(),
    environment: { LOG_LEVEL: 'info' },
  }
  mkdirSync(place.dataDir)
  const gateway = await startEmbeddedGateway({
    ...keys,
    notificationUrl: `http://127.0.0.1:${place.port}/api/webhooks/midtrans`,
    retryDelaysMs,
  })
  Object.assign(place.environment, {
    MIDTRANS_SERVER_KEY: keys.serverKey,
    MIDTRANS_CLIENT_KEY: keys.clientKey,
    MIDTRANS_MERCHANT_ID: keys.merchantId,
    MIDTRANS_BASE_URL: gateway.url,
  })
  const run = new Run(options, folder, place, gateway)
  try {
    await run.start()
    await run.killAgainAndAgain()
    if (run.findings.length === 0) await run.end()
  } catch (fault) {
    run.findings.push(`after ${run.killed} kills: ${fault instanceof Error ? fault.message : String(fault)}`)
  } finally {
    await run.close()
    await gateway.close()
  }
  if (run.findings.length === 0) rmSync(folder, { recursive: true, force: true })
  return run.result()
}

class Run {
  readonly findings: string[] = []
  readonly #random: Random
  readonly #kills = { business: 0, start: 0, firstStart: 0 }
  #server: ServerProcess | undefined
  #load: LoadProcess | undefined
  #house: ReturnType<typeof readHouse> | undefined
  #admin = { email: '', password: '' }
  #inspections = 0
  #longestStartMs = 0
  #startedAt = 0
  #isReady = false

  constructor(
    private readonly options: CrashOptions,
    private readonly folder: string,
    private readonly place: ServerPlace,
    private readonly gateway: EmbeddedGateway,
  ) {
    this.#random = new Random(options.seed)
  }

  get killed(): number {
    const { business, start, firstStart } = this.#kills
    return business + start + firstStart
  }

  /** The one start that nobody disturbs: it tells the administrator's password. */
  async start(): Promise<void> {
    this.#startServer()
    await this.#ready()
    const said = readFileSync(join(this.folder, 'server.err'), 'utf8')
    const [, email = '', password = ''] = /Administrator \(shown once\) +(\S+) +(\S+)/.exec(said) ?? []
    this.#admin = { email, password }
    const patienceMs = this.options.thorough ? patientMs : 0
    const gateway = { url: this.gateway.url, clientKey: keys.clientKey }
    const journal = join(this.folder, 'journal.jsonl')
    const order = { url: this.#server!.url, seed: this.options.seed, journal, admin: this.#admin, gateway, patienceMs }
    this.#load = new LoadProcess(order, (wish) => this.#grant(wish))
  }

  async killAgainAndAgain(): Promise<void> {
    const { kills, report } = this.options
    const reportEvery = Math.max(1, Math.floor(kills / 10))
    while (this.killed < kills && this.findings.length < maxFindings) {
      if (this.killed === Math.max(kills - easyKills, Math.ceil(kills / 2))) this.#load!.ease()
      if (this.#house && this.killed % firstStartOneIn === firstStartOneIn - 1) await this.#killFirstStart()
      else await this.#kill()
      if (this.killed % reportEvery === 0) report(`${this.killed} kills, ${this.#load!.answers} answers`)
    }
  }

  async end(): Promise<void> {
    await this.#ready()
    const { gateway, place, options } = this
    const inspect = (model: Model) => this.#inspect(join(this.#copy('end'), 'minispod.db'), model)
    const model = await this.#load!.drain(240_000)
    await this.#load!.close()
    const server = this.#server!
    this.#server = undefined
    this.findings.push(...(await finish({ model, place, gateway, server, admin: this.#admin, inspect, ...options })))
  }

  async close(): Promise<void> {
    await this.#load?.close()
    await this.#server?.kill()
  }

  result(): CrashResult {
    return {
      kills: this.#kills,
      answers: this.#load?.answers ?? 0,
      counts: this.#load?.counts ?? new Map(),
      inspections: this.#inspections,
      longestStartMs: Math.round(this.#longestStartMs),
      findings: this.findings,
      folder: this.folder,
    }
  }

  async #kill(): Promise<void> {
    const kill = planKill(this.#random)
    if (kill.during === 'business') {
      await this.#ready()
      if (!(await this.#load!.waitForAnswers(kill.answers, answersWithinMs)))
        throw new Error(`no ${kill.answers} answers within ${answersWithinMs} ms`)
      await Bun.sleep(kill.thenMs)
    } else {
      await Bun.sleep(kill.afterMs - (performance.now() - this.#startedAt))
    }
    await this.#server!.kill()
    this.#kills[kill.during]++
    const promised = await this.#load!.mark()
    const copy = this.#copy(String(this.killed))
    this.#startServer()
    await this.#inspectCopy(copy, promised)
  }

  /** While the next server starts: what it finds is what we look at. */
  async #inspectCopy(copy: string, promised: number): Promise<void> {
    const model = this.#load!.modelUpTo(promised)
    const database = join(copy, 'minispod.db')
    const found = [...model.wrong, ...this.#inspect(database, model)]
    this.#house ??= readHouse(database)
    if (this.killed % verifyOneIn === 0) {
      const { code, said } = await runVerb({ ...this.place, dataDir: copy }, 'verify')
      if (code !== 0) found.push(`verify: ${said}`)
    }
    this.findings.push(...found.map((finding) => `after kill ${this.killed}: ${finding}`))
    if (found.length === 0) rmSync(dirname(copy), { recursive: true, force: true })
  }

  #inspect(path: string, model: Model): string[] {
    this.#inspections++
    return new Inspection(path, model, providerOf(this.gateway)).run()
  }

  async #killFirstStart(): Promise<void> {
    this.#kills.firstStart++
    const root = join(this.folder, `first-${this.#kills.firstStart}`)
    const place = { ...this.place, dataDir: join(root, 'data'), port: await findFreePort() }
    const found = await killFirstStart(place, root, this.#random, this.#house!)
    this.findings.push(...found)
    if (found.length === 0) rmSync(root, { recursive: true, force: true })
  }

  #copy(name: string): string {
    return copyHouse(this.place, join(this.folder, `copy-${name}`))
  }

  #startServer(): void {
    this.#startedAt = performance.now()
    this.#isReady = false
    this.#server = new ServerProcess(this.place)
  }

  async #ready(): Promise<void> {
    if (this.#isReady) return
    await this.#server!.ready()
    this.#isReady = true
    this.#longestStartMs = Math.max(this.#longestStartMs, performance.now() - this.#startedAt)
  }

  #grant(wish: Wish): void {
    if (wish.type === 'notification') this.gateway.notifications.failNext(wish.fault)
    else this.gateway.calls.failNext('charge', { kind: 'status', httpStatus: wish.httpStatus })
  }
}
