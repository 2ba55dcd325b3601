import type { Tx } from '../../db'
import type { Parts } from '../../parts'
import { type Instance, resizeInstance } from '../instances'
import { findSubscription } from './read'
import type { Upgrade } from './tables'
import { confirmUpgrade, endPendingUpgrade } from './upgrade-end'
import { changeUpgrade, findPendingUpgrade } from './upgrade-rows'
import { undoUpgrade } from './upgrade-undo'

type Needs = Pick<Parts, 'clock' | 'config' | 'platform' | 'queue' | 'reconciler'>

/** What the cluster says where it can't give an app its size, whatever the app does. */
const sizeTroubles: ReadonlySet<string | null> = new Set([
  'Unschedulable',
  'QuotaExceeded',
  'VolumeRefused',
  'FailedCreate',
  'Refused',
])
/** The same for its volumes alone. */
const volumeTroubles: ReadonlySet<string | null> = new Set(['QuotaExceeded', 'VolumeRefused', 'Refused'])

/**
 * Concludes an upgrade that is under way by what was just seen of its app, in the transaction that writes this down: the app
 * runs at its new size, or its trouble has lasted. Most of the time there is none, or nothing to say yet.
 */
export async function concludeUpgrade(parts: Needs, tx: Tx, instance: Instance): Promise<void> {
  const upgrade = await findPendingUpgrade(tx, instance.subscriptionId)
  if (!upgrade) return
  switch (instance.status) {
    case 'RUNNING':
      return acceptSize(parts, tx, instance, upgrade)
    case 'ERROR':
      if (failsBySize(instance, upgrade)) return takeBack(parts, tx, instance, upgrade)
      return acceptSize(parts, tx, instance, upgrade)
    case 'STOPPED':
    case 'TERMINATED': {
      const found = (await findSubscription(tx, instance.subscriptionId))!
      await endPendingUpgrade(parts, tx, found, instance.status === 'STOPPED' ? 'stopped' : 'removed')
    }
  }
}

/** An app that ran before and does not now is taken for not to stand its new size; one that did not run has its own trouble. */
function failsBySize({ reasonCode }: Instance, { resizedAt, wasFailing }: Upgrade): boolean {
  if (resizedAt) return volumeTroubles.has(reasonCode)
  return !wasFailing || sizeTroubles.has(reasonCode)
}

/** The volumes grow last: they can't shrink again, and so there is a way back until they have. */
async function acceptSize(parts: Needs, tx: Tx, instance: Instance, upgrade: Upgrade): Promise<void> {
  if (instance.storageGb >= upgrade.toStorageGb) return confirmUpgrade(parts, tx, upgrade)
  await changeUpgrade(tx, upgrade, { resizedAt: parts.clock.now() })
  await resizeInstance(parts, tx, instance, { storageGb: upgrade.toStorageGb }, { reason: 'upgrade' })
}

async function takeBack(parts: Needs, tx: Tx, instance: Instance, upgrade: Upgrade): Promise<void> {
  const found = (await findSubscription(tx, instance.subscriptionId))!
  const code = instance.reasonCode ?? 'ERROR'
  await undoUpgrade(parts, tx, found, upgrade, { code, words: instance.statusReason ?? '' })
}
