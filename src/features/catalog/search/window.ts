import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm'
import { type Drizzle, prepared } from '../../../db'
import type { Locale } from '../../../lib/locale'
import type { Parts } from '../../../parts'
import type { Template } from '../../../templates'
import { viewOf } from '../read'
import { readShop, templatesOf } from '../shop'
import { catalogVersion, categories, plans, services } from '../tables'
import type { Found } from './search'
import { TextIndex } from './text-index'

/** Read, priced and indexed in one go: some milliseconds of work, after which others have their turn. */
const chunk = 10

type View = ReturnType<typeof viewOf>

/** A service with a plan for sale, and all that a search asks of it. */
export interface Shown {
  view: Record<Locale, View>
  createdAt: Date
  /** By name, from 0. */
  place: number
}

export interface Content {
  version: number
  shown: Map<string, Shown>
  texts: TextIndex
  /** By question, what does not depend on slots. */
  found: Map<string, Found>
}

const contentVersion = prepared((db) =>
  db.select({ content: catalogVersion.content }).from(catalogVersion).where(eq(catalogVersion.id, 1)).prepare(),
)

const someServices = prepared((db) =>
  db
    .select({ service: services, category: categories })
    .from(services)
    .innerJoin(categories, eq(categories.id, services.categoryId))
    .where(and(gt(services.id, sql.placeholder('after')), eq(services.status, 'ACTIVE')))
    .orderBy(asc(services.id))
    .limit(chunk)
    .prepare(),
)

/**
 * What is for sale, kept in memory until anything but a slot changes: triggers count that as `catalog_version.content`. Slots change
 * with every sale, so they are not kept here.
 */
export class ShopWindow {
  readonly #parts: Pick<Parts, 'db' | 'config' | 'platform'>
  #content: Content | undefined
  #building: { version: number; content: Promise<Content> } | undefined

  constructor(parts: Pick<Parts, 'db' | 'config' | 'platform'>) {
    this.#parts = parts
  }

  /** As the last commit has it. */
  async look(): Promise<Content> {
    const version = (await contentVersion(this.#parts.db.read).get())?.content ?? 0
    if (this.#content?.version === version) return this.#content
    if (this.#building?.version !== version) this.#building = { version, content: this.#build(version) }
    const { content } = this.#building
    try {
      return await content
    } finally {
      if (this.#building?.content === content) this.#building = undefined
    }
  }

  async #build(version: number): Promise<Content> {
    const { db } = this.#parts
    const shop = await readShop(this.#parts, db.read, 'en')
    const shown = new Map<string, Shown>()
    const texts = new TextIndex()
    for (let after = ''; ; ) {
      const rows = await someServices(db.read).all({ after })
      const offered = await plansOf(
        db.read,
        rows.map(({ service }) => service.id),
      )
      const templates = await templatesOf(
        db.read,
        rows.map(({ service }) => service),
      )
      texts.inOneGo(() => {
        for (const { service, category } of rows) {
          const own = offered.filter(({ serviceId }) => serviceId === service.id)
          if (own.length === 0) continue
          const template = templates.get(service.templateName)
          const view = (locale: Locale) => viewOf(service, category, own, { ...shop, locale }, template)
          const entry = { view: { en: view('en'), id: view('id') }, createdAt: service.createdAt, place: 0 }
          shown.set(service.id, entry)
          texts.add(service.id, textsOf(entry, template))
        }
      })
      if (rows.length < chunk) break
      after = rows.at(-1)!.service.id
      await Bun.sleep(0)
    }
    for (const [place, entry] of [...shown.values()].sort(byName).entries()) entry.place = place
    const content: Content = { version, shown, texts, found: new Map() }
    this.#content = content
    return content
  }
}

const plansOf = (on: Drizzle, serviceIds: string[]) =>
  on
    .select()
    .from(plans)
    .where(and(inArray(plans.serviceId, serviceIds), eq(plans.status, 'ACTIVE')))
    .orderBy(asc(plans.tier))
    .all()

/** In both languages: a visitor types in either. */
function textsOf({ view: { en, id } }: Shown, template: Template | undefined) {
  const keywords = [en.slug, en.type, en.category.name, id.category.name, en.templateName]
  const features = [...en.plans, ...id.plans].flatMap((plan) => [plan.name, ...plan.features])
  return {
    name: joined([en.name, id.name]),
    keywords: joined([...keywords, template?.title ?? '', ...(template?.categories ?? [])]),
    description: joined([
      en.description,
      id.description,
      template?.description.en ?? '',
      template?.description.id ?? '',
      ...features,
    ]),
  }
}

const { compare } = new Intl.Collator('id', { numeric: true })
const byName = (a: Shown, b: Shown) => compare(a.view.en.name, b.view.en.name) || (a.view.en.id < b.view.en.id ? -1 : 1)

const joined = (texts: string[]): string => [...new Set(texts)].join(' ')
