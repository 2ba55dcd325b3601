import type { Tx } from '../../db'
import { lesser, type Rupiah } from '../../lib/money'
import { listEntriesOf, midtransClearing, type PostedEntry, sources, walletOf } from '../ledger'
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
  for (const { entry, room } of roomsOf(entries, walletOf(topUp.userId))) {
    const part = lesser(rest, room)
    if (part > 0n) parts.push({ entry, part })
    rest -= part
  }
  if (rest > 0n) throw new Error(`top-up ${topUp.id}: ${rest} more to reverse than was credited`)
  return parts
}

/** What is left of each credit to an account after its reversals, the newest first. */
export function roomsOf(entries: PostedEntry[], account: string): { entry: PostedEntry; room: Rupiah }[] {
  return entries
    .filter((entry) => entry.creditAccount === account && entry.debitAccount === midtransClearing)
    .map((entry) => ({
      entry,
      room: entries.reduce(
        (room, { reverses, amount }) => (reverses === entry.number ? room - amount : room),
        entry.amount,
      ),
    }))
    .reverse()
}
