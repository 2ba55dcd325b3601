import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asc, inArray } from 'drizzle-orm'
import { adjustCredit } from '../../src/features/accounts/admin-acts'
import { insertUser } from '../../src/features/accounts/sign-in'
import { users } from '../../src/features/accounts/tables'
import { plans, services } from '../../src/features/catalog/tables'
import { advanceSubscriptions } from '../../src/features/subscriptions'
import { cancelSubscription } from '../../src/features/subscriptions/cancel'
import { subscriptions } from '../../src/features/subscriptions/tables'
import { topUps } from '../../src/features/top-ups/tables'
import type { Actor } from '../../src/http/access'
import { ManualClock, minute } from '../../src/lib/clock'
import { newId } from '../../src/lib/ids'
import { openShop, type Shop } from '../support/shop'
import { taxRatePercent } from './price-model'
import type { ModelPlan } from './state'

/** Service 0 has two plans, so that one can upgrade; few slots, so that they run out. */
export const planTable: Omit<ModelPlan, 'used'>[] = [
  { service: 0, tier: 0, price: 50_000n, slots: 1 },
  { service: 0, tier: 1, price: 83_333n, slots: 2 },
  { service: 1, tier: 0, price: 10_001n, slots: 2 },
]
const serviceSlugs = ['n8n', 'memos']
const customersOfRun = 2
const start = new Date('2026-01-31T03:00:00.000Z')

/** A real file where no disk has to be waited for: what is asked here is not whether it outlives a power cut. */
const inMemory = (): string => (existsSync('/dev/shm') ? '/dev/shm' : tmpdir())

export type Parts = Shop['system']['parts']

/** The customers and plans of one history: nobody else's. */
export interface Cast {
  customers: Actor[]
  planIds: string[]
  /** The last ledger entry before it began. */
  firstEntry: number
}

/** The real features on a real database file, with time and the provider in our hands; nothing happens by itself. */
export class House {
  #runs = 0
  #serviceIds: string[] = []
  #admin!: Actor

  private constructor(
    readonly shop: Shop,
    readonly clock: ManualClock,
    private readonly folder: string,
  ) {}

  static async open(): Promise<House> {
    const clock = new ManualClock(start)
    const folder = mkdtempSync(join(inMemory(), 'minispod-model-'))
    const shop = await openShop({ clock, dataDir: folder, environment: { TAX_RATE: String(taxRatePercent) } })
    const house = new House(shop, clock, folder)
    await house.#prepare()
    return house
  }

  get parts(): Parts {
    return this.shop.system.parts
  }

  get admin(): Actor {
    return this.#admin
  }

  async begin(): Promise<Cast> {
    const { parts, clock } = this
    const run = ++this.#runs
    // No two histories meet at one moment: what an earlier one left behind is not due at the same time by chance.
    clock.advance(minute)
    const now = clock.now()
    return parts.db.write(async (tx) => {
      const customers: Actor[] = []
      for (let index = 0; index < customersOfRun; index++) {
        const email = `model-${run}-${index}@example.com`
        const userId = await insertUser(parts, tx, { email, name: 'Siti', passwordHash: 'none', role: 'USER' })
        customers.push({ userId, role: 'USER', email })
      }
      const planIds: string[] = []
      for (const { service, tier, price, slots } of planTable) {
        const id = newId('plan')
        const size = { cpuMillicores: 500, memoryMb: 1024, storageGb: 5, features: [], totalQuota: slots }
        const named = { id, serviceId: this.#serviceIds[service]!, name: `Plan ${tier}`, tier: 1_000 + run * 10 + tier }
        await tx
          .insert(plans)
          .values({ ...named, ...size, price, createdAt: now, updatedAt: now })
          .run()
        planIds.push(id)
      }
      const last = await tx.get<{ number: number }>('SELECT coalesce(max(number), 0) AS number FROM ledger_entries')
      return { customers, planIds, firstEntry: Number(last!.number) }
    })
  }

  /** What is still live would be renewed in the histories to come. */
  async end(cast: Cast): Promise<void> {
    const { parts } = this
    for (const { id, userId, endedAt } of await this.subscriptionsOf(cast)) {
      if (endedAt !== null) continue
      const owner = cast.customers.find((actor) => actor.userId === userId)!
      await parts.db.write((tx) => cancelSubscription(parts, tx, owner, id, 'now'))
    }
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms)
    await advanceSubscriptions(this.parts)
  }

  adjust(customer: Actor, amount: number): Promise<unknown> {
    const { parts } = this
    const order = { amount, reason: 'because of the model' }
    return parts.db.write((tx) => adjustCredit(parts, tx, this.#admin, customer.userId, order))
  }

  topUpsOf({ customers }: Cast): Promise<(typeof topUps.$inferSelect)[]> {
    const owners = customers.map(({ userId }) => userId)
    return this.parts.db.read
      .select()
      .from(topUps)
      .where(inArray(topUps.userId, owners))
      .orderBy(asc(topUps.transactionNumber))
      .all()
  }

  subscriptionsOf({ customers }: Cast): Promise<(typeof subscriptions.$inferSelect)[]> {
    const owners = customers.map(({ userId }) => userId)
    return this.parts.db.read
      .select()
      .from(subscriptions)
      .where(inArray(subscriptions.userId, owners))
      .orderBy(asc(subscriptions.number))
      .all()
  }

  async close(): Promise<void> {
    await this.shop.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #prepare(): Promise<void> {
    const { parts, shop } = this
    // Schedules and jobs would move money at moments of their own.
    await parts.queue.stop(0)
    shop.gateway.notifications.hold()
    const { id, email } = (await parts.db.read.select().from(users).get())!
    this.#admin = { userId: id, role: 'ADMINISTRATOR', email }
    const known = await parts.db.read.select().from(services).where(inArray(services.slug, serviceSlugs)).all()
    this.#serviceIds = serviceSlugs.map((slug) => known.find((service) => service.slug === slug)!.id)
  }
}
