import { translate } from '../lib/translate'
import { findTemplate } from '.'
import { categoryIcons, letterTile } from './icons'
import { type Said, type SeedPlan, said, seedPlans } from './seed-plans'
import type { ServiceType, Template } from './template'

export interface SeedService {
  slug: string
  name: string
  description: string
  translations: { id: { description: string } }
  type: ServiceType
  templateName: string
  /** A DRAFT isn't sold until an admin has confirmed what its licence asks for, or said which image it is. */
  status: 'ACTIVE' | 'DRAFT'
  plans: SeedPlan[]
}

interface SeedCategory {
  slug: string
  name: string
  description: string
  translations: { id: { name: string; description: string } }
  /** An SVG. */
  icon: string
  services: SeedService[]
}

// In the first journey although its licence asks for an agreement: the description says so to whoever sells it.
const activeInSpiteOfLicence = new Set(['n8n'])

/** What an empty database is filled with: every first-party template as a service, with three plans each. */
export const seedCatalog = (): SeedCategory[] => [
  category(
    'automation',
    said('Automation', 'Otomasi'),
    said('Connect apps and let them work for you.', 'Hubungkan aplikasi dan biarkan bekerja untuk Anda.'),
    ['n8n', 'node-red', 'gotify'],
  ),
  category(
    'websites',
    said('Websites and publishing', 'Situs web dan penerbitan'),
    said('Sites, blogs, newsletters and content.', 'Situs, blog, buletin, dan konten.'),
    ['wordpress', 'static-site', 'ghost', 'directus'],
  ),
  category(
    'productivity',
    said('Productivity', 'Produktivitas'),
    said(
      'Files, notes, passwords and reading for people and teams.',
      'Berkas, catatan, kata sandi, dan bacaan untuk perorangan dan tim.',
    ),
    ['nextcloud', 'vaultwarden', 'wiki-js', 'memos', 'miniflux'],
  ),
  category(
    'analytics',
    said('Analytics and monitoring', 'Analitik dan pemantauan'),
    said('See how your sites, services and business are doing.', 'Lihat keadaan situs, layanan, dan usaha Anda.'),
    ['umami', 'uptime-kuma', 'grafana', 'metabase'],
  ),
  category(
    'developer-tools',
    said('Developer tools', 'Alat pengembang'),
    said('Code hosting and what goes with it.', 'Hosting kode dan yang menyertainya.'),
    ['forgejo', 'container'],
  ),
  category(
    'databases',
    said('Databases', 'Basis data'),
    said(
      'Stores for your own apps, reachable inside your namespace.',
      'Penyimpanan untuk aplikasi Anda sendiri, terjangkau di dalam ruang Anda.',
    ),
    ['postgres', 'mariadb', 'valkey'],
  ),
]

const category = (slug: string, name: Said, description: Said, templateNames: string[]): SeedCategory => ({
  slug,
  name: name.en,
  description: description.en,
  translations: { id: { description: description.id, name: name.id } },
  icon: categoryIcons[slug] ?? letterTile(name.en),
  services: templateNames.map(serviceOf),
})

function serviceOf(templateName: string): SeedService {
  const template = findTemplate(templateName)
  if (!template) throw new Error(`the seed names an unknown template ${templateName}`)
  const { licence, title, type } = template
  const bound = licence.resale === 'needs-agreement'
  const description = bound ? withLicence(template) : template.description
  return {
    slug: templateName,
    name: title,
    description: description.en,
    translations: { id: { description: description.id } },
    type,
    templateName,
    status: (bound && !activeInSpiteOfLicence.has(templateName)) || isUnfinished(template) ? 'DRAFT' : 'ACTIVE',
    plans: seedPlans(template),
  }
}

/** Nobody could order it before its operator has said what it is to run. */
const isUnfinished = ({ inputs }: Template): boolean =>
  inputs.some((input) => input.required && input.byOperator && !('default' in input))

const withLicence = ({ description: { en, id }, licence: { note } }: Template): Said =>
  said(`${en} Licence: ${note}`, `${id} Lisensi: ${translate(note, 'id')}`)

export type { SeedPlan } from './seed-plans'
