import { and, desc, eq, sql } from 'drizzle-orm'
import { countUpTo, type Drizzle, prepared, type Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Page } from '../../http/schema'
import { AppError, notFound } from '../../lib/errors'
import type { Parts } from '../../parts'
import { urlsOf } from '../../reconcile/manifests'
import { findTemplate } from '../../templates'
import type { Instance } from './tables'
import { type InstanceStatus, instances } from './tables'

const instanceById = prepared((db) =>
  db
    .select()
    .from(instances)
    .where(eq(instances.id, sql.placeholder('id')))
    .prepare(),
)

/** The caller's own instance. @throws AppError NOT_FOUND, or FORBIDDEN for somebody else's */
export async function getOwnInstance(on: Drizzle | Tx, actor: Actor, id: string): Promise<Instance> {
  const instance = await instanceById(on).get({ id })
  if (!instance) throw notFound('Instance')
  if (instance.userId !== actor.userId) throw new AppError('FORBIDDEN', 'This instance is not yours')
  return instance
}

export const findInstance = (on: Drizzle | Tx, id: string): Promise<Instance | undefined> =>
  instanceById(on).get({ id })

export async function listOwnInstances(
  parts: Pick<Parts, 'db' | 'platform'>,
  actor: Actor,
  filter: { status?: InstanceStatus },
  { page, limit }: Page,
) {
  const where = and(eq(instances.userId, actor.userId), filter.status ? eq(instances.status, filter.status) : undefined)
  const rows = await parts.db.read
    .select()
    .from(instances)
    .where(where)
    .orderBy(desc(instances.createdAt), desc(instances.id))
    .limit(limit)
    .offset((page - 1) * limit)
    .all()
  return {
    rows: rows.map((row) => instanceViewOf(parts, row)),
    total: await countUpTo(parts.db.read, instances, where),
  }
}

export function instanceUrls({ platform }: Pick<Parts, 'platform'>, instance: Instance) {
  const template = findTemplate(instance.templateName)
  return template ? urlsOf({ ...instance, template }, platform) : { public: null, admin: null }
}

export function instanceViewOf(parts: Pick<Parts, 'platform'>, instance: Instance) {
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
