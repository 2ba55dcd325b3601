import { desc, eq, sql } from 'drizzle-orm'
import { type Drizzle, defineList, prepared, type Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Page } from '../../http/schema'
import { AppError, notFound } from '../../lib/errors'
import type { Locale } from '../../lib/locale'
import { translate } from '../../lib/translate'
import type { Parts } from '../../parts'
import { urlsOf } from '../../reconcile/manifests'
import type { Template } from '../../templates'
import { findTemplateOf } from '../app-templates'
import { appTemplates } from '../app-templates/tables'
import { findOffer, type Made } from './offer'
import { type Instance, type InstanceStatus, instances } from './tables'

const instanceById = prepared((db) =>
  db
    .select()
    .from(instances)
    .where(eq(instances.id, sql.placeholder('id')))
    .prepare(),
)

/** The caller's own instance. @throws AppError NOT_FOUND, or FORBIDDEN for somebody else's */
export const getOwnInstance = async (on: Drizzle | Tx, actor: Actor, id: string): Promise<Instance> =>
  assertOwn(actor, await instanceById(on).get({ id }))

/** The same, as much of it as is shown. */
export const getOwnShownInstance = async (on: Drizzle, actor: Actor, id: string) =>
  assertOwn(actor, await shownById(on).get({ id }))

function assertOwn<I extends { userId: string }>({ userId }: Actor, instance: I | undefined): I {
  if (!instance) throw notFound('Instance')
  if (instance.userId !== userId) throw new AppError('FORBIDDEN', 'This instance is not yours')
  return instance
}

export const findInstance = (on: Drizzle | Tx, id: string): Promise<Instance | undefined> =>
  instanceById(on).get({ id })

const { id, subscriptionId, userId, name, namespace, subdomain, templateName, status, statusReason } = instances
const { storageGb, storageClass } = instances
const { deployedAt } = instances
const { templateVersion, desiredState, podName, restarts, cpuMillicores, memoryMb, createdAt, readyAt, updatedAt } =
  instances

/** What a view shows of an instance, or makes of; `soldVersion` is what new apps of its template are made of. */
export const shownOfInstance = {
  soldVersion: sql<number | null>`(select t.current_version from ${appTemplates} t where t.name = ${templateName})`,
  ...{
    id,
    subscriptionId,
    name,
    namespace,
    subdomain,
    templateName,
    templateVersion,
    desiredState,
    status,
    statusReason,
    deployedAt,
  },
  ...{ podName, restarts, cpuMillicores, memoryMb, storageGb, storageClass, createdAt, readyAt },
}

export type ShownInstance = Pick<Instance, Exclude<keyof typeof shownOfInstance, 'soldVersion'>> & Made

const shownById = prepared((db) =>
  db
    .select({ ...shownOfInstance, userId, updatedAt })
    .from(instances)
    .where(eq(id, sql.placeholder('id')))
    .prepare(),
)

const instanceList = defineList({
  table: instances,
  rows: (db) => db.select(shownOfInstance).from(instances),
  always: { userId: (value) => eq(userId, value) },
  filters: { status },
  sorts: { newest: { by: [desc(createdAt), desc(id)] } },
})

export async function listOwnInstances(
  parts: Pick<Parts, 'db' | 'platform'>,
  { userId }: Actor,
  filter: { status?: InstanceStatus },
  page: Page,
) {
  const { rows, total } = await instanceList(parts.db.read, { ...filter, userId }, page)
  return { rows: await Promise.all(rows.map((row) => instanceViewOf(parts, parts.db.read, row))), total }
}

type Addressed = Pick<Instance, 'name' | 'namespace' | 'subdomain' | 'templateName' | 'templateVersion'>

export const instanceUrls = async (parts: Pick<Parts, 'platform'>, on: Drizzle | Tx, instance: Addressed) =>
  urlsBy(parts, instance, await findTemplateOf(on, instance))

const urlsBy = ({ platform }: Pick<Parts, 'platform'>, instance: Addressed, template: Template | undefined) =>
  template ? urlsOf({ ...instance, template }, platform) : { public: null, admin: null }

export async function instanceViewOf(parts: Pick<Parts, 'platform'>, on: Drizzle | Tx, instance: ShownInstance) {
  const template = await findTemplateOf(on, instance)
  return {
    id: instance.id,
    subscriptionId: instance.subscriptionId,
    name: instance.name,
    namespace: instance.namespace,
    status: instance.status,
    statusReason: instance.statusReason,
    urls: urlsBy(parts, instance, template),
    templateVersion: instance.templateVersion,
    update: await findOffer(on, instance, template),
    podName: instance.podName,
    restarts: instance.restarts,
    cpu: { limitMillicores: instance.cpuMillicores },
    memory: { limitMb: instance.memoryMb },
    createdAt: instance.createdAt.toISOString(),
    readyAt: instance.readyAt?.toISOString() ?? null,
  }
}

/** The same view with its reason in that language; it is kept in English. */
export const speakInstance = <V extends { statusReason: string | null }>(view: V, locale: Locale | undefined): V => ({
  ...view,
  statusReason: speakReason(view.statusReason, locale),
})

export const speakReason = (reason: string | null, locale: Locale | undefined): string | null =>
  reason && translate(reason, locale)
