import type { TProperties } from '@sinclair/typebox'
import { type Static, t } from 'elysia'
import { IdText, Instant, ListQuery, model, NameText, nullable, SaidText, words } from '../../../http/schema'
import { Obstacle, StorageTruth } from '../../capacity/schema'
import { inputValues } from '../../instances/schema'
import { CategoryRef, IconUrl, ServiceType, SlotsView, Slug } from '../schema'

const maxName = 80
const maxDescription = 2_000
const Position = t.Integer({ minimum: 0, maximum: 10_000, description: 'The lowest first, then by name' })
const Version = t.Integer({ description: 'Counted up by each change; `If-Match` names it' })
const CategoryStatus = words('ACTIVE', 'RETIRED')
const ServiceStatus = words('DRAFT', 'ACTIVE', 'RETIRED')
const PlanStatus = words('ACTIVE', 'RETIRED')

const RevenueThisMonth = t.Integer({
  description: 'Whole rupiah charged in this month of the billing time zone, without tax, less what of it went back',
})

export const CategoryParams = t.Object({ categoryId: IdText })
export const ServiceParams = t.Object({ serviceId: IdText })
export const PlanParams = t.Object({ serviceId: IdText, planId: IdText })

export const CategoriesQuery = ListQuery({
  status: t.Optional(CategoryStatus),
  sort: t.Optional(words('position', 'name')),
})

const Translations = <T extends TProperties>(said: T) =>
  t.Object(
    { id: t.Optional(t.Partial(t.Object(said))) },
    { description: 'What is said otherwise in Indonesian; what is left out is shown as it is. Replaced as a whole' },
  )
const NamedTranslations = Translations({
  name: NameText({ maxLength: maxName }),
  description: SaidText({ maxLength: maxDescription }),
})

const Icon = nullable(
  SaidText({
    maxLength: 8_192,
    description: 'An SVG of shapes, lines and colours alone, with xmlns and viewBox; null: the one of the program',
  }),
)

const categoryFields = {
  slug: Slug,
  name: NameText({ maxLength: maxName }),
  description: SaidText({ maxLength: maxDescription }),
}

const categoryOptions = { position: Position, translations: NamedTranslations, icon: Icon }

export const NewCategoryInput = model(
  'NewCategoryInput',
  t.Object({ ...categoryFields, ...t.Partial(t.Object(categoryOptions)).properties }),
)
export type NewCategory = Static<typeof NewCategoryInput>

export const CategoryInput = model(
  'CategoryInput',
  t.Partial(t.Object({ ...categoryFields, ...categoryOptions, status: CategoryStatus }), {
    description: 'What is left out stays as it is',
  }),
)
export type CategoryChange = Static<typeof CategoryInput>

const stamps = { version: Version, createdAt: Instant, updatedAt: Instant }

export const AdminCategoryView = model(
  'AdminCategory',
  t.Object({
    id: t.String(),
    slug: t.String(),
    name: t.String(),
    description: t.String(),
    translations: Translations({ name: t.String(), description: t.String() }),
    iconUrl: IconUrl,
    position: t.Integer(),
    status: CategoryStatus,
    activeServices: t.Integer({ description: 'Services in it that are for sale' }),
    services: t.Integer({ description: 'All services in it' }),
    ...stamps,
  }),
)

export const ServicesQuery = ListQuery({
  status: t.Optional(ServiceStatus),
  categoryId: t.Optional(IdText),
  templateName: t.Optional(IdText),
  soldOut: t.Optional(t.Boolean({ description: 'Whether its plans for sale have no slot left' })),
  sort: t.Optional(words('position', 'name', 'newest')),
})

const serviceFields = {
  slug: Slug,
  categoryId: IdText,
  name: NameText({ maxLength: maxName }),
  description: SaidText({ maxLength: maxDescription }),
  templateName: IdText,
}
const serviceOptions = {
  translations: NamedTranslations,
  icon: Icon,
  type: ServiceType,
  status: ServiceStatus,
  position: Position,
  presets: inputValues(
    'Values of the template’s inputs that every app of this service gets; secret ones are sealed and shown as ***. What is left out stays, null takes one away.',
  ),
  customerInputs: nullable(
    t.Array(t.String({ maxLength: 40 }), {
      maxItems: 40,
      uniqueItems: true,
      description: 'Inputs that customers set; null for all but those that are fixed or left to the operator',
    }),
  ),
  confirmLicence: t.Boolean({
    description:
      'There is the agreement that the licence of the template asks for; needed to put such a service on sale, and audited',
  }),
}

export const NewServiceInput = model(
  'NewServiceInput',
  t.Object({ ...serviceFields, ...t.Partial(t.Object(serviceOptions)).properties }),
)
export type NewService = Static<typeof NewServiceInput>

export const ServiceInput = model(
  'ServiceInput',
  t.Partial(t.Object({ ...serviceFields, ...serviceOptions }), { description: 'What is left out stays as it is' }),
)
export type ServiceChange = Static<typeof ServiceInput>

