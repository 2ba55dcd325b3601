import type { Drizzle } from '../../db'
import type { Actor } from '../../http/access'
import { isKubeError, type Kube, persistentVolumeClaims, storageClasses } from '../../kube'
import type { Parts } from '../../parts'
import { instanceLabel } from '../../reconcile/manifests'
import { findTemplateOf } from '../app-templates'
import { type ClusterFacts, classFactsOf, classFor, listedClassOf, readClusterFacts } from '../capacity'
import { findPlan } from '../catalog'
import type { Instance } from '../instances'
import { type FullSubscription, getOwnSubscription } from './read'
import { needsGrowth } from './upgrade-obstacles'

/** Whether the volumes of an app can grow; not known while the cluster is away and nothing is kept of their class. */
export type Growth = 'possible' | 'impossible' | 'unknown'

/** What an upgrade stands on: looked up before the transaction that sells it, as the cluster may have to be asked. */
export interface Ground {
  growth: Growth
  facts: ClusterFacts | undefined
  /** The platform's. */
  storageClass: string | undefined
}

/** Somebody waits for the answer: better none than a late one. */
const timeoutMs = 3_000

type Needs = Pick<Parts, 'kube' | 'platform'>

export async function readGroundFor(
  parts: Needs,
  on: Drizzle,
  actor: Actor,
  subscriptionId: string,
  planId: string,
): Promise<Ground> {
  return readGroundOf(parts, on, await getOwnSubscription(on, actor, subscriptionId), planId)
}

/** The same for whoever’s it is. */
export async function readGroundOf(
  parts: Needs,
  on: Drizzle,
  { instance }: Pick<FullSubscription, 'instance'>,
  planId: string,
): Promise<Ground> {
  const plan = await findPlan(on, planId)
  const grows = instance && plan && needsGrowth(instance, await findTemplateOf(on, instance), plan)
  return readGround(parts, on, grows ? instance : undefined)
}

/** @param growing the app whose volumes would have to grow, if they would */
export async function readGround(parts: Needs, on: Drizzle, growing: Instance | undefined): Promise<Ground> {
  const facts = await readClusterFacts(on)
  const growth = growing ? await readGrowth(parts, facts, growing) : 'unknown'
  return { growth, facts, storageClass: parts.platform.storageClass }
}

/** What is kept of the class that the volumes were made of; of older ones, and of a class that is gone, the cluster is asked. */
async function readGrowth(
  { kube, platform }: Needs,
  facts: ClusterFacts | undefined,
  instance: Instance,
): Promise<Growth> {
  const kept = facts?.storageClasses.find(({ name }) => name === instance.storageClass)
  if (kept) return kept.growable ? 'possible' : 'impossible'
  try {
    const [used, { items }] = await Promise.all([
      listClassNames(kube, instance),
      kube.list(storageClasses, { timeoutMs }),
    ])
    const classes = classFactsOf(items.map(listedClassOf))
    const names = used.length > 0 ? used : [platform.storageClass ?? classFor(classes, undefined)?.name]
    const growing = new Set(classes.filter(({ growable }) => growable).map(({ name }) => name))
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
