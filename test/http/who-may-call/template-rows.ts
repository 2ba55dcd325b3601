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
  admin_publish_template: {
    call: changed(draft, { headers: any, body: {} }),
    missing: { templateName: 'missing', version: 1 },
  },
}
