import type { Parts } from '../../../parts'
import { categoryDefaults, fileVersion, planDefaults, serviceDefaults } from './form'
import { readShop, type Said, type Shop, tagOfState } from './shop'
import { createSlices, type Slices } from './slices'

/** The whole catalog as text, the same text for the same catalog, and the tag of the state it shows. */
export async function exportCatalog({ db }: Pick<Parts, 'db'>): Promise<{ text: string; etag: string }> {
  const pause = createSlices()
  const snapshot = await db.snapshot()
  try {
    const shop = await readShop(snapshot.read, pause)
    return { text: await textOf(shop, pause), etag: tagOfState(shop.state) }
  } finally {
    await snapshot.close()
  }
}

async function textOf(shop: Shop, pause: Slices): Promise<string> {
  const templates: string[] = []
  for (const { row, body } of bySlug(shop.templates)) {
    templates.push(written({ ...(row.status === 'RETIRED' && { status: row.status }), template: body }))
    await pause()
  }
  const categories: string[] = []
  for (const { said } of bySlug(shop.categories)) {
    categories.push(written(lean(said, categoryDefaults)))
    await pause()
  }
  const services: string[] = []
  for (const { said, plans } of bySlug(shop.services)) {
    const own = [...plans].sort(([a], [b]) => a - b).map(([, plan]) => lean(plan.said, planDefaults))
    services.push(written({ ...lean(said, serviceDefaults), plans: own }))
    await pause()
  }
  return `{\n  "version": ${fileVersion},\n  "templates": ${listed(templates)},
  "categories": ${listed(categories)},\n  "services": ${listed(services)}\n}\n`
}

/** By the signs of the slugs, whatever the machine's language. */
const bySlug = <T>(things: Map<string, T>): T[] =>
  [...things].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, thing]) => thing)

/** Without what a reader takes for granted. */
const lean = (said: Said, defaults: Said): Said =>
  Object.fromEntries(Object.entries(said).filter(([name, value]) => !Bun.deepEquals(value, defaults[name])))

const written = (thing: Said): string => JSON.stringify(thing, null, 2).replaceAll('\n', '\n    ')

const listed = (things: string[]): string => (things.length === 0 ? '[]' : `[\n    ${things.join(',\n    ')}\n  ]`)
