import { sql } from 'drizzle-orm'
import {
  type AnySQLiteColumn,
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import { flag, instant, json } from '../../db/columns'
import { sealingKeyOf } from '../../db/sealed-place'
import type { DesiredInstance } from '../../reconcile'
import type { Template } from '../../templates'

type Origin = 'built-in' | 'operator'
export type TemplateStatus = 'ACTIVE' | 'RETIRED'
export type VersionStatus = 'DRAFT' | 'PUBLISHED'

/** The templates that services may be made of, by name: those of the program itself and the operator's own. */
export const appTemplates = sqliteTable(
  'app_templates',
  {
    name: text('name').primaryKey(),
    /** Of the current version, or of the newest where none is published. */
    title: text('title').notNull(),
    origin: text('origin').$type<Origin>().notNull(),
    /** A retired one can be had by no further service. */
    status: text('status').$type<TemplateStatus>().notNull().default('ACTIVE'),
    /** The version that new apps are made of; none while all are drafts. */
    currentVersion: integer('current_version'),
    /** Counted up by each change of an administrator's: a write names the one it has read. */
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    index('app_templates_title').on(table.status, table.title, table.name),
    foreignKey({
      name: 'app_templates_current',
      columns: [table.name, table.currentVersion],
      foreignColumns: [appTemplateVersions.name, appTemplateVersions.version],
    }),
    check('app_templates_origin', sql`${table.origin} in ('built-in', 'operator')`),
    check('app_templates_status', sql`${table.status} in ('ACTIVE', 'RETIRED')`),
  ],
)

/** What a template says, never changed once it is written: an app keeps the version that it was made of until it is updated. */
export const appTemplateVersions = sqliteTable(
  'app_template_versions',
  {
    name: text('name')
      .notNull()
      .references((): AnySQLiteColumn => appTemplates.name),
    /** 1, 2, … of its template; a number is never given twice, also after a deletion. */
    version: integer('version').notNull(),
    status: text('status').$type<VersionStatus>().notNull(),
    body: json<Template>('body').notNull(),
    /** SHA-256 of the body, whatever the order of its keys. */
    hash: text('hash').notNull(),
    /** What is new in it, in the operator's words. */
    note: text('note'),
    /** Whether an app was ever made of it: a trigger says so, and then it stays. */
    used: flag('used').notNull().default(false),
    /** None where the program itself brought it. */
    createdBy: text('created_by'),
    createdAt: instant('created_at').notNull(),
    publishedAt: instant('published_at'),
  },
  (table) => [
    primaryKey({ columns: [table.name, table.version] }),
    check('app_template_versions_status', sql`${table.status} in ('DRAFT', 'PUBLISHED')`),
    check('app_template_versions_number', sql`${table.version} >= 1`),
    check('app_template_versions_published', sql`(${table.status} = 'PUBLISHED') = (${table.publishedAt} is not null)`),
  ],
)

/** The last number that a version of this name ever had; it outlives the template. */
export const appTemplateNumbers = sqliteTable('app_template_numbers', {
  name: text('name').primaryKey(),
  last: integer('last').notNull(),
})

type RunStatus = DesiredInstance['last']['status']
export type TrialOutcome = 'READY' | 'FAILED' | 'TIMED_OUT'

/** A version run in the cluster before it is sold, in a namespace of its own that always goes again. */
export const templateTrials = sqliteTable(
  'template_trials',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    templateVersion: integer('template_version').notNull(),
    namespace: text('namespace').notNull(),
    cpuMillicores: integer('cpu_millicores').notNull(),
    memoryMb: integer('memory_mb').notNull(),
    storageGb: integer('storage_gb').notNull(),
    /** Its inputs and generated secrets; nothing of them once it is over. */
    sealedValues: text('sealed_values').notNull(),
    desiredState: text('desired_state').$type<'RUNNING' | 'DELETED'>().notNull(),
    generation: integer('generation').notNull().default(1),
    status: text('status').$type<RunStatus>().notNull(),
    reasonCode: text('reason_code'),
    statusReason: text('status_reason'),
    observedGeneration: integer('observed_generation').notNull().default(0),
    podName: text('pod_name'),
    restarts: integer('restarts').notNull().default(0),
    troubleSince: instant('trouble_since'),
    /** What was seen of it, once that is known; the rest is clearing up. */
    outcome: text('outcome').$type<TrialOutcome>(),
    /** The trouble in words. */
    trouble: text('trouble'),
    /** What the cluster said meanwhile. */
    events: json<string[]>('events').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
    deadlineAt: instant('deadline_at').notNull(),
    endedAt: instant('ended_at'),
    /** When its namespace was told to go, and nothing of it was there any more. */
    removedAt: instant('removed_at'),
  },
  (table) => [
    foreignKey({
      name: 'template_trials_version',
      columns: [table.name, table.templateVersion],
      foreignColumns: [appTemplateVersions.name, appTemplateVersions.version],
    }),
    uniqueIndex('template_trials_one').on(table.name, table.templateVersion).where(sql`removed_at is null`),
    index('template_trials_of').on(table.name, table.id),
    index('template_trials_standing').on(table.id).where(sql`removed_at is null`),
    index('template_trials_sealed_key').on(sealingKeyOf(table.sealedValues), table.id),
    check('template_trials_desired', sql`${table.desiredState} in ('RUNNING', 'DELETED')`),
    check('template_trials_outcome', sql`${table.outcome} in ('READY', 'FAILED', 'TIMED_OUT')`),
    check('template_trials_ended', sql`(${table.outcome} is null) = (${table.endedAt} is null)`),
    check('template_trials_removed', sql`${table.removedAt} is null or ${table.desiredState} = 'DELETED'`),
  ],
)

export type TemplateTrial = typeof templateTrials.$inferSelect
export type AppTemplate = typeof appTemplates.$inferSelect
export type AppTemplateVersion = typeof appTemplateVersions.$inferSelect
