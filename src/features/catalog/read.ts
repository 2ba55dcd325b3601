import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { type Drizzle, prepared, type Tx } from '../../db'
import { AppError, notFound } from '../../lib/errors'
import type { Locale } from '../../lib/locale'
import { toJson } from '../../lib/money'
import type { Template } from '../../templates'
import { appTemplates } from '../app-templates/tables'
import { quote } from '../billing'
import { iconUrlOfCategory, iconUrlOfService } from './icons/icons'
import { shownInputsOf } from './presets'
import { billingCycles, priceOf } from './prices'
import { type Shop, templatesOf, truthOf } from './shop'
import { shownSlots } from './slots'
import { type Category, categories, type Plan, plans, type Service, services } from './tables'
import { inLanguage } from './translations'

export async function listCategories(on: Drizzle, locale: Locale) {
  const rows = await on
    .select({
      id: categories.id,
      slug: categories.slug,
      name: categories.name,
      description: categories.description,
      translations: categories.translations,
      iconHash: categories.iconHash,
      services: sql<number>`count(${services.id})`,
    })
    .from(categories)
    .leftJoin(services, and(eq(services.categoryId, categories.id), eq(services.status, 'ACTIVE')))
    .where(eq(categories.status, 'ACTIVE'))
    .groupBy(categories.id)
    .orderBy(asc(categories.position), asc(categories.name))
    .all()
  return rows.map((row) => {
    const { translations: _, iconHash, ...shown } = inLanguage(row, locale)
    return { ...shown, iconUrl: iconUrlOfCategory({ iconHash, name: row.name }) }
  })
}

/** What a visitor sees of a category: what is for sale in it, each with its plans and the slots left. */
export async function listServicesOf(on: Drizzle, shop: Shop, categorySlug: string) {
  const category = await on.select().from(categories).where(eq(categories.slug, categorySlug)).get()
  if (category?.status !== 'ACTIVE') throw notFound('Category')
  const rows = await on
    .select()
    .from(services)
    .where(and(eq(services.categoryId, category.id), eq(services.status, 'ACTIVE')))
    .orderBy(asc(services.position), asc(services.name))
    .all()
  if (rows.length === 0) return []
  const offered = await on
    .select()
    .from(plans)
    .where(
      and(
        inArray(
          plans.serviceId,
          rows.map(({ id }) => id),
        ),
        eq(plans.status, 'ACTIVE'),
      ),
    )
    .orderBy(asc(plans.tier))
    .all()
  const templates = await templatesOf(on, rows)
  return rows.map((service) =>
    viewOf(
      service,
      category,
      offered.filter(({ serviceId }) => serviceId === service.id),
      shop,
      templates.get(service.templateName),
    ),
  )
}

const serviceBySlug = prepared((db) =>
  db
    .select({ service: services, category: categories })
    .from(services)
    .innerJoin(categories, eq(categories.id, services.categoryId))
    .where(and(eq(services.slug, sql.placeholder('slug')), eq(services.status, 'ACTIVE')))
    .prepare(),
)

const plansOfService = prepared((db) =>
  db
    .select()
    .from(plans)
    .where(and(eq(plans.serviceId, sql.placeholder('serviceId')), eq(plans.status, 'ACTIVE')))
    .orderBy(asc(plans.tier))
    .prepare(),
)

export async function getServiceView(on: Drizzle, shop: Shop, slug: string) {
  const found = await serviceBySlug(on).get({ slug })
  if (!found) throw notFound('Service')
  const offered = await plansOfService(on).all({ serviceId: found.service.id })
  const template = (await templatesOf(on, [found.service])).get(found.service.templateName)
  return viewOf(found.service, found.category, offered, shop, template)
}

export function viewOf(
  service: Service,
  category: Category,
  offered: Plan[],
  shop: Shop,
  template: Template | undefined,
) {
  const { locale } = shop
  const { name, description } = inLanguage(service, locale)
  return {
    id: service.id,
    slug: service.slug,
    name,
    description,
    category: { id: category.id, slug: category.slug, name: inLanguage(category, locale).name },
    type: service.type,
    templateName: service.templateName,
    inputs: shownInputsOf(service),
    iconUrl: iconUrlOfService(service),
    status: service.status,
    plans: offered.map((plan) => ({
      ...planViewOf(inLanguage(plan, locale), shop),
      ...truthOf(shop, template, plan),
    })),
  }
}

function planViewOf(plan: Plan, { tax }: Shop) {
  return {
    id: plan.id,
    name: plan.name,
    tier: plan.tier,
    price: toJson(plan.price),
    priceWithTax: toJson(quote(tax, plan.price).total),
    currency: 'IDR' as const,
    cpuMillicores: plan.cpuMillicores,
    memoryMb: plan.memoryMb,
    storageGb: plan.storageGb,
    features: plan.features,
    ...shownSlots(plan),
    cycles: billingCycles.map((billingCycle) => {
      const price = priceOf(plan, billingCycle)
      return { billingCycle, price: toJson(price), priceWithTax: toJson(quote(tax, price).total) }
    }),
  }
}

const planWithService = prepared((db) =>
  db
    .select({ plan: plans, service: services, templateVersion: appTemplates.currentVersion })
    .from(plans)
    .innerJoin(services, eq(services.id, plans.serviceId))
    .leftJoin(appTemplates, eq(appTemplates.name, services.templateName))
    .where(eq(plans.id, sql.placeholder('id')))
    .prepare(),
)

export async function findPlan(on: Drizzle | Tx, planId: string): Promise<Plan | undefined> {
  return (await planWithService(on).get({ id: planId }))?.plan
}

/** The plans of a service that are for sale, the lowest first. */
export const listPlansOf = (on: Drizzle | Tx, serviceId: string): Promise<Plan[]> =>
  plansOfService(on).all({ serviceId })

/** A plan that may be sold now, with the version of its template that apps are made of. @throws AppError NOT_FOUND, or INVALID_PLAN for one that is retired or not yet offered */
export async function getSellablePlan(
  on: Drizzle | Tx,
  planId: string,
): Promise<{ plan: Plan; service: Service; templateVersion: number | null }> {
  const found = await planWithService(on).get({ id: planId })
  if (!found || found.service.status === 'DRAFT') throw notFound('Plan')
  if (found.plan.status !== 'ACTIVE' || found.service.status !== 'ACTIVE') {
    throw new AppError('INVALID_PLAN', 'This plan is no longer sold')
  }
  return found
}
