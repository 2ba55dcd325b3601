import { findTemplate } from '.'
import { type SeedPlan, seedPlans } from './seed-plans'
import type { ServiceType } from './template'

export interface SeedService {
  slug: string
  name: string
  description: string
  type: ServiceType
  templateName: string
  /** A DRAFT isn't sold until an admin has confirmed what its licence asks for. */
  status: 'ACTIVE' | 'DRAFT'
  plans: SeedPlan[]
}

interface SeedCategory {
  slug: string
  name: string
  description: string
  services: SeedService[]
}

// In the first journey although its licence asks for an agreement: the description says so to whoever sells it.
const activeInSpiteOfLicence = new Set(['n8n'])

/** What an empty database is filled with: every first-party template as a service, with three plans each. */
export const seedCatalog = (): SeedCategory[] => [
  category('automation', 'Automation', 'Connect apps and let them work for you.', ['n8n', 'node-red', 'gotify']),
  category('websites', 'Websites and publishing', 'Sites, blogs, newsletters and content.', [
    'wordpress',
    'ghost',
    'directus',
  ]),
  category('productivity', 'Productivity', 'Files, notes, passwords and reading for people and teams.', [
    'nextcloud',
    'vaultwarden',
    'wiki-js',
    'memos',
    'miniflux',
  ]),
  category('analytics', 'Analytics and monitoring', 'See how your sites, services and business are doing.', [
    'umami',
    'uptime-kuma',
    'grafana',
    'metabase',
  ]),
  category('developer-tools', 'Developer tools', 'Code hosting and what goes with it.', ['forgejo']),
  category('databases', 'Databases', 'Stores for your own apps, reachable inside your namespace.', [
    'postgres',
    'mariadb',
    'valkey',
  ]),
]

const category = (slug: string, name: string, description: string, templateNames: string[]): SeedCategory => ({
  slug,
  name,
  description,
  services: templateNames.map(serviceOf),
})

function serviceOf(templateName: string): SeedService {
  const template = findTemplate(templateName)
  if (!template) throw new Error(`the seed names an unknown template ${templateName}`)
  const { licence, title, type } = template
  const bound = licence.resale === 'needs-agreement'
  return {
    slug: templateName,
    name: title,
    description: bound ? `${template.description.en} Licence: ${licence.note}` : template.description.en,
    type,
    templateName,
    status: bound && !activeInSpiteOfLicence.has(templateName) ? 'DRAFT' : 'ACTIVE',
    plans: seedPlans(template),
  }
}

export type { SeedPlan } from './seed-plans'
