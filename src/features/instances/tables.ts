import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { instant, json } from '../../db/columns'
import { sealingKeyOf } from '../../db/sealed-place'
import type { DesiredInstance } from '../../reconcile'
import { users } from '../accounts/tables'

export type InstanceStatus = DesiredInstance['last']['status']
type DesiredState = DesiredInstance['desiredState']

/** The desired state of an app (written by verbs) beside what was last seen of it (written by the reconciler only). */
export const instances = sqliteTable(
  'instances',
  {
    id: text('id').primaryKey(),
    subscriptionId: text('subscription_id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    /** The name of its objects in the tenant namespace. */
    name: text('name').notNull(),
    namespace: text('namespace').notNull(),
    subdomain: text('subdomain').notNull(),
    templateName: text('template_name').notNull(),
    /** What it was made of, or updated to; the template's current one may be newer. */
    templateVersion: integer('template_version').notNull().default(1),
    cpuMillicores: integer('cpu_millicores').notNull(),
    memoryMb: integer('memory_mb').notNull(),
    storageGb: integer('storage_gb').notNull(),
    /** Of its volumes, as it was chosen when they were first wished for; null: whichever the platform names. */
    storageClass: text('storage_class'),
    inputs: json<Record<string, unknown>>('inputs').notNull(),
    /** The inputs that its owner sets, as it was made; null for all that the template doesn't leave to the operator. */
    customerInputs: json<string[]>('customer_inputs'),
    /** Generated credentials, sealed. */
    sealedSecrets: text('sealed_secrets').notNull(),

    desiredState: text('desired_state').$type<DesiredState>().notNull(),
    /** Counted up by every change of what is desired; the reconciler says up to which one it has come. */
    generation: integer('generation').notNull().default(1),
    restartedAt: instant('restarted_at'),
    /** Counted up by a retry: what failed is removed first. */
    deployment: integer('deployment').notNull().default(1),
    /** When that was asked for. */
    deployedAt: instant('deployed_at').notNull().default(sql`0`),

    status: text('status').$type<InstanceStatus>().notNull(),
    /** A word for programs and a sentence for the customer. */
    reasonCode: text('reason_code'),
    statusReason: text('status_reason'),
    observedGeneration: integer('observed_generation').notNull().default(0),
    /** Up to which deployment what failed before has been removed. */
    cleanedDeployment: integer('cleaned_deployment').notNull().default(1),
    podName: text('pod_name'),
    restarts: integer('restarts').notNull().default(0),
    /** When the trouble that is seen now was first seen: it must last before it is called an error. */
    troubleSince: instant('trouble_since'),
    readyAt: instant('ready_at'),
    statusChangedAt: instant('status_changed_at').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('instances_subscription').on(table.subscriptionId),
    uniqueIndex('instances_subdomain').on(table.subdomain),
    uniqueIndex('instances_name').on(table.namespace, table.name),
    index('instances_user').on(table.userId, table.createdAt, table.id),
    index('instances_standing').on(table.userId, table.id).where(sql`status <> 'TERMINATED'`),
    index('instances_template')
      .on(table.templateName, table.templateVersion, table.id)
      .where(sql`status <> 'TERMINATED'`),
    index('instances_sealed_key').on(sealingKeyOf(table.sealedSecrets), table.id),
    check(
      'instances_status_known',
      sql`${table.status} in ('PENDING', 'PROVISIONING', 'RUNNING', 'STOPPING', 'STOPPED', 'STARTING', 'RESTARTING', 'ERROR', 'TERMINATING', 'TERMINATED')`,
    ),
    check(
      'instances_customer_inputs',
      sql`${table.customerInputs} is null or json_type(${table.customerInputs}) = 'array'`,
    ),
    check('instances_desired', sql`${table.desiredState} in ('RUNNING', 'STOPPED', 'DELETED')`),
  ],
)

export type Instance = typeof instances.$inferSelect

type RolloutStatus = 'RUNNING' | 'DONE' | 'STOPPED'

/** All apps of a template brought to one version, a few at a time. */
export const rollouts = sqliteTable(
  'rollouts',
  {
    id: text('id').primaryKey(),
    templateName: text('template_name').notNull(),
    toVersion: integer('to_version').notNull(),
    status: text('status').$type<RolloutStatus>().notNull(),
    /** Why it stopped before its end, in a word. */
    reason: text('reason').$type<'rolled-back' | 'asked'>(),
    /** Up to which app of which version it has come. */
    cursorVersion: integer('cursor_version').notNull().default(0),
    cursorId: text('cursor_id').notNull().default(''),
    /** Apps that could not be updated as they were: stopped, too small, or on their way elsewhere. */
    skipped: integer('skipped').notNull().default(0),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (table) => [
    uniqueIndex('rollouts_one_running').on(table.templateName).where(sql`status = 'RUNNING'`),
    index('rollouts_template').on(table.templateName, table.createdAt),
    check('rollouts_status', sql`${table.status} in ('RUNNING', 'DONE', 'STOPPED')`),
    check('rollouts_ended', sql`(${table.status} = 'RUNNING') = (${table.endedAt} is null)`),
    check('rollouts_reason', sql`(${table.status} = 'STOPPED') = (${table.reason} is not null)`),
  ],
)

type UpdateStatus = 'PENDING' | 'DONE' | 'ROLLED_BACK'

/** A change of an app to a newer version of its template; decided by what is seen of the app then. */
export const instanceUpdates = sqliteTable(
  'instance_updates',
  {
    instanceId: text('instance_id')
      .notNull()
      .references(() => instances.id),
    /** 1, 2, … of its app. */
    number: integer('number').notNull(),
    fromVersion: integer('from_version').notNull(),
    toVersion: integer('to_version').notNull(),
    status: text('status').$type<UpdateStatus>().notNull(),
    /** Why it was taken back, in a word. */
    reason: text('reason'),
    /** None where the owner asked for it. */
    rolloutId: text('rollout_id').references(() => rollouts.id),
    createdAt: instant('created_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (table) => [
    primaryKey({ columns: [table.instanceId, table.number] }),
    uniqueIndex('instance_updates_one_pending').on(table.instanceId).where(sql`status = 'PENDING'`),
    index('instance_updates_rollout')
      .on(table.rolloutId, table.endedAt, table.status)
      .where(sql`rollout_id is not null`),
    check('instance_updates_status', sql`${table.status} in ('PENDING', 'DONE', 'ROLLED_BACK')`),
    check('instance_updates_ended', sql`(${table.status} = 'PENDING') = (${table.endedAt} is null)`),
    check('instance_updates_reason', sql`(${table.status} = 'ROLLED_BACK') = (${table.reason} is not null)`),
    check('instance_updates_newer', sql`${table.toVersion} > ${table.fromVersion}`),
  ],
)

export type InstanceUpdate = typeof instanceUpdates.$inferSelect
export type Rollout = typeof rollouts.$inferSelect
