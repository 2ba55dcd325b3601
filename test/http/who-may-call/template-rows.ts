import { sql } from 'drizzle-orm'
import { hello, upload } from '../../app-templates/hello'
import { until } from '../../support/until'
import type { House } from './house'
import type { Call, Rows } from './row'

const any = { 'if-match': '*' }
let made = 0

const template = () => hello(`made-${++made}`)

/** A draft that nobody has. */
async function draft({ admin }: House): Promise<Call> {
  const wanted = template()
  return { params: { templateName: wanted.name, version: String(await upload(admin, wanted)) } }
}

const named = async (house: House): Promise<Call> => {
  const { params } = await draft(house)
  return { params: { templateName: params!.templateName! } }
}

const changed =
  (call: (house: House) => Promise<Call>, more: Partial<Call>) =>
  async (house: House): Promise<Call> => ({ ...(await call(house)), ...more })

/** A template that is sold, with an update of all its apps under way if so asked. */
const published =
  (isUpdating: boolean) =>
  async (house: House): Promise<Call> => {
    const { params } = await draft(house)
    const { templateName, version } = params!
    const path = `/admin/templates/${templateName}`
    await house.admin.post(`${path}/versions/${version}/publish`, {}, any)
    if (isUpdating) await house.admin.post(`${path}/update-all`)
    return { params: { templateName: templateName! } }
  }

/** A version of which a trial is under way, or that there is room to try. */
const tried =
  (isBegun: boolean) =>
  async (house: House): Promise<Call> => {
    const { params } = await draft(house)
    const { templateName, version } = params!
    await until(
      'room for a trial',
      () => house.system.parts.db.read.values(sql`select 1 from template_trials where removed_at is null`),
      (standing) => standing.length < 2,
    )
    if (!isBegun) return { params: { templateName: templateName!, version: version! } }
    const { body } = await house.admin.post(`/admin/templates/${templateName}/versions/${version}/trial`, {})
    return { params: { templateName: templateName!, trialId: body.data.id } }
  }

/** What an administrator does with templates. */
export const templateRows: Rows = {
  admin_templates: {},
  admin_upload_template: { call: () => ({ body: { template: template() } }) },
  admin_template: { call: named },
  admin_update_template: { call: changed(named, { headers: any, body: { status: 'RETIRED' } }) },
  admin_delete_template: { call: changed(named, { headers: any }) },
  admin_template_versions: { call: named },
  admin_template_version: { call: draft, missing: { templateName: 'missing', version: 1 } },
  admin_delete_template_version: {
    call: changed(draft, { headers: any }),
    missing: { templateName: 'missing', version: 1 },
  },
  admin_preview_template: { call: changed(draft, { body: {} }), missing: { templateName: 'missing', version: 1 } },
  admin_update_of_all: { call: published(true) },
  admin_update_all: { call: published(false) },
  admin_stop_update_all: { call: published(true) },
  admin_try_template: {
    call: changed(tried(false), { body: {} }),
    missing: { templateName: 'missing', version: 1 },
  },
  admin_template_trial: { call: tried(true), missing: { templateName: 'missing', trialId: 'missing' } },
  admin_publish_template: {
    call: changed(draft, { headers: any, body: {} }),
    missing: { templateName: 'missing', version: 1 },
  },
}
