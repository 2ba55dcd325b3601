import { exampleTemplate } from '../../src/http/example-template'
import type { Template } from '../../src/templates'
import type { Caller } from '../support/caller'

/** A small template of an operator's; the tag says which version of it. */
export const hello = (name = 'hello', tag = 'v1.10.3', change: Partial<Template> = {}): Template => {
  const template = structuredClone(exampleTemplate) as Template
  const [container] = template.containers
  container!.image = `docker.io/traefik/whoami:${tag}`
  container!.env.push({ name: 'TOKEN', secret: 'token' })
  Object.assign(template.inputs[0]!, { pattern: '^[A-Za-z ]+$' })
  return { ...template, name, secrets: [{ key: 'token', length: 32, alphabet: 'alphanumeric' }], ...change }
}

const any = { 'if-match': '*' }

/** Uploads a version of a template and says its number. */
export async function upload(admin: Caller, template: Template, note?: string): Promise<number> {
  const { status, body } = await admin.post('/admin/templates', { template, ...(note && { note }) }, any)
  if (status !== 201) throw new Error(JSON.stringify(body))
  return body.data.version
}

export async function publish(admin: Caller, { name }: Pick<Template, 'name'>, version: number): Promise<void> {
  const { status, body } = await admin.post(`/admin/templates/${name}/versions/${version}/publish`, {}, any)
  if (status !== 200) throw new Error(JSON.stringify(body))
}

export async function release(admin: Caller, template: Template, note?: string): Promise<number> {
  const version = await upload(admin, template, note)
  await publish(admin, template, version)
  return version
}

/** A service of a template with one plan, for sale. */
export async function sell(
  admin: Caller,
  templateName: string,
  plan: object = {},
): Promise<{ serviceId: string; planId: string }> {
  const slug = `${templateName}-${Math.random().toString(36).slice(2, 8)}`
  const words = { name: 'Sold', description: 'Sold by a test' }
  const category = (await admin.post('/admin/categories', { slug, ...words })).body.data
  const of = { slug, categoryId: category.id, templateName, status: 'ACTIVE', ...words }
  const service = (await admin.post('/admin/services', of)).body.data
  const size = { cpuMillicores: 200, memoryMb: 128, storageGb: 1 }
  const sold = { name: 'Small', tier: 1, price: 1_000, ...size, features: [], totalQuota: 1_000, ...plan }
  const made = await admin.post(`/admin/services/${service.id}/plans`, sold)
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return { serviceId: service.id, planId: made.body.data.id }
}
