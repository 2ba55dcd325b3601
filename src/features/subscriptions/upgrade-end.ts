import type { Tx } from '../../db'
import type { Parts } from '../../parts'
import type { FullSubscription } from './read'
import type { Upgrade } from './tables'
import { changeUpgrade } from './upgrade-rows'
import { undoUpgrade } from './upgrade-undo'

type Needs = Pick<Parts, 'clock' | 'config' | 'platform' | 'queue' | 'reconciler'>

const words = {
  stopped: 'The app was stopped before it ran at its new size.',
  removed: 'The app was removed before it ran at its new size.',
  ended: 'The subscription ended before the app ran at its new size.',
  'period over': 'The period ended before the app ran at its new size.',
}

type Interruption = keyof typeof words

/**
 * Concludes an upgrade that nothing more can be learned about. One that was seen to run at its new size counts; any other is
 * taken back. Without one that is under way it does nothing.
 */
export async function endPendingUpgrade(
  parts: Needs,
  tx: Tx,
  found: FullSubscription,
  by: Interruption,
): Promise<FullSubscription> {
  const { upgrade } = found
  if (!upgrade) return found
  if (!upgrade.resizedAt) return undoUpgrade(parts, tx, found, upgrade, { code: by, words: words[by] })
  await confirmUpgrade(parts, tx, upgrade)
  return { ...found, upgrade: null }
}

/** There is no way back any more: the slot of the plan before is free. */
export function confirmUpgrade({ clock }: Pick<Parts, 'clock'>, tx: Tx, upgrade: Upgrade): Promise<void> {
  const at = clock.now()
  return changeUpgrade(tx, upgrade, { status: 'DONE', resizedAt: upgrade.resizedAt ?? at, endedAt: at })
}
