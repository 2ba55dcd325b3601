import type { Tx } from '../../db'
import { lesser, type Rupiah } from '../../lib/money'
import { listEntriesOf, midtransClearing, type PostedEntry, roomsOf, sources, walletOf } from '../ledger'
import type { TopUp } from './tables'

/** The credits of a top-up that can still be reversed, the newest first, and how much of each. */
export async function creditsToReverse(
  tx: Tx,
  topUp: Pick<TopUp, 'id' | 'userId'>,
  amount: Rupiah,
): Promise<{ entry: PostedEntry; part: Rupiah }[]> {
  const parts: { entry: PostedEntry; part: Rupiah }[] = []
  let rest = amount
  const entries = await listEntriesOf(tx, sources.topUp.build({ topUp: topUp.id }))
  for (const { entry, room } of roomsOf(entries, { from: midtransClearing, to: walletOf(topUp.userId) })) {
    const part = lesser(rest, room)
    if (part > 0n) parts.push({ entry, part })
    rest -= part
  }
  if (rest > 0n) throw new Error(`top-up ${topUp.id}: ${rest} more to reverse than was credited`)
  return parts
}
