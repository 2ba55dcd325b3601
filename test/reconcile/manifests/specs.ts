import type { InstanceSpec, PlatformSpec } from '../../../src/reconcile/manifests'
import { findTemplate, generateSecrets, type Template, validateInputs } from '../../../src/templates'
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

/** A value for every input, secret ones included, so that no part of a template stays unrendered. */
export function inputsFor(template: Template): Record<string, string | number | boolean> {
  const filled: Record<string, string | number | boolean> = {}
  for (const input of template.inputs) {
    if (input.type === 'secret') filled[input.key] = 'pa$$word-$(HOME)-of-mail'
    else if (input.type === 'email') filled[input.key] = 'owner@example.com'
    else if (input.key === 'smtpHost') filled[input.key] = 'smtp.example.com'
    else if (input.key === 'smtpUser') filled[input.key] = 'mail$(ROOT)'
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
