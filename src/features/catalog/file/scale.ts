import { and, eq, gt } from 'drizzle-orm'
import type { Drizzle } from '../../../db'
import type { Problem } from '../../../http/input/check'
import type { Parts } from '../../../parts'
import type { Template } from '../../../templates'
import { findCurrent } from '../../app-templates'
import { findSvgProblem } from '../icons/check-svg'
import { plans } from '../tables'
import type { CategoryInFile } from './form'
import type { CatalogFile } from './read-file'
import type { Shop } from './shop'
import type { Step } from './steps'

export interface Current {
  template: Template
  status: 'ACTIVE' | 'RETIRED'
}

export interface Wanted {
  retireMissing: boolean
  /** For every service that needs it. */
  confirmLicences: boolean
}

/** A file beside the shop that it is for, and what the one comes to in the other. */
export class Scale {
  readonly steps: Step[] = []
  /** Categories go once nothing in them is for sale any more. */
  readonly last: Step[] = []
  readonly mistakes: Problem[] = []
  /** Secrets that a service of the file has elsewhere, and not here. */
  readonly missing: { slug: string; presets: string[] }[] = []
  readonly categories: Map<string, CategoryInFile>
  readonly #templates = new Map<string, Promise<Current | undefined>>()
  unchanged = 0

  constructor(
    readonly parts: Pick<Parts, 'sealer'>,
    readonly on: Drizzle,
    readonly shop: Shop,
    readonly file: CatalogFile,
    readonly wanted: Wanted,
  ) {
    this.categories = new Map(file.categories.map((category) => [category.slug, category]))
    for (const { template, status = 'ACTIVE' } of file.templates ?? []) {
      this.#templates.set(template.name, Promise.resolve({ template, status }))
    }
  }

  refuse(path: string, message: string): void {
    this.mistakes.push({ path, message })
  }

  /** One that is new here. */
  refuseIcon(at: string, icon: unknown): void {
    const problem = typeof icon === 'string' ? findSvgProblem(icon) : undefined
    if (problem !== undefined) this.refuse(`${at}/icon`, problem)
  }

  refuseTwice(list: string, things: { slug: string }[]): void {
    const seen = new Set<string>()
    for (const [index, { slug }] of things.entries()) {
      if (seen.has(slug)) this.refuse(`/${list}/${index}/slug`, 'This slug is taken')
      seen.add(slug)
    }
  }

  /** As it will be; undefined where there will be none. */
  statusOfCategory(slug: string): 'ACTIVE' | 'RETIRED' | undefined {
    const inFile = this.categories.get(slug)
    if (inFile) return inFile.status ?? 'ACTIVE'
    const there = this.shop.categories.get(slug)
    if (!there) return undefined
    return this.wanted.retireMissing ? 'RETIRED' : there.row.status
  }

  /** The version of a template that new apps are made of. */
  template(name: string): Promise<Current | undefined> {
    const known = this.#templates.get(name) ?? findCurrent(this.on, name)
    this.#templates.set(name, known)
    return known
  }

  async wasSold(serviceId: string): Promise<boolean> {
    const held = and(eq(plans.serviceId, serviceId), gt(plans.usedQuota, 0))
    return (await this.on.select({ id: plans.id }).from(plans).where(held).limit(1).get()) !== undefined
  }

  /** What is in a category that is to go, and not in the file. */
  refuseRetiredWithServices(named: Set<string>): void {
    if (this.wanted.retireMissing) return
    const kept = [...this.shop.services.values()].filter(
      ({ row, said }) => row.status === 'ACTIVE' && !named.has(row.slug) && said.category !== undefined,
    )
    for (const [index, { slug, status }] of this.file.categories.entries()) {
      if (status !== 'RETIRED' || !kept.some(({ said }) => said.category === slug)) continue
      this.refuse(`/categories/${index}/status`, 'Services of this category are for sale: move or retire them first')
    }
  }
}