export const AdminServiceView = model(
  'AdminService',
  t.Object({
    id: t.String(),
    slug: t.String(),
    name: t.String(),
    description: t.String(),
    translations: Translations({ name: t.String(), description: t.String() }),
    category: CategoryRef,
    type: ServiceType,
    templateName: t.String(),
    presets: t.Record(t.String(), t.Unknown(), { description: 'Fixed values; *** stands for a secret' }),
    customerInputs: nullable(t.Array(t.String(), { description: 'Inputs that customers set; null for the default' })),
    iconUrl: IconUrl,
    status: ServiceStatus,
    position: t.Integer(),
    activePlans: t.Integer({ description: 'Plans that are for sale' }),
    fromPrice: nullable(t.Integer({ description: 'A month of its cheapest plan for sale, before tax' })),
    sold: t.Integer({ description: 'Slots held by live subscriptions, of retired plans too' }),
    availableQuota: nullable(
      t.Integer({ description: 'Slots left in its plans for sale; null where one of them has no limit' }),
    ),
    unfitPlans: t.Integer({ description: 'Plans for sale that the cluster could never hold: nobody can buy them' }),
    revenueThisMonth: RevenueThisMonth,
    ...stamps,
  }),
)

export const PlansQuery = ListQuery({
  status: t.Optional(PlanStatus),
  soldOut: t.Optional(t.Boolean()),
  sort: t.Optional(words('tier', 'price')),
})

const Percent = t.Integer({ minimum: 0, maximum: 100 })
const Features = t.Array(NameText({ maxLength: 120 }), { maxItems: 20 })
const PlanTranslations = Translations({ name: NameText({ maxLength: maxName }), features: Features })
const planFields = {
  name: NameText({ maxLength: maxName }),
  tier: t.Integer({ minimum: 1, maximum: 1_000, description: '1 is the smallest; upgrades go to a higher one' }),
  price: t.Integer({ minimum: 0, maximum: 1_000_000_000_000, description: 'Whole rupiah for one month, before tax' }),
  cpuMillicores: t.Integer({ minimum: 10, maximum: 256_000 }),
  memoryMb: t.Integer({ minimum: 16, maximum: 4_194_304 }),
  storageGb: t.Integer({ minimum: 0, maximum: 100_000 }),
  features: Features,
  totalQuota: nullable(
    t.Integer({
      minimum: 0,
      maximum: 1_000_000,
      description: 'Slots: how many live subscriptions it can have; null: as many as want it',
    }),
  ),
}
const planOptions = {
  translations: PlanTranslations,
  quarterlyDiscountPercent: Percent,
  yearlyDiscountPercent: Percent,
  status: PlanStatus,
}

export const NewPlanInput = model(
  'NewPlanInput',
  t.Object({ ...planFields, ...t.Partial(t.Object(planOptions)).properties }),
)
export type NewPlan = Static<typeof NewPlanInput>

export const PlanInput = model(
  'PlanInput',
  t.Partial(t.Object({ ...planFields, ...planOptions }), { description: 'What is left out stays as it is' }),
)
export type PlanChange = Static<typeof PlanInput>

export const AdminPlanView = model(
  'AdminPlan',
  t.Object({
    id: t.String(),
    serviceId: t.String(),
    name: t.String(),
    tier: t.Integer(),
    price: t.Integer({ description: 'Whole rupiah for one month, before tax' }),
    quarterlyDiscountPercent: t.Integer(),
    yearlyDiscountPercent: t.Integer(),
    cpuMillicores: t.Integer(),
    memoryMb: t.Integer(),
    storageGb: t.Integer(),
    features: t.Array(t.String()),
    translations: Translations({ name: t.String(), features: t.Array(t.String()) }),
    totalQuota: SlotsView.totalQuota,
    usedQuota: t.Integer({ description: 'Slots held by live subscriptions, and by upgrades under way' }),
    availableQuota: SlotsView.availableQuota,
    storage: nullable(StorageTruth),
    obstacle: nullable(Obstacle),
    revenueThisMonth: RevenueThisMonth,
    status: PlanStatus,
    ...stamps,
  }),
)

const PlanChangeView = model(
  'PlanChange',
  t.Object({
    number: t.Integer({ description: 'Of the terms that it made: the first ones are 1' }),
    announcedAt: Instant,
    effectiveAt: t.String({
      format: 'date-time',
      description:
        'For those who had the plan it counts from their first renewal from here on, unless a newer one does',
    }),
    price: t.Integer({ description: 'Whole rupiah for one month, before tax' }),
    quarterlyDiscountPercent: t.Integer(),
    yearlyDiscountPercent: t.Integer(),
    cpuMillicores: t.Integer(),
    memoryMb: t.Integer(),
    storageGb: t.Integer(),
  }),
)

export const AdminPlanDetailView = model(
  'AdminPlanDetail',
  t.Object({
    ...AdminPlanView.properties,
    changes: t.Array(PlanChangeView, { description: 'Changes of its price and size, the newest first, 20 at most' }),
  }),
)
