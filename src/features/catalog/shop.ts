import type { Drizzle, Tx } from '../../db'
import type { Locale } from '../../lib/locale'
import { translate } from '../../lib/translate'
import type { Parts } from '../../parts'
import type { PlanSize, Template } from '../../templates'
import { findCurrent } from '../app-templates'
import { type TaxRule, taxRuleOf } from '../billing'
import { type ClusterFacts, findMisfit, readClusterFacts, storageTruthOf } from '../capacity'

/** What plans are shown and judged by: the tax, the cluster as it was last seen, and the visitor's language. */
export interface Shop {
  tax: TaxRule
  facts: ClusterFacts | undefined
  storageClass: string | undefined
  locale: Locale
}

export const readShop = async (
  parts: Pick<Parts, 'config' | 'platform'>,
  on: Drizzle | Tx,
  locale: Locale,
): Promise<Shop> => ({
  tax: taxRuleOf(parts.config),
  facts: await readClusterFacts(on),
  storageClass: parts.platform.storageClass,
  locale,
})

/** The templates that new apps of these services are made of, by name. */
export async function templatesOf(
  on: Drizzle | Tx,
  services: { templateName: string }[],
): Promise<Map<string, Template | undefined>> {
  const templates = new Map<string, Template | undefined>()
  for (const { templateName } of services)
    if (!templates.has(templateName)) templates.set(templateName, (await findCurrent(on, templateName))?.template)
  return templates
}

/** What a customer should know of a plan beside its size and price. A template that is gone says nothing. */
export function truthOf({ facts, storageClass, locale }: Shop, template: Template | undefined, plan: PlanSize) {
  const misfit = template && findMisfit(facts, storageClass, template, plan)
  return {
    storage: template ? storageTruthOf(facts, storageClass, template) : null,
    obstacle: misfit ? { code: misfit.code as string, message: translate(misfit.message, locale) } : null,
  }
}
