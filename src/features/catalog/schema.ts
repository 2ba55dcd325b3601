import { t } from 'elysia'
import { model, nullable, RupiahView, words } from '../../http/schema'
import { slugForm } from '../../lib/text-forms'
import { Obstacle, StorageTruth } from '../capacity/schema'

export const Slug = t.String({ minLength: 1, maxLength: 64, pattern: slugForm })

const CycleWord = words('MONTHLY', 'QUARTERLY', 'YEARLY')

/** Also what a subscription shows of its own price. */
export const PriceWithTax = t.Integer({ description: 'What it comes to with tax: what leaves the wallet' })

export const IconUrl = t.String({
  description: 'Its icon, an SVG: a path on this server, which shows the same for ever',
})

export const CategoryRef = model('CategoryRef', t.Object({ id: t.String(), slug: t.String(), name: t.String() }))

export const CategoryView = model(
  'Category',
  t.Object({
    id: t.String(),
    slug: t.String(),
    name: t.String(),
    description: t.String(),
    iconUrl: IconUrl,
    services: t.Integer({ description: 'How many services it offers' }),
  }),
)

/** Also what an upgrade option shows of its plan. */
export const SlotsView = {
  availableQuota: nullable(t.Integer({ description: 'Slots left at this moment; null where there is no limit' })),
  totalQuota: nullable(t.Integer({ description: 'null: as many as want it' })),
}

const PlanView = model(
  'Plan',
  t.Object({
    id: t.String(),
    name: t.String(),
    tier: t.Integer(),
    price: t.Integer({ description: 'Whole rupiah for one month' }),
    priceWithTax: PriceWithTax,
    currency: t.Literal('IDR'),
    cpuMillicores: t.Integer(),
    memoryMb: t.Integer(),
    storageGb: t.Integer(),
    features: t.Array(t.String()),
    ...SlotsView,
    storage: nullable(StorageTruth),
    obstacle: nullable(Obstacle),
    cycles: t.Array(t.Object({ billingCycle: CycleWord, price: RupiahView, priceWithTax: PriceWithTax })),
  }),
)

export const ServiceType = words('hosting', 'kubernetes', 'database', 'domain', 'vps', 'cloud')

export const ServiceView = model(
  'Service',
  t.Object({
    id: t.String(),
    slug: t.String(),
    name: t.String(),
    description: t.String(),
    category: CategoryRef,
    type: ServiceType,
    templateName: t.String(),
    inputs: t.Object(
      {
        fixed: t.Array(t.String(), { description: 'Set by the operator for every app of it' }),
        customer: nullable(
          t.Array(t.String(), {
            description:
              'Set by customers; null: all of the template’s but those that are fixed or left to the operator',
          }),
        ),
      },
      { description: 'Which inputs of the template an order may set, by their keys' },
    ),
    iconUrl: IconUrl,
    status: words('DRAFT', 'ACTIVE', 'RETIRED'),
    plans: t.Array(PlanView),
  }),
)
