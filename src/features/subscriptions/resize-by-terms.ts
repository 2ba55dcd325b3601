import type { Drizzle, Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Parts } from '../../parts'
import { type PlanSize, planSizes, type Template } from '../../templates'
import { findTemplateOf } from '../app-templates'
import { type ClusterFacts, findMisfit, readClusterFacts } from '../capacity'
import type { Offer } from '../catalog'
import { type Instance, resizeInstance } from '../instances'

interface Renewal {
  /** What the terms of the renewal give; undefined where that was not written down. */
  offer: Offer | undefined
  /** The period has yet to begin: until it has, nothing gets smaller. */
  isAhead: boolean
}

type Size = PlanSize
type Sized = Size & Pick<Instance, 'templateName' | 'templateVersion' | 'storageClass'>

export const sizeOf = ({ cpuMillicores, memoryMb, storageGb }: Size): Size => ({ cpuMillicores, memoryMb, storageGb })

/**
 * The size of an app once a period is renewed. Volumes never shrink, and grow only where the cluster was seen to let them; a size
 * that the cluster could never hold is not taken: the app goes on as it is.
 */
export async function sizeAfterRenewal(
  { platform }: Pick<Parts, 'platform'>,
  on: Drizzle | Tx,
  app: Sized,
  { offer, isAhead }: Renewal,
): Promise<Size> {
  const present = sizeOf(app)
  if (!offer) return present
  const wanted = {
    cpuMillicores: isAhead ? Math.max(offer.cpuMillicores, app.cpuMillicores) : offer.cpuMillicores,
    memoryMb: isAhead ? Math.max(offer.memoryMb, app.memoryMb) : offer.memoryMb,
    storageGb: Math.max(offer.storageGb, app.storageGb),
  }
  // What only gets smaller always fits; most of the time all is as it was.
  if (planSizes.every((size) => wanted[size] <= app[size])) return wanted
  const [template, facts] = [await findTemplateOf(on, app), await readClusterFacts(on)]
  if (!template) return present
  const next = { ...wanted, storageGb: canGrow(app, template, facts) ? wanted.storageGb : app.storageGb }
  return findMisfit(facts, app.storageClass ?? platform.storageClass, template, next) ? present : next
}

const canGrow = ({ storageClass }: Sized, { volumes }: Template, facts: ClusterFacts | undefined): boolean =>
  volumes.length === 0 || facts?.storageClasses.find(({ name }) => name === storageClass)?.growable === true

/** Gives an app the size of the terms that were renewed by. */
export async function resizeByTerms(
  parts: Pick<Parts, 'clock' | 'platform' | 'reconciler'>,
  tx: Tx,
  actor: Actor | undefined,
  instance: Instance | null,
  renewal: Renewal,
): Promise<Instance | null> {
  if (!instance || instance.desiredState === 'DELETED') return instance
  const next = await sizeAfterRenewal(parts, tx, instance, renewal)
  if (planSizes.every((size) => next[size] === instance[size])) return instance
  return resizeInstance(parts, tx, instance, next, { actor, reason: 'new terms of its plan' })
}
