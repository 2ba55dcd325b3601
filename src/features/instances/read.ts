import { desc, eq, sql } from 'drizzle-orm'
import { type Drizzle, defineList, prepared, type Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Page } from '../../http/schema'
import { AppError, notFound } from '../../lib/errors'
import type { Locale } from '../../lib/locale'
import { translate } from '../../lib/translate'
import type { Parts } from '../../parts'
import { urlsOf } from '../../reconcile/manifests'
import { findTemplate } from '../../templates'
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
const { podName, restarts, cpuMillicores, memoryMb, createdAt, readyAt, updatedAt } = instances

/** What a view shows of an instance, or makes of. */
export const shownOfInstance = {
  ...{ id, subscriptionId, name, namespace, subdomain, templateName, status, statusReason },
  ...{ podName, restarts, cpuMillicores, memoryMb, createdAt, readyAt },
}

export type ShownInstance = Pick<Instance, keyof typeof shownOfInstance>

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
  return { rows: rows.map((row) => instanceViewOf(parts, row)), total }
}

type Addressed = Pick<Instance, 'name' | 'namespace' | 'subdomain' | 'templateName'>

export function instanceUrls({ platform }: Pick<Parts, 'platform'>, instance: Addressed) {
  const template = findTemplate(instance.templateName)
  return template ? urlsOf({ ...instance, template }, platform) : { public: null, admin: null }
}

export function instanceViewOf(parts: Pick<Parts, 'platform'>, instance: ShownInstance) {
  return {
    id: instance.id,
    subscriptionId: instance.subscriptionId,
    name: instance.name,
    namespace: instance.namespace,
    status: instance.status,
    statusReason: instance.statusReason,
    urls: instanceUrls(parts, instance),
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
