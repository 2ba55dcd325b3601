import type { CategoryInFile, PlanInFile, ServiceInFile } from '../../src/features/catalog/file/form'

export interface WrittenCatalog {
  version: 1
  categories: CategoryInFile[]
  services: ServiceInFile[]
}

/** A shop larger than most: categories, and services with three plans each, all of it said in both languages. */
export function bigCatalog(services: number, { categories = 10, price = 49_000 } = {}): WrittenCatalog {
  return {
    version: 1,
    categories: Array.from({ length: categories }, (_, index) => ({
      slug: `big-${index}`,
      name: `Big ${index}`,
      description: 'Sold here',
      translations: { id: { name: `Besar ${index}` } },
    })),
    services: Array.from({ length: services }, (_, index) => ({
      slug: `app-${index}`,
      category: `big-${index % categories}`,
      name: `App ${index}`,
      description: `Notes of your own, number ${index}: with tags, search, sharing and an API.`,
      translations: { id: { description: `Catatan sendiri nomor ${index}: dengan tag, pencarian, dan API.` } },
      template: 'memos',
      plans: [1, 2, 3].map((tier) => planOf(tier, price)),
    })),
  }
}

export const planOf = (tier: number, price: number): PlanInFile => ({
  tier,
  name: `Step ${tier}`,
  price: price * tier,
  quarterlyDiscountPercent: 5,
  yearlyDiscountPercent: 15,
  cpuMillicores: 500 * tier,
  memoryMb: 1_024 * tier,
  storageGb: 10 * tier,
  features: [`${tier} vCPU`, `${tier} GB memory`, `${tier}0 GB storage`, 'Your own subdomain', 'E-mail support'],
  translations: {
    id: {
      features: [`${tier} vCPU`, `Memori ${tier} GB`, `Penyimpanan ${tier}0 GB`, 'Subdomain sendiri', 'Dukungan surel'],
    },
  },
  totalQuota: 50,
})
