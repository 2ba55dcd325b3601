import { eq } from 'drizzle-orm'
import { Registry } from 'prom-client'
import { parseConfig } from '../../src/config'
import { databaseUrlOf } from '../../src/config/database-url'
import { openDataDir } from '../../src/data-dir/folder'
import { loadSecrets } from '../../src/data-dir/secrets'
import { type Database, openDatabase } from '../../src/db'
import { migrate } from '../../src/db/migrate'
import { AccessTokens, insertUser, Passwords } from '../../src/features/accounts'
import { openSession } from '../../src/features/accounts/sessions'
import { installBuiltIns } from '../../src/features/app-templates'
import { seedIfEmpty } from '../../src/features/catalog'
import { plans, services } from '../../src/features/catalog/tables'
import { creditWallet, promo } from '../../src/features/ledger'
import { mails } from '../../src/features/mails/tables'
import { EventStreams } from '../../src/http/event-stream'
import { systemClock as clock } from '../../src/lib/clock'
import type { KeyRing } from '../../src/lib/key-ring'
import { createQueue } from '../../src/queue'
import { jobs } from '../../src/queue/tables'

const perTransaction = 100
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} }

export interface Business {
  planId: string
  /** An access token for each customer; a quarter of an hour old at most. */
  tokens: string[]
}

/**
 * A data folder with customers who can pay for one subscription each, made by the product's own verbs before any clock runs.
 * Their welcome mails are taken out of the queue again: they belong to signing up, not to what is measured.
 */
export async function prepareBusiness(dataDir: string, service: string, customers: number): Promise<Business> {
  const config = parseConfig({ DATA_DIR: dataDir })
  openDataDir(config.dataDir)
  const location = { url: databaseUrlOf(config) }
  await migrate(location)
  const db = await openDatabase(location)
  try {
    await db.write((tx) => installBuiltIns({ clock }, tx))
    await db.write((tx) => seedIfEmpty({ clock }, tx))
    const plan = await widenCheapestPlan(db, service, customers)
    const tokens: string[] = []
    const { signing } = loadSecrets(config)
    while (tokens.length < customers) {
      tokens.push(
        ...(await insertCustomers(db, signing, plan.price, Math.min(perTransaction, customers - tokens.length))),
      )
    }
    await db.write(async (tx) => {
      await tx.delete(jobs).run()
      await tx.delete(mails).run()
    })
    return { planId: plan.id, tokens }
  } finally {
    await db.close()
  }
}

async function widenCheapestPlan(db: Database, service: string, slots: number) {
  const [plan] = await db.read
    .select({ id: plans.id, price: plans.price })
    .from(plans)
    .innerJoin(services, eq(services.id, plans.serviceId))
    .where(eq(services.slug, service))
    .orderBy(plans.price)
    .limit(1)
  if (!plan) throw new Error(`no plan of ${service} is seeded`)
  await db.write((tx) => tx.update(plans).set({ totalQuota: slots }).where(eq(plans.id, plan.id)).run())
  return plan
}

let made = 0
let passwordHash: string | undefined

async function insertCustomers(db: Database, signing: KeyRing, amount: bigint, count: number): Promise<string[]> {
  passwordHash ??= await new Passwords().hash('correct horse battery')
  const hash = passwordHash
  const queue = createQueue({ db, clock, log: silent, registry: new Registry() })
  const parts = {
    db,
    clock,
    queue,
    streams: new EventStreams(),
    tokens: new AccessTokens(signing, clock),
  }
  return db.write(async (tx) => {
    const tokens: string[] = []
    for (let index = 0; index < count; index++) {
      const email = `bench-${++made}@example.com`
      const userId = await insertUser(parts, tx, { email, name: 'Bench', passwordHash: hash, role: 'USER' })
      const source = `adjustment:bench-${userId}`
      const gift = { userId, type: 'BONUS', counterAccount: promo, amount, source, description: 'Gift' } as const
      await creditWallet(tx, { ...gift, at: clock.now() })
      tokens.push((await openSession(parts, tx, userId, { address: '', userAgent: '' })).accessToken)
    }
    return tokens
  })
}
