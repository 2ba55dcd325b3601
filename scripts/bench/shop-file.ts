import { bigCatalog, planOf, type WrittenCatalog } from '../../test/catalog/big-catalog'

const kinds = ['Notes', 'Wiki', 'Blog', 'Board', 'Calendar', 'Chat', 'Forms', 'Photos', 'Tasks', 'Library']
const uses = ['a team', 'a school', 'a shop', 'a club', 'a family']

/** The tests' large shop, with words and prices that a search can tell apart. */
export function writeShop(count: number): WrittenCatalog {
  const { services, ...shop } = bigCatalog(count)
  const varied = services.map((service, index) => {
    const [kind, use] = [kinds[index % kinds.length]!, uses[index % uses.length]!]
    return {
      ...service,
      name: `${kind} ${index}`,
      description: `${kind} for ${use}, number ${index}: with tags, search, sharing and an API.`,
      translations: {
        id: { description: `${kind} nomor ${index}: dengan tag, pencarian, berbagi, dan API. Catatan sendiri.` },
      },
      plans: [1, 2, 3].map((tier) => planOf(tier, 29_000 + (index % 50) * 1_000)),
    }
  })
  return { ...shop, services: varied }
}
