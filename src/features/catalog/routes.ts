import { Elysia, t } from 'elysia'
import { accessControl } from '../../http/access'
import { Answer, errors, Media, ok, pageOf } from '../../http/schema'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { newSlugOf } from './admin/slugs'
import { IconParams, iconAnswer } from './icons/answer'
import { KeptPages } from './kept-pages'
import { getServiceView, listCategories, listServicesOf } from './read'
import { CategoryView, ServiceView, Slug } from './schema'
import { SearchAnswer, SearchQuery } from './search/schema'
import { searchCatalog } from './search/search'
import { ShopWindow } from './search/window'
import { readShop } from './shop'

const mib = 1024 * 1024
/** The pages of hundreds of services in two languages and every coding. */
const pageBytes = 64 * mib
const searchBytes = 16 * mib

const Moved = t.Object(Answer(t.Object({ slug: Slug })).properties, {
  description: 'It has another slug by now; see Location',
})

const isMissing = (refusal: unknown): boolean => refusal instanceof AppError && refusal.code === 'NOT_FOUND'

const json = (data: unknown): string => JSON.stringify(ok(data))

export const catalogRoutes = (parts: Parts) => {
  const pages = new KeptPages(parts.db, pageBytes)
  // Apart, so that no flood of questions drives the pages out.
  const searches = new KeptPages(parts.db, searchBytes)
  const window = new ShopWindow(parts)
  const presentSlug = async (slug: string) => (await newSlugOf(parts.db.read, 'category', slug)) ?? slug
  /** Of what is not found by a slug, the way to what had it before; relative, so that it holds under any prefix. */
  const orMoved =
    (kind: 'category' | 'service', slug: string, pathTo: (slug: string) => string) => async (refusal: unknown) => {
      const next = isMissing(refusal) ? await newSlugOf(parts.db.read, kind, slug) : undefined
      if (next === undefined) throw refusal
      return Response.json(ok({ slug: next }), { status: 301, headers: { location: pathTo(next) } })
    }
  return new Elysia({ prefix: '/catalog', tags: ['Catalog'] })
    .use(accessControl(parts.authenticate))
    .get(
      '/categories',
      ({ request }) =>
        pages.respond(request, 'categories', async (locale) => json(await listCategories(parts.db.read, locale))),
      {
        access: 'public',
        response: { 200: Answer(t.Array(CategoryView)), ...errors() },
        detail: { operationId: 'catalog_categories', summary: 'Categories of services' },
      },
    )
    .get(
      '/categories/:categorySlug/services',
      ({ request, params }) =>
        pages
          .respond(request, `category ${params.categorySlug}`, async (locale) =>
            json(
              await listServicesOf(parts.db.read, await readShop(parts, parts.db.read, locale), params.categorySlug),
            ),
          )
          .catch(orMoved('category', params.categorySlug, (slug) => `../${slug}/services`)),
      {
        access: 'public',
        params: t.Object({ categorySlug: Slug }),
        response: { 200: Answer(t.Array(ServiceView)), 301: Moved, ...errors('NOT_FOUND') },
        detail: { operationId: 'catalog_category_services', summary: 'Services of a category, with live slots' },
      },
    )
    .get(
      '/search',
      ({ request, query }) =>
        searches.respond(request, JSON.stringify(query), async (locale) => {
          const page = pageOf(query)
          const { page: _page, limit: _limit, ...asked } = query
          const wanted = { ...asked, category: asked.category && (await presentSlug(asked.category)) }
          return searchCatalog(parts.db.read, window, wanted, page, locale)
        }),
      {
        access: 'public',
        query: SearchQuery,
        response: { 200: SearchAnswer, ...errors() },
        detail: {
          operationId: 'catalog_search',
          summary: 'Search what is for sale',
          description:
            'By words, category, type, price and slots left; beside the page stand counts of what each other choice would find. Without words, or by name, in the order of names.',
        },
      },
    )
    .get('/icons/:iconHash', ({ params }) => iconAnswer(parts.db.read, params.iconHash), {
      access: 'public',
      params: IconParams,
      response: { 200: Media('image/svg+xml', 'An icon; its address shows the same for ever'), ...errors('NOT_FOUND') },
      detail: { operationId: 'catalog_icon', summary: 'The icon of a category or a service' },
    })
    .get(
      '/services/:serviceSlug',
      ({ request, params }) =>
        pages
          .respond(request, `service ${params.serviceSlug}`, async (locale) =>
            json(await getServiceView(parts.db.read, await readShop(parts, parts.db.read, locale), params.serviceSlug)),
          )
          .catch(orMoved('service', params.serviceSlug, (slug) => slug)),
      {
        access: 'public',
        params: t.Object({ serviceSlug: Slug }),
        response: { 200: Answer(ServiceView), 301: Moved, ...errors('NOT_FOUND') },
        detail: { operationId: 'catalog_service', summary: 'One service with its plans and live slots' },
      },
    )
}
