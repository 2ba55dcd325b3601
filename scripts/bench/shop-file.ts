import type { CategoryInFile, PlanInFile, ServiceInFile } from '../../src/features/catalog/file/form'

const kinds = ['Notes', 'Wiki', 'Blog', 'Board', 'Calendar', 'Chat', 'Forms', 'Photos', 'Tasks', 'Library']
const uses = ['a team', 'a school', 'a shop', 'a club', 'a family']

/** A shop larger than most: services with three plans each in ten categories, said in both languages. */
export function writeShop(services: number) {
  const categories: CategoryInFile[] = Array.from({ length: 10 }, (_, index) => ({
    slug: `big-${index}`,
    name: `Big ${index}`,
    description: 'Sold here',
    translations: { id: { name: `Besar ${index}` } },
  }))
  const offered: ServiceInFile[] = Array.from({ length: services }, (_, index) => {
    const [kind, use] = [kinds[index % kinds.length]!, uses[index % uses.length]!]
    return {
      slug: `app-${index}`,
      category: `big-${index % 10}`,
      name: `${kind} ${index}`,
      description: `${kind} for ${use}, number ${index}: with tags, search, sharing and an API.`,
      translations: {
        id: { description: `${kind} nomor ${index}: dengan tag, pencarian, berbagi, dan API. Catatan sendiri.` },
      },
      template: 'memos',
      plans: [1, 2, 3].map((tier) => planOf(tier, 29_000 + (index % 50) * 1_000)),
    }
  })
  return { version: 1 as const, categories, services: offered }
}

const planOf = (tier: number, price: number): PlanInFile => ({
  tier,
  name: `Step ${tier}`,
  price: price * tier,
  quarterlyDiscountPercent: 5,
  yearlyDiscountPercent: 15,
  cpuMillicores: 500 * tier,
  memoryMb: 1_024 * tier,
  storageGb: 10 * tier,
  features: [`${tier} vCPU`, `${tier} GB memory`, `${tier}0 GB storage`, 'Your own subdomain', 'E-mail support'],
  totalQuota: 50,
})
