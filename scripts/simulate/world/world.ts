import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../src/embedded/cluster'
import { type EmbeddedGateway, startEmbeddedGateway } from '../../../src/embedded/gateway'
import type { Logger } from '../../../src/lib/log'
import { House, merchant, type Surroundings } from './house'
import { Network } from './network'
import { Postman } from './postman'
import type { Runtime } from './runtime'

/** Room enough for all that is sold, unless a fault takes it away. */
const nodes = [1, 2, 3, 4].map((number) => ({ name: `node-${number}`, cpu: '400', memory: '800Gi', pods: 4_000 }))
const tokenOfCluster = 'simulated-cluster-token'

interface Wishes {
  /** Where the database lies. */
  folder: string
  environment: Record<string, string>
  log: Logger
  /** A notification that the payment provider sends. */
  onNotification: (body: Record<string, unknown>) => void
}

/** All that outlives the house's process: the cluster, the payment provider, the mail provider, the disk. */
export class World {
  readonly network = new Network()
  readonly postman = new Postman()
  /** Pods that were made to crash. */
  readonly crashing = new Set<string>()
  readonly #root: string
  #lives = 0
  cluster!: EmbeddedCluster
  gateway!: EmbeddedGateway
  /** Undefined while no process runs. */
  house: House | undefined
  #left: string

  private constructor(
    readonly runtime: Runtime,
    readonly wishes: Wishes,
  ) {
    this.#root = mkdtempSync(join(wishes.folder, 'minispod-year-'))
    this.#left = join(this.#root, '0')
    process.on('exit', () => this.remove())
  }

  static async open(runtime: Runtime, wishes: Wishes): Promise<World> {
    const world = new World(runtime, wishes)
    const clock = runtime.trueClock
    world.cluster = await runtime.until(startEmbeddedCluster({ listen: false, clock, nodes, token: tokenOfCluster }))
    world.network.serve('cluster', (request) => world.cluster.handle(request))
    world.gateway = await runtime.until(
      startEmbeddedGateway({
        ...merchant,
        listen: false,
        clock,
        notificationUrl: 'http://house.invalid/api/webhooks/midtrans',
        fetch: async (request) => {
          wishes.onNotification((await request.json()) as Record<string, unknown>)
          return new Response(null, { status: 200 })
        },
      }),
    )
    world.network.serve('gateway', (request) => world.gateway.handle(request))
    return world
  }

  async boot(): Promise<House> {
    const around: Surroundings = {
      runtime: this.runtime,
      network: this.network,
      postman: this.postman,
      clusterToken: tokenOfCluster,
      environment: this.wishes.environment,
      log: this.wishes.log,
    }
    this.house = await House.boot(around, this.#left)
    return this.house
  }

  /** The process is no more, wherever it was. What it left on the disk is what the next one finds. */
  async kill(): Promise<void> {
    const house = this.house
    if (!house) return
    const before = this.#left
    this.#left = await house.die(join(this.#root, String(++this.#lives)))
    rmSync(before, { recursive: true, force: true })
    this.house = undefined
  }

  /** Asks the cluster itself, as its administrator and past the house. */
  async askCluster(method: string, path: string, body?: object): Promise<{ items: unknown[] }> {
    const headers = {
      authorization: `Bearer ${tokenOfCluster}`,
      'content-type': body ? 'application/merge-patch+json' : 'application/json',
    }
    const request = new Request(`http://cluster.invalid${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    })
    const answer = await this.cluster.handle(request)
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as { items: unknown[] }
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true })
  }
}
