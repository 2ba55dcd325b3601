import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { createParts } from '../../../src/boot/create-parts'
import { openStore } from '../../../src/boot/store'
import { beginWork, furnishDatabase, takeOver } from '../../../src/boot/take-over'
import type { Undo } from '../../../src/boot/undo'
import { type Config, parseConfig } from '../../../src/config'
import { startHeartbeat } from '../../../src/features/downtime'
import { RateLimits } from '../../../src/http/rate-limit'
import type { Logger } from '../../../src/lib/log'
import type { Parts } from '../../../src/parts'
import { createMidtransGateway } from '../../../src/payments'
import type { Network } from './network'
import type { Postman } from './postman'
import type { Runtime } from './runtime'
import { ownership } from './timers'

export const merchant = {
  serverKey: 'SB-Mid-server-simulated',
  clientKey: 'SB-Mid-client-simulated',
  merchantId: 'G000000009',
}

export interface Surroundings {
  runtime: Runtime
  network: Network
  postman: Postman
  clusterToken: string
  environment: Record<string, string>
  log: Logger
}

/** When the process is killed: before or after the commit that comes so many commits from now. */
export interface Kill {
  atCommit: number
  after: boolean
}

class Killed extends Error {}

/** One life of the process: the real parts on the real file, with the surroundings in the simulation's hands. */
export class House {
  readonly #owner = { alive: true, dying: false }
  readonly #undo: Undo = []
  #kill: Kill | undefined
  parts!: Parts
  readonly config: Config

  private constructor(
    readonly around: Surroundings,
    readonly dataDir: string,
  ) {
    this.config = parseConfig({
      PORT: '0',
      DATA_DIR: dataDir,
      RATE_LIMITS: 'off',
      PUBLIC_URL: 'https://minispod.example',
      ...around.environment,
    })
  }

  /** Boots on what lies in the folder, as `boot()` does, without a port of its own. Schedules are fired by the simulation. */
  static async boot(around: Surroundings, dataDir: string): Promise<House> {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const house = new House(around, dataDir)
    await around.runtime.until(house.run(() => house.#start()))
    return house
  }

  get isKilled(): boolean {
    return this.#owner.dying || !this.#owner.alive
  }

  /** Runs something as this process: its timers are the process's own, and die with it. */
  run<T>(work: () => T): T {
    return ownership.run(this.#owner, work)
  }

  /** The process will be killed at one of its next commits. @returns what was planned before */
  planKill(kill: Kill | undefined): Kill | undefined {
    const before = this.#kill
    this.#kill = kill
    return before
  }

  /** Nothing it still does has an effect any more. @returns the folder as a killed process leaves it, in a new place */
  async die(next: string): Promise<string> {
    this.#owner.dying = true
    this.around.network.breakEverything()
    // What is under way fails, and lets go of what it holds in the memory that the next process shares with it.
    await this.around.runtime.settle(25_000, 60_000)
    this.#owner.alive = false
    mkdirSync(next, { recursive: true, mode: 0o700 })
    for (const name of ['minispod.db', 'minispod.db-wal', 'minispod.db-mark', 'secrets.json'])
      if (existsSync(join(this.dataDir, name))) cpSync(join(this.dataDir, name), join(next, name))
    await this.#letGo()
    return next
  }

  async #letGo(): Promise<void> {
    for (const step of this.#undo.splice(0).reverse()) {
      const done = Promise.resolve()
        .then(step)
        .catch(() => {})
      await this.around.runtime.until(done).catch(() => {})
    }
  }

  async #start(): Promise<void> {
    const { runtime, network, postman } = this.around
    const log = this.#logOfTheLiving()
    const { config } = this
    const owner = this.#owner
    const store = await openStore(
      config,
      { clock: runtime, log, aroundCommit: (commit) => this.#commit(commit) },
      this.#undo,
    )
    const cluster = {
      connection: {
        server: 'http://cluster.invalid',
        proxy: false as const,
        fetch: network.fetchFor('cluster', owner),
        headers: async () => ({ authorization: `Bearer ${this.around.clusterToken}` }),
      },
      platform: {
        appsDomain: 'apps.localhost',
        scheme: 'http' as const,
        port: 80,
        storageClass: 'expandable',
        ingressClass: 'traefik',
        clusterIssuer: undefined,
        imageRegistryPrefix: undefined,
        defaultLimits: config.defaultResourceLimits,
      },
      shown: 'simulated',
      close: async () => {},
    }
    const gateway = createMidtransGateway({
      ...merchant,
      environment: 'sandbox',
      baseUrl: 'http://gateway.invalid',
      timeoutMs: 10_000,
      clock: runtime,
      fetch: network.fetchFor('gateway', owner),
    })
    const registry = new Registry()
    this.parts = createParts({
      ...store,
      config,
      clock: runtime,
      log,
      registry,
      limits: new RateLimits({ factor: 0 }),
      pace: { wait: async () => {}, stop: () => {} },
      publicUrl: config.publicUrl!,
      cluster,
      payments: { gateway, shown: 'simulated', close: async () => {} },
      sandbox: undefined,
      mailSender: {
        delivers: true,
        send: async (mail) => {
          if (owner.dying) throw new Killed()
          return postman.send(mail)
        },
      },
    })
    await this.#begin(store.savedAt)
  }

  /** In the order in which `boot()` does it. */
  async #begin(savedAt: Date | undefined): Promise<void> {
    const { parts } = this
    await furnishDatabase(parts)
    await takeOver(parts, savedAt, this.#undo)
    beginWork(parts)
    // A day passes in one jump here, and nobody was away: the timers' time tells.
    this.#undo.push(startHeartbeat(parts, () => performance.now()))
  }

  /** What a process says while it dies is no alert. */
  #logOfTheLiving(): Logger {
    const { log } = this.around
    const owner = this.#owner
    const at = (level: keyof Logger) => (fields: object, message?: string) => {
      if (!owner.dying) log[level](fields, message)
    }
    return {
      trace: at('trace'),
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      fatal: at('fatal'),
    }
  }

  #commit(commit: () => void): void {
    if (this.#owner.dying) throw new Killed('the process is dead')
    const kill = this.#kill
    if (!kill || kill.atCommit-- > 0) {
      commit()
      return
    }
    if (kill.after) commit()
    this.#owner.dying = true
    throw new Killed('killed')
  }
}
