import { and, eq } from 'drizzle-orm'
import { findShortfalls, type Template } from '../../../templates'
import {
  changeTemplate,
  findIncompatibilities,
  hashOf,
  licenceUnconfirmed,
  publishVersion,
  uploadTemplate,
} from '../../app-templates'
import { appTemplateVersions } from '../../app-templates/tables'
import type { TemplateInFile } from './form'
import type { Scale } from './scale'
import type { TemplateThere } from './shop'
import type { Making, Step } from './steps'

const anyVersion = () => undefined

/** Adds what a template of the operator's comes to: another content is another version, for sale at once. */
export async function weighTemplate(scale: Scale, given: TemplateInFile, at: string): Promise<void> {
  const { template, status = 'ACTIVE' } = given
  const { name } = template
  const { shop, steps } = scale
  if (scale.file.templates!.findIndex((each) => each.template.name === name) !== Number(at.split('/').at(-1))) {
    scale.refuse(`${at}/template/name`, 'This slug is taken')
  }
  if (shop.builtIns.has(name)) {
    scale.refuse(`${at}/template/name`, 'The program itself has a template of this name: take another')
    return
  }
  const there = shop.templates.get(name)
  const named = { kind: 'template', slug: name, at } as const
  if (!there) {
    steps.push({ ...named, does: 'create', run: (making) => release(scale, making, template) })
    if (status === 'RETIRED') scale.last.push({ ...turn(name, status, at), silent: true })
    return
  }
  const differs = hashOf(there.body) !== hashOf(template)
  if (differs) await assertNext(scale, there, template, at)
  const turns = there.row.status !== status
  if (!differs && !turns) {
    scale.unchanged++
    return
  }
  const changes = {
    ...(differs && { template: { before: there.body, after: template } }),
    ...(turns && { status: { before: there.row.status, after: status } }),
  }
  const run = async (making: Making) => {
    if (differs) await release(scale, making, template)
    if (turns) await turn(name, status, at).run(making)
  }
  ;(turns && status === 'RETIRED' ? scale.last : steps).push({ ...named, does: 'update', changes, run })
}

/** Only of a file that speaks of templates. */
export function retireMissingTemplates({ shop, file, last }: Scale): void {
  if (!file.templates) return
  const named = new Set(file.templates.map(({ template }) => template.name))
  for (const [name, { row }] of shop.templates) {
    if (!named.has(name) && row.status === 'ACTIVE') last.push(turn(name, 'RETIRED', '/templates'))
  }
}

const turn = (name: string, status: 'ACTIVE' | 'RETIRED', at: string): Step => ({
  ...{ kind: 'template', slug: name, at, does: 'retire' },
  run: ({ parts, tx, actor }) => changeTemplate(parts, tx, actor, name, { expected: undefined, status }),
})

async function release(scale: Scale, { parts, tx, actor }: Making, template: Template): Promise<void> {
  const { version } = await uploadTemplate(parts, tx, actor, { template, expected: anyVersion, named: undefined })
  const confirmLicence = scale.wanted.confirmLicences || undefined
  const which = { templateName: template.name, version }
  await publishVersion(parts, tx, actor, which, { expected: undefined, confirmLicence })
}

/** What publishing would refuse, with its place. Plans that have to grow for it do so in an import before. */
async function assertNext(scale: Scale, there: TemplateThere, template: Template, at: string): Promise<void> {
  const { name, licence } = template
  const same = await scale.on
    .select({ version: appTemplateVersions.version })
    .from(appTemplateVersions)
    .where(and(eq(appTemplateVersions.name, name), eq(appTemplateVersions.hash, hashOf(template))))
    .get()
  if (same) scale.refuse(`${at}/template`, 'A version of this template says the same already')
  for (const { path, message } of findIncompatibilities(there.body, template)) scale.refuse(`${at}${path}`, message)
  const sellers = [...scale.shop.services.values()].filter(({ row }) => row.templateName === name)
  const offered = sellers.flatMap(({ plans }) => [...plans.values()])
  if (offered.some(({ row }) => findShortfalls(template, row).length > 0)) {
    scale.refuse(`${at}/template/minimum`, 'A plan is smaller than the template needs')
  }
  const before = there.body.licence
  const isAgreed = before.resale === 'needs-agreement' && before.spdx === licence.spdx
  const isSold = sellers.some(({ row }) => row.status === 'ACTIVE')
  if (licence.resale !== 'free' && !isAgreed && isSold && !scale.wanted.confirmLicences) {
    scale.refuse(`${at}/template/licence`, licenceUnconfirmed)
  }
}
