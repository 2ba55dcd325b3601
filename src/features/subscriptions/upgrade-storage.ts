import type { Drizzle } from '../../db'
import type { Actor } from '../../http/access'
import { isKubeError, type Kube, persistentVolumeClaims, type StorageClass, storageClasses } from '../../kube'
import type { Parts } from '../../parts'
import { instanceLabel } from '../../reconcile/manifests'
import { findTemplateOf } from '../app-templates'
import { findPlan } from '../catalog'
import type { Instance } from '../instances'
import { getOwnSubscription } from './read'
import { needsGrowth } from './upgrade-obstacles'

/** Whether the volumes of an app can grow; not known while the cluster is away. */
export type Growth = 'possible' | 'impossible' | 'unknown'

/** Somebody waits for the answer: better none than a late one. */
const timeoutMs = 3_000
const defaultClassAnnotation = 'storageclass.kubernetes.io/is-default-class'

type Needs = Pick<Parts, 'kube' | 'platform'>

/** Asked before the transaction that sells the upgrade, and only where the plan has more storage. */
export async function readGrowthFor(
  parts: Needs,
  on: Drizzle,
  actor: Actor,
  subscriptionId: string,
  planId: string,
): Promise<Growth> {
  const { instance } = await getOwnSubscription(on, actor, subscriptionId)
  const plan = await findPlan(on, planId)
  const grows = instance && plan && needsGrowth(instance, await findTemplateOf(on, instance), plan)
  return grows ? readGrowth(parts, instance) : 'unknown'
}

/** Reads what the storage classes of the app's volumes say of themselves. */
export async function readGrowth({ kube, platform }: Needs, instance: Instance): Promise<Growth> {
  try {
    const [used, { items: classes }] = await Promise.all([
      listClassNames(kube, instance),
      kube.list(storageClasses, { timeoutMs }),
    ])
    const names = used.length > 0 ? used : [platform.storageClass ?? defaultClassOf(classes)]
    const growing = new Set(classes.filter(canGrow).map(({ metadata }) => metadata.name))
    return names.every((name) => name !== undefined && growing.has(name)) ? 'possible' : 'impossible'
  } catch (fault) {
    if (isKubeError(fault)) return 'unknown'
    throw fault
  }
}

/** Of the volumes as they are: the configured class may have been another when they were made. */
async function listClassNames(kube: Kube, { id, namespace }: Instance): Promise<(string | undefined)[]> {
  const { items } = await kube.list(persistentVolumeClaims, {
    namespace,
    labelSelector: `${instanceLabel}=${id}`,
    timeoutMs,
  })
  return items.map(({ spec }) => spec?.storageClassName)
}

const canGrow = ({ allowVolumeExpansion }: StorageClass): boolean => allowVolumeExpansion === true

const defaultClassOf = (classes: StorageClass[]): string | undefined =>
  classes.find(({ metadata }) => metadata.annotations?.[defaultClassAnnotation] === 'true')?.metadata.name
