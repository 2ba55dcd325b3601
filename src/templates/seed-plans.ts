import type { BillingCycle } from '../lib/calendar'
import type { PlanSize, Template } from './template'

/** In English and Indonesian. */
export interface Said {
  en: string
  id: string
}
export const said = (en: string, id: string): Said => ({ en, id })

export interface SeedPlan extends PlanSize {
  name: string
  tier: 1 | 2 | 3
  /** Whole rupiah a month. */
  price: number
  totalQuota: number
  features: string[]
  translations: { id: { features: string[] } }
  /** Percent off, by how long is paid ahead. */
  discounts: Record<BillingCycle, number>
}

type Size = Pick<SeedPlan, 'price' | 'cpuMillicores' | 'memoryMb' | 'storageGb'>
type Ladder = [Size, Size, Size]

const discounts: Record<BillingCycle, number> = { MONTHLY: 0, QUARTERLY: 5, YEARLY: 15 }

const size = (price: number, cpuMillicores: number, memoryMb: number, storageGb: number): Size => ({
  price,
  cpuMillicores,
  memoryMb,
  storageGb,
})

/** From the cheapest; a template gets the first whose lowest step carries it. */
const ladders: Ladder[] = [
  [size(49_000, 100, 256, 2), size(79_000, 250, 512, 5), size(129_000, 500, 1024, 10)],
  [size(79_000, 250, 512, 5), size(149_000, 500, 1024, 15), size(299_000, 1000, 2048, 30)],
  [size(129_000, 500, 1024, 10), size(249_000, 1000, 2048, 25), size(449_000, 2000, 4096, 60)],
  [size(199_000, 500, 2048, 10), size(349_000, 1000, 3072, 20), size(499_000, 2000, 4096, 40)],
]

const steps = [
  { name: 'Starter', tier: 1, totalQuota: 100, extra: said('Community support', 'Dukungan komunitas') },
  { name: 'Business', tier: 2, totalQuota: 50, extra: said('E-mail support', 'Dukungan surel') },
  { name: 'Pro', tier: 3, totalQuota: 20, extra: said('Priority support', 'Dukungan prioritas') },
] as const

export function seedPlans(template: Template): SeedPlan[] {
  const ladder = ladders.find(([lowest]) => carries(lowest, template.minimum))
  if (!ladder) throw new Error(`no seed plan carries ${template.name}`)
  return steps.map(({ name, tier, totalQuota, extra }, index) => {
    const step = ladder[index]!
    const features = featuresOf(template, step, extra)
    const translations = { id: { features: features.map(({ id }) => id) } }
    return { name, tier, ...step, totalQuota, features: features.map(({ en }) => en), translations, discounts }
  })
}

const carries = (plan: PlanSize, minimum: PlanSize): boolean =>
  plan.cpuMillicores >= minimum.cpuMillicores &&
  plan.memoryMb >= minimum.memoryMb &&
  plan.storageGb >= minimum.storageGb

const featuresOf = (template: Template, step: Size, extra: Said): Said[] => {
  const vcpu = `${step.cpuMillicores / 1000} vCPU`
  const memory = step.memoryMb >= 1024 ? `${step.memoryMb / 1024} GB` : `${step.memoryMb} MB`
  return [
    said(vcpu, vcpu),
    said(`${memory} memory`, `Memori ${memory}`),
    said(`${step.storageGb} GB storage`, `Penyimpanan ${step.storageGb} GB`),
    template.exposure.kind === 'http'
      ? said('Your own subdomain', 'Subdomain sendiri')
      : said('Private address in your namespace', 'Alamat privat di ruang Anda'),
    extra,
  ]
}
