import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { instant, json, rupiah } from '../../db/columns'
import { sealingKeyOf } from '../../db/sealed-place'
import type { InputValues } from '../../templates'
import type { PlanWords, Translations, Words } from './translations'

export type ServiceType = 'hosting' | 'kubernetes' | 'database' | 'domain' | 'vps' | 'cloud'
type ServiceStatus = 'DRAFT' | 'ACTIVE' | 'RETIRED'
type PlanStatus = 'ACTIVE' | 'RETIRED'
type CategoryStatus = 'ACTIVE' | 'RETIRED'

/** Counted up by each change of an administrator's: a write names the one it has read, so that none overwrites another unseen. */
const version = () => integer('version').notNull().default(1)
/** The lowest first, then by name. */
const position = () => integer('position').notNull().default(0)
/** Beside the words of the row itself. */
/** What it shows instead of a drawing of the program's. */
const iconHash = () => text('icon_hash').references(() => icons.hash)
const translations = <T>() => json<Translations<T>>('translations').notNull().default({})

/** Drawings that an operator has put in, by their content. One that nothing shows any more goes. */
export const icons = sqliteTable(
  'icons',
  {
    hash: text('hash').primaryKey(),
    svg: text('svg').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [check('icons_size', sql`length(${table.svg}) between 1 and 8192`)],
)

export const categories = sqliteTable(
  'categories',
  {
    id: text('id').primaryKey(),
    slug: text('slug').notNull(),
    name: text('name').notNull(),
    description: text('description').notNull(),
    translations: translations<Words>(),
    iconHash: iconHash(),
    position: position(),
    status: text('status').$type<CategoryStatus>().notNull().default('ACTIVE'),
    version: version(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('categories_slug').on(table.slug),
    index('categories_icon').on(table.iconHash).where(sql`icon_hash is not null`),
    check('categories_status', sql`${table.status} in ('ACTIVE', 'RETIRED')`),
    check('categories_translations', sql`json_valid(${table.translations})`),
  ],
)

export const services = sqliteTable(
  'services',
  {
    id: text('id').primaryKey(),
    slug: text('slug').notNull(),
    categoryId: text('category_id')
      .notNull()
      .references(() => categories.id),
    name: text('name').notNull(),
    description: text('description').notNull(),
    translations: translations<Words>(),
    iconHash: iconHash(),
    type: text('type').$type<ServiceType>().notNull(),
    templateName: text('template_name').notNull(),
    /** Values of the template's inputs that every app of it gets; in the place of a secret stands a mask. */
    presets: json<InputValues>('presets').notNull().default({}),
    /** The secret ones, sealed. */
    sealedPresets: text('sealed_presets'),
    /** The inputs that customers set; null for all but those that are fixed or the operator's. */
    customerInputs: json<string[]>('customer_inputs'),
    status: text('status').$type<ServiceStatus>().notNull().default('DRAFT'),
    position: position(),
    version: version(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('services_slug').on(table.slug),
    index('services_category').on(table.categoryId),
    index('services_template').on(table.templateName),
    index('services_icon').on(table.iconHash).where(sql`icon_hash is not null`),
    check('services_type', sql`${table.type} in ('hosting', 'kubernetes', 'database', 'domain', 'vps', 'cloud')`),
    check('services_status', sql`${table.status} in ('DRAFT', 'ACTIVE', 'RETIRED')`),
    index('services_sealed_key').on(sealingKeyOf(table.sealedPresets), table.id),
    check('services_presets', sql`json_type(${table.presets}) = 'object'`),
    check(
      'services_customer_inputs',
      sql`${table.customerInputs} is null or json_type(${table.customerInputs}) = 'array'`,
    ),
    check('services_translations', sql`json_valid(${table.translations})`),
  ],
)

export const plans = sqliteTable(
  'plans',
  {
    id: text('id').primaryKey(),
    serviceId: text('service_id')
      .notNull()
      .references(() => services.id),
    name: text('name').notNull(),
    /** 1 is the smallest; an upgrade goes to a higher tier. */
    tier: integer('tier').notNull(),
    /** For one month, before a cycle's discount. */
    price: rupiah('price').notNull(),
    quarterlyDiscountPercent: integer('quarterly_discount_percent').notNull().default(0),
    yearlyDiscountPercent: integer('yearly_discount_percent').notNull().default(0),
    cpuMillicores: integer('cpu_millicores').notNull(),
    memoryMb: integer('memory_mb').notNull(),
    storageGb: integer('storage_gb').notNull(),
    features: json<string[]>('features').notNull(),
    translations: translations<PlanWords>(),
    totalQuota: integer('total_quota').notNull(),
    /** Slots held by live subscriptions. Only the triggers on subscriptions move it. */
    usedQuota: integer('used_quota').notNull().default(0),
    status: text('status').$type<PlanStatus>().notNull().default('ACTIVE'),
    version: version(),
    /** Those of its terms that it is sold by, the newest. Triggers write them down and count: no change of price or size goes unseen. */
    termsNumber: integer('terms_number').notNull().default(1),
    /** From when a change of price or size counts for those who have it already; set together with the change. */
    termsEffectiveAt: instant('terms_effective_at').notNull().default(sql`0`),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('plans_tier').on(table.serviceId, table.tier).where(sql`status = 'ACTIVE'`),
    index('plans_service').on(table.serviceId, table.tier),
    check('plans_slots', sql`${table.usedQuota} between 0 and ${table.totalQuota}`),
    check('plans_price', sql`${table.price} between 0 and 1000000000000`),
    check('plans_size', sql`${table.cpuMillicores} > 0 and ${table.memoryMb} > 0 and ${table.storageGb} >= 0`),
    check(
      'plans_discount',
      sql`${table.quarterlyDiscountPercent} between 0 and 100 and ${table.yearlyDiscountPercent} between 0 and 100`,
    ),
    check('plans_status', sql`${table.status} in ('ACTIVE', 'RETIRED')`),
    check('plans_translations', sql`json_valid(${table.translations})`),
  ],
)

/**
 * What a plan cost and gave, one row for each change: subscriptions live by one of them. Written by the triggers on plans alone, never
 * changed, and gone with their plan.
 */
export const planTerms = sqliteTable(
  'plan_terms',
  {
    planId: text('plan_id')
      .notNull()
      .references(() => plans.id, { onDelete: 'cascade' }),
    /** 1, 2, … of its plan. */
    number: integer('number').notNull(),
    price: rupiah('price').notNull(),
    quarterlyDiscountPercent: integer('quarterly_discount_percent').notNull(),
    yearlyDiscountPercent: integer('yearly_discount_percent').notNull(),
    cpuMillicores: integer('cpu_millicores').notNull(),
    memoryMb: integer('memory_mb').notNull(),
    storageGb: integer('storage_gb').notNull(),
    announcedAt: instant('announced_at').notNull(),
    /** Periods that begin from here on are renewed by these terms, or by newer ones. */
    effectiveAt: instant('effective_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.planId, table.number] }),
    check('plan_terms_effective', sql`${table.effectiveAt} >= ${table.announcedAt}`),
  ],
)

/** Slugs that something had before: who comes by one is shown the way to the new one. */
export const oldSlugs = sqliteTable(
  'old_slugs',
  {
    kind: text('kind').$type<'category' | 'service'>().notNull(),
    slug: text('slug').notNull(),
    targetId: text('target_id').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.slug] }),
    index('old_slugs_target').on(table.targetId),
    check('old_slugs_kind', sql`${table.kind} in ('category', 'service')`),
  ],
)

/** One row; triggers count it up with every change that a catalog page shows, so that what is kept of it is never stale. */
export const catalogVersion = sqliteTable(
  'catalog_version',
  {
    id: integer('id').primaryKey(),
    version: integer('version').notNull(),
    /** The same without the slots that are taken and given back. */
    content: integer('content').notNull().default(1),
  },
  (table) => [check('catalog_version_single', sql`${table.id} = 1`)],
)

export type Category = typeof categories.$inferSelect

export type PlanTerms = typeof planTerms.$inferSelect

export type Plan = typeof plans.$inferSelect

export type Service = typeof services.$inferSelect
