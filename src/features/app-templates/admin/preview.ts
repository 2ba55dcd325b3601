import type { Drizzle } from '../../../db'
import { invalid } from '../../../http/input/input'
import type { Parts } from '../../../parts'
import { type DesiredObject, renderInstance, renderNamespace } from '../../../reconcile/manifests'
import { findShortfalls, type Template, validateInputs } from '../../../templates'
import { getVersion } from './read'
import type { Try } from './schema'

const hidden = '(not shown)'

/** What a version would be in the cluster, for a plan and a configuration; nothing is sent anywhere. @throws AppError NOT_FOUND, VALIDATION_ERROR */
export async function previewVersion(
  parts: Pick<Parts, 'config' | 'platform'>,
  on: Drizzle,
  { templateName, version }: { templateName: string; version: number },
  { plan, config = {} }: Try,
) {
  const { body: template } = await getVersion(on, templateName, version)
  const size = { ...template.minimum, ...plan }
  const namespace = `${parts.config.namespacePrefix}preview`
  const ids = { id: 'ins_preview', subscriptionId: 'sub_preview', customerId: 'usr_preview' }
  const name = `${templateName}-preview`
  const { level: podSecurity } = template.podSecurity
  const rendered: DesiredObject[] = [
    ...renderNamespace({ namespace, customerId: ids.customerId, plans: [size], podSecurity }, parts.platform),
    ...renderInstance(
      {
        ...ids,
        ...{ namespace, name, subdomain: name, template, plan: size, replicas: 1, generation: 1 },
        inputs: inputsFor(template, config),
        secrets: Object.fromEntries(template.secrets.map(({ key }) => [key, hidden])),
      },
      parts.platform,
    ),
  ]
  const objects = rendered.map(withoutSecrets)
  return {
    minimum: template.minimum,
    shortfalls: findShortfalls(template, size),
    objects,
    yaml: objects.map((object) => Bun.YAML.stringify(object, null, 2)).join('\n---\n'),
  }
}

/** @throws AppError VALIDATION_ERROR */
export function inputsFor(template: Template, config: Record<string, unknown>) {
  const checked = validateInputs(template, config)
  if (checked.ok) return checked.inputs
  const problems = checked.problems.map(({ path, message }) => ({
    path: path === '/' ? '/config' : `/config${path}`,
    message,
  }))
  throw invalid('body', problems)
}

/** A secret that the caller has typed is not sent back either. */
function withoutSecrets(object: DesiredObject): Record<string, unknown> {
  if (object.kind !== 'Secret') return { ...object }
  return { ...object, data: Object.fromEntries(Object.keys(object.data ?? {}).map((key) => [key, hidden])) }
}
