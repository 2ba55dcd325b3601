import { hello, upload } from '../../app-templates/hello'
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
  admin_publish_template: {
    call: changed(draft, { headers: any, body: {} }),
    missing: { templateName: 'missing', version: 1 },
  },
}
