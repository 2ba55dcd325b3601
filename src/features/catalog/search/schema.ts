import { type Static, t } from 'elysia'
import { ListQuery, model, PageMeta, words } from '../../../http/schema'
import { plainForm } from '../../../lib/text-forms'
import { ServiceType, ServiceView, Slug } from '../schema'
import { mostWords } from './words'

const Price = (description: string) => t.Integer({ minimum: 0, maximum: 1_000_000_000_000, description })

const filters = {
  q: t.Optional(
    t.String({
      maxLength: 2_000,
      pattern: plainForm,
      description: `Words, or their beginnings, that stand in name, description or features, in either language. Punctuation separates words; the first ${mostWords} words count. Services with all of them or, where none has all, with any`,
    }),
  ),
  category: t.Optional(Slug),
  type: t.Optional(ServiceType),
  minPrice: t.Optional(Price('Has a plan that costs this much a month or more, before tax')),
  maxPrice: t.Optional(Price('Has a plan that costs this much a month or less, before tax')),
  available: t.Optional(
    t.Boolean({ description: 'Has a plan with a slot left; where a price is asked for, one plan has to have both' }),
  ),
  sort: t.Optional(words('relevance', 'price', 'name', 'newest')),
}

export const SearchQuery = ListQuery(filters)

const Filters = t.Object(filters)
export type SearchWanted = Static<typeof Filters>

/** Counts of a choice leave its own filter out: they say what another choice would find. */
const FacetsView = model(
  'SearchFacets',
  t.Object({
    categories: t.Array(t.Object({ slug: t.String(), name: t.String(), count: t.Integer() })),
    types: t.Array(t.Object({ type: ServiceType, count: t.Integer() })),
    price: t.Union([t.Object({ min: t.Integer(), max: t.Integer() }), t.Null()], {
      description: 'Monthly prices before tax, of the cheapest and the dearest plan; null where nothing is found',
    }),
  }),
)

export const SearchAnswer = t.Object({
  success: t.Literal(true),
  data: t.Array(ServiceView),
  meta: PageMeta,
  facets: FacetsView,
})
