import { count } from 'drizzle-orm'
import type { Tx } from '../../db'
import { newId } from '../../lib/ids'
import { rupiah } from '../../lib/money'
import type { Parts } from '../../parts'
import { type SeedPlan, seedCatalog } from '../../templates/seed'
import { keepIcon } from './icons/icons'
import { categories, plans, services } from './tables'

/** Fills an empty catalog with every first-party template; one that holds anything is left as it is. */
export async function seedIfEmpty({ clock }: Pick<Parts, 'clock'>, tx: Tx): Promise<{ services: number }> {
  const known = await tx.select({ total: count() }).from(categories).get()
  return (known?.total ?? 0) > 0 ? { services: 0 } : seed(tx, clock.now())
}

async function seed(tx: Tx, now: Date): Promise<{ services: number }> {
  const stamps = { createdAt: now, updatedAt: now }
  let sold = 0
  for (const [position, category] of seedCatalog().entries()) {
    const categoryId = newId('category', now.getTime())
    const { services: offered, icon, ...own } = category
    await tx
      .insert(categories)
      .values({ id: categoryId, ...own, iconHash: await keepIcon(tx, icon, now), position, ...stamps })
      .run()
    for (const { plans: sizes, ...service } of offered) {
      const serviceId = newId('service', now.getTime())
      await tx
        .insert(services)
        .values({ id: serviceId, categoryId, ...service, ...stamps })
        .run()
      for (const plan of sizes)
        await tx
          .insert(plans)
          .values(planRow(serviceId, plan, stamps))
          .run()
      sold++
    }
  }
  return { services: sold }
}

function planRow(
  serviceId: string,
  plan: SeedPlan,
  stamps: { createdAt: Date; updatedAt: Date },
): typeof plans.$inferInsert {
  const { discounts, price, ...rest } = plan
  return {
    ...rest,
    ...stamps,
    id: newId('plan', stamps.createdAt.getTime()),
    serviceId,
    price: rupiah(price),
    quarterlyDiscountPercent: discounts.QUARTERLY,
    yearlyDiscountPercent: discounts.YEARLY,
  }
}
