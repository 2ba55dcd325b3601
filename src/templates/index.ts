import { container } from './apps/container'
import { directus } from './apps/directus'
import { forgejo } from './apps/forgejo'
import { ghost } from './apps/ghost'
import { gotify } from './apps/gotify'
import { grafana } from './apps/grafana'
import { mariadb } from './apps/mariadb'
import { memos } from './apps/memos'
import { metabase } from './apps/metabase'
import { miniflux } from './apps/miniflux'
import { n8n } from './apps/n8n'
import { nextcloud } from './apps/nextcloud'
import { nodeRed } from './apps/node-red'
import { postgres } from './apps/postgres'
import { staticSite } from './apps/static-site'
import { umami } from './apps/umami'
import { uptimeKuma } from './apps/uptime-kuma'
import { valkey } from './apps/valkey'
import { vaultwarden } from './apps/vaultwarden'
import { wikiJs } from './apps/wiki-js'
import { wordpress } from './apps/wordpress'
import type { PlanSize, Template } from './template'

export { findTemplateProblems, type Problem, publishedSchema } from './check-template'
export { type ConcreteContainer, type ConcreteTemplate, concreteOf, verbatim } from './concrete'
export { generateSecrets } from './generate-secrets'
export { qualifyImage, tagOf } from './image-reference'
export {
  type InputValue,
  type InputValues,
  isHarmlessInput,
  isMapInput,
  isNamed,
  isSameValue,
  isSecretInput,
  type NamedTexts,
  secretInputKeys,
  splitInputs,
} from './input-values'
export type * from './template'
export { validateInputs, validatePresets } from './validate-inputs'

/** The first-party templates, by title. */
export const templates: readonly Template[] = [
  container,
  directus,
  forgejo,
  ghost,
  gotify,
  grafana,
  mariadb,
  memos,
  metabase,
  miniflux,
  n8n,
  nextcloud,
  nodeRed,
  postgres,
  staticSite,
  umami,
  uptimeKuma,
  valkey,
  vaultwarden,
  wikiJs,
  wordpress,
]

const byName = new Map(templates.map((template) => [template.name, template]))

export const findTemplate = (name: string): Template | undefined => byName.get(name)

export const planSizes = ['cpuMillicores', 'memoryMb', 'storageGb'] as const satisfies (keyof PlanSize)[]

/** Which of a plan's sizes are too small for the template; empty when the plan can carry it. */
export function findShortfalls(template: Template, plan: PlanSize): (keyof PlanSize)[] {
  return planSizes.filter((size) => plan[size] < template.minimum[size])
}
