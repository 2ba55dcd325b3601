import { eq, inArray } from 'drizzle-orm'
import type { Tx } from '../../../src/db'
import { insertUser } from '../../../src/features/accounts'
import { adjustCredit } from '../../../src/features/accounts/admin-acts'
import { users } from '../../../src/features/accounts/tables'
import { updatePlan } from '../../../src/features/catalog/admin/plans'
import { plans, services } from '../../../src/features/catalog/tables'
import type { Actor } from '../../../src/http/access'
import type { Parts } from '../../../src/parts'
import type { Model, Plan } from '../model/state'

/** Services of the seeded catalog whose apps need nothing from their owners, each with three plans. */
const slugs = ['memos', 'gotify', 'n8n', 'uptime-kuma']
/** Slots for each of a hundred customers, by the tier of the plan: few enough to be sold out now and then. */
const slotsPerHundred = [20, 10, 4]

export interface SoldPlan {
  id: string
  serviceId: string
}

/** Those who act, and what is for sale; in the model everything is named by its place here. */
export interface Cast {
  admin: Actor
  customers: Actor[]
  plans: SoldPlan[]
  /** Codes. */
  vouchers: string[]
}

/** The shop before its first day: an administrator, and so many slots of each plan. */
export async function openShop(parts: Parts, customers: number): Promise<{ cast: Cast; plans: Plan[] }> {
  const email = 'owner@minispod.example'
  const userId = await parts.db.write((tx) =>
    insertUser(parts, tx, { email, name: 'Owner', passwordHash: 'none', role: 'ADMINISTRATOR' }),
  )
  const admin: Actor = { userId, role: 'ADMINISTRATOR', email }
  const sold = await parts.db.read.select().from(services).where(inArray(services.slug, slugs)).all()
  const cast: Cast = { admin, customers: [], plans: [], vouchers: [] }
  const modelled: Plan[] = []
  for (const [service, slug] of slugs.entries()) {
    const { id: serviceId } = sold.find((known) => known.slug === slug)!
    const rows = await parts.db.read.select().from(plans).where(eq(plans.serviceId, serviceId)).all()
    for (const { id, tier, price } of rows.sort((a, b) => a.tier - b.tier)) {
      const slots = Math.max(1, Math.ceil((slotsPerHundred[tier - 1]! * customers) / 100))
      const change = { expected: undefined, input: { totalQuota: slots } }
      await parts.db.write((tx) => updatePlan(parts, tx, admin, { serviceId, planId: id }, change as never))
      const terms = [{ number: 1, monthly: price, effectiveAt: 0 }]
      modelled.push({ place: cast.plans.length, service, tier, slots, used: 0, terms })
      cast.plans.push({ id, serviceId })
    }
  }
  return { cast, plans: modelled }
}

/** A person comes, with an empty wallet; or comes again, because the answer was lost. */
export async function welcome(parts: Parts, cast: Cast, model: Model): Promise<void> {
  const place = cast.customers.length
  const email = `customer${place}@mail.example`
  const name = `Customer ${place}`
  const known = await parts.db.read.select({ id: users.id }).from(users).where(eq(users.email, email)).get()
  const person = { email, name, passwordHash: 'none', role: 'USER' as const }
  const userId = known?.id ?? (await parts.db.write((tx) => insertUser(parts, tx, person)))
  cast.customers.push({ userId, role: 'USER', email })
  model.customers.push({ place, balance: 0n, openOrders: 0, subscriptions: [] })
}

export const giveCredit = (
  parts: Pick<Parts, 'clock'>,
  tx: Tx,
  { admin, customers }: Cast,
  customer: number,
  amount: number,
) => adjustCredit(parts, tx, admin, customers[customer]!.userId, { amount, reason: 'a gift of the house' })
