import { hashOfIcon } from '../../src/features/catalog/icons/icons'
import { seedCatalog } from '../../src/templates/seed'
import type { BulkLoad } from './bulk-load'
import type { Random } from './random'

export interface SoldPlan {
  id: string
  /** Another plan of its service. */
  otherId: string
  serviceId: string
  serviceName: string
  name: string
  template: string
  price: number
  /** Slots of live subscriptions. */
  used: number
}

/** The seeded catalog, with ids of the seed's own. Of each service on sale its smallest plan. */
export function writeCatalog(load: BulkLoad, random: Random, atMs: number): SoldPlan[] {
  const stamps = { created_at: atMs, updated_at: atMs }
  const sold: SoldPlan[] = []
  for (const [position, { services, icon, ...category }] of seedCatalog().entries()) {
    const categoryId = random.id('cat', atMs)
    const translations = JSON.stringify(category.translations)
    const iconHash = hashOfIcon(icon)
    load.add('icons', { hash: iconHash, svg: icon, created_at: atMs })
    load.add('categories', { id: categoryId, ...category, icon_hash: iconHash, translations, position, ...stamps })
    for (const { plans, templateName, ...service } of services) {
      const serviceId = random.id('svc', atMs)
      load.add('services', {
        id: serviceId,
        category_id: categoryId,
        ...service,
        translations: JSON.stringify(service.translations),
        template_name: templateName,
        ...stamps,
      })
      const ids = plans.map(() => random.id('pln', atMs))
      for (const [index, plan] of plans.entries()) {
        const id = ids[index]!
        load.add('plans', {
          id,
          service_id: serviceId,
          name: plan.name,
          tier: plan.tier,
          price: plan.price,
          quarterly_discount_percent: plan.discounts.QUARTERLY,
          yearly_discount_percent: plan.discounts.YEARLY,
          cpu_millicores: plan.cpuMillicores,
          memory_mb: plan.memoryMb,
          storage_gb: plan.storageGb,
          features: JSON.stringify(plan.features),
          translations: JSON.stringify(plan.translations),
          total_quota: plan.totalQuota,
          ...stamps,
        })
        load.add('plan_terms', {
          plan_id: id,
          number: 1,
          price: plan.price,
          quarterly_discount_percent: plan.discounts.QUARTERLY,
          yearly_discount_percent: plan.discounts.YEARLY,
          cpu_millicores: plan.cpuMillicores,
          memory_mb: plan.memoryMb,
          storage_gb: plan.storageGb,
          announced_at: atMs,
          effective_at: atMs,
        })
        if (plan.tier === 1 && service.status === 'ACTIVE') {
          const { name: planName, price } = plan
          sold.push({
            id,
            otherId: ids.find((other) => other !== id)!,
            serviceId,
            serviceName: service.name,
            name: planName,
            template: templateName,
            price,
            used: 0,
          })
        }
      }
    }
  }
  return sold
}
