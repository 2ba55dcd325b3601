import type { Parts } from '../../parts'
import { isFirstReady, type Observer } from '../instances'
import { markFirstReady } from './state'
import { concludeUpgrade } from './upgrade-conclude'

/** What a subscription learns of its app: that it ran for the first time, and whether it stands the size of an upgrade. */
export const followApp =
  (parts: Pick<Parts, 'clock' | 'config' | 'platform' | 'queue' | 'reconciler'>): Observer =>
  async (tx, observed) => {
    const { now } = observed
    if (isFirstReady(observed)) await markFirstReady(parts, tx, now.subscriptionId, now.readyAt!)
    await concludeUpgrade(parts, tx, now)
  }
