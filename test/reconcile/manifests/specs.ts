import type { InstanceSpec, PlatformSpec } from '../../../src/reconcile/manifests'
import {
  findTemplate,
  generateSecrets,
  type InputValue,
  type InputValues,
  type Template,
  type TemplateInput,
  validateInputs,
} from '../../../src/templates'
import { type SeedPlan, type SeedService, seedCatalog } from '../../../src/templates/seed'

export const platform: PlatformSpec = {
  appsDomain: 'apps.example.com',
  scheme: 'https',
  storageClass: 'local-path',
  ingressClass: 'traefik',
  clusterIssuer: 'letsencrypt',
  defaultLimits: { cpu: '1', memory: '1Gi' },
}

/** Bytes that repeat from run to run, so that equal specs have equal secrets. */
export const steadyRandom = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) % 256)

export const registryLogIn = { server: 'registry.example.com', username: 'robot', password: 'pull-password-$(HOME)' }

const byType: Partial<Record<TemplateInput['type'], InputValue>> = {
  secret: 'pa$$word-$(HOME)-of-mail',
  email: 'owner@example.com',
  image: 'registry.example.com/team/app:1.2',
  command: ['/bin/app', '--home=$(HOME)'],
  variables: { GREETING: 'hello $(HOME)', EMPTY: '' },
  'secret-variables': { API_KEY: 'se$$cret-$(HOME)-of-api' },
  registry: registryLogIn,
}

const byKey: Record<string, InputValue> = {
  smtpHost: 'smtp.example.com',
  smtpUser: 'mail$(ROOT)',
  repository: 'https://git.example.com/team/site.git',
}

/** A value for every input, secret ones included, so that no part of a template stays unrendered. */
export function inputsFor(template: Template): InputValues {
  const filled: InputValues = {}
  for (const { key, type } of template.inputs) {
    const value = byKey[key] ?? byType[type]
    if (value !== undefined) filled[key] = value
  }
  const result = validateInputs(template, filled)
  if (!result.ok) throw new Error(`${template.name}: ${JSON.stringify(result.problems)}`)
  return result.inputs
}

export function specOf(
  template: Template,
  plan: InstanceSpec['plan'],
  change: Partial<InstanceSpec> = {},
): InstanceSpec {
  return {
    id: 'ins_0dq1z8c7q4t0m2f9x5k3v8bn',
    subscriptionId: 'sub_0dq1z8c7q4t0m2f9x5k3v8bn',
    customerId: 'usr_0dq1z8c7q4t0m2f9x5k3v8bn',
    namespace: 'customer-0dq1z8',
    name: `${template.name}-7f3k`,
    subdomain: `${template.name}-7f3k`,
    template,
    plan,
    inputs: inputsFor(template),
    secrets: generateSecrets(template, steadyRandom),
    replicas: 1,
    generation: 1,
    ...change,
  }
}

/** Every template on every plan that the seed sells it with. */
export const seeded: { template: Template; service: SeedService; plan: SeedPlan }[] = seedCatalog()
  .flatMap(({ services }) => services)
  .flatMap((service) => service.plans.map((plan) => ({ template: findTemplate(service.templateName)!, service, plan })))
