import type { House } from './house'
import type { Call, Rows } from './row'

const any = { 'if-match': '*' }
let made = 0

const nextSlug = (): string => `made-${++made}`

async function make(house: House, path: string, body: object): Promise<string> {
  const answer = await house.admin.post(path, body)
  if (answer.status !== 201) throw new Error(`POST ${path}: ${JSON.stringify(answer.body)}`)
  return answer.body.data.id
}

const newCategory = () => ({ slug: nextSlug(), name: 'Made', description: 'Made by a test' })
const category = (house: House) => make(house, '/admin/categories', newCategory())

const newService = (categoryId: string) => ({ ...newCategory(), categoryId, templateName: 'n8n' })
const service = async (house: House) => make(house, '/admin/services', newService(await category(house)))

const newPlan = () => ({
  name: 'Made',
  tier: 1,
  price: 1_000,
  cpuMillicores: 2_000,
  memoryMb: 4_096,
  storageGb: 50,
  features: ['one'],
  totalQuota: 3,
})

async function plan(house: House): Promise<Call> {
  const serviceId = await service(house)
  return { params: { serviceId, planId: await make(house, `/admin/services/${serviceId}/plans`, newPlan()) } }
}

const ofCategory = async (house: House): Promise<Call> => ({ params: { categoryId: await category(house) } })
const ofService = async (house: House): Promise<Call> => ({ params: { serviceId: await service(house) } })

const changed =
  (call: (house: House) => Promise<Call>, more: Partial<Call>) =>
  async (house: House): Promise<Call> => ({ ...(await call(house)), ...more })

/** What an administrator makes of the catalog. */
export const catalogRows: Rows = {
  admin_export_catalog: {},
  // Without `dryRun`, `retireMissing` beside an empty file would retire the shop that the other operations need.
  admin_import_catalog: {
    call: () => ({ headers: any, query: { dryRun: 'true' }, body: { version: 1, categories: [], services: [] } }),
  },
  admin_categories: {},
  admin_create_category: { call: () => ({ body: newCategory() }) },
  admin_category: { call: ofCategory },
  admin_update_category: { call: changed(ofCategory, { headers: any, body: { name: 'Other' } }) },
  admin_delete_category: { call: changed(ofCategory, { headers: any }) },
  admin_services: {},
  admin_capacity: {},
  admin_create_service: { call: async (house) => ({ body: newService(await category(house)) }) },
  admin_service: { call: ofService },
  admin_update_service: { call: changed(ofService, { headers: any, body: { name: 'Other' } }) },
  admin_delete_service: { call: changed(ofService, { headers: any }) },
  admin_plans: { call: ofService },
  admin_create_plan: { call: changed(ofService, { body: newPlan() }) },
  admin_plan: { call: plan },
  admin_update_plan: { call: changed(plan, { headers: any, body: { name: 'Other' } }) },
  admin_delete_plan: { call: changed(plan, { headers: any }) },
}
