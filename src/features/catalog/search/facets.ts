import type { Locale } from '../../../lib/locale'
import type { SearchWanted } from './schema'
import type { Shown } from './window'

type View = Shown['view'][Locale]

/** Counts what each choice would give: every filter holds but the one that the choice is of. */
export class Facets {
  readonly #wanted: SearchWanted
  readonly #byText: (a: { name: string }, b: { name: string }) => number
  readonly #categories = new Map<string, { slug: string; name: string; count: number }>()
  readonly #types = new Map<View['type'], number>()
  #cheapest = Number.POSITIVE_INFINITY
  #dearest = Number.NEGATIVE_INFINITY

  constructor(wanted: SearchWanted, locale: Locale) {
    this.#wanted = wanted
    this.#byText = (a, b) => a.name.localeCompare(b.name, locale)
  }

  /** Counts one; says the price of its cheapest plan that fits if the service does, else undefined. With `without`, plans that are sold out, only what can be bought counts. */
  add({ category, type, plans }: View, without: Set<string> | undefined): number | undefined {
    const { minPrice = 0, maxPrice = Number.POSITIVE_INFINITY } = this.#wanted
    const inCategory = this.#wanted.category === undefined || category.slug === this.#wanted.category
    const inType = this.#wanted.type === undefined || type === this.#wanted.type
    let best = Number.POSITIVE_INFINITY
    for (const { id, price, obstacle } of plans) {
      if (without && (obstacle || without.has(id))) continue
      if (inCategory && inType) this.#range(price)
      if (price >= minPrice && price <= maxPrice && price < best) best = price
    }
    if (best === Number.POSITIVE_INFINITY) return undefined
    if (inType) this.#count(category)
    if (inCategory) this.#types.set(type, (this.#types.get(type) ?? 0) + 1)
    return inCategory && inType ? best : undefined
  }

  counted() {
    const types = [...this.#types].map(([type, count]) => ({ type, count }))
    return {
      categories: [...this.#categories.values()].sort(this.#byText),
      types: types.sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1)),
      price: this.#cheapest > this.#dearest ? null : { min: this.#cheapest, max: this.#dearest },
    }
  }

  #count({ slug, name }: View['category']): void {
    const known = this.#categories.get(slug)
    if (known) known.count++
    else this.#categories.set(slug, { slug, name, count: 1 })
  }

  #range(price: number): void {
    if (price < this.#cheapest) this.#cheapest = price
    if (price > this.#dearest) this.#dearest = price
  }
}
