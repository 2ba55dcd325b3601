import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import { lesser, type Rupiah } from '../../lib/money'
import type { Parts } from '../../parts'
import {
  addReceivable,
  chargeWallet,
  creditWallet,
  getBalance,
  listEntriesOf,
  promo,
  roomsOf,
  sources,
  walletOf,
} from '../ledger'
import { type Fit, findClosed, fitVoucher } from './fit'
import type { VoucherUse } from './tables'
import { vouchers, voucherUses } from './tables'
import { findUseOfTopUp, freeNth, insertUse, releaseUse } from './uses'
import { bonusStanding } from './worth'

/** A top-up, as a bonus sees it. */
interface ToppedUp {
  id: string
  userId: string
  transactionNumber: number
  amount: Rupiah
}

/** What a code will add to a top-up of that sum. @throws AppError VOUCHER_UNKNOWN, VOUCHER_INVALID */
export const fitTopUp = (
  parts: Pick<Parts, 'clock'>,
  tx: Tx,
  userId: string,
  order: { code: string; amount: Rupiah },
): Promise<Fit> => fitVoucher(parts, tx, userId, order.code, { purpose: 'top_up', amount: order.amount })

/** Keeps a use for an order that is not paid yet: who pays in time gets what was promised. */
export const reserveForTopUp = (tx: Tx, fit: Fit, { id, userId }: ToppedUp, at: Date): Promise<VoucherUse> =>
  insertUse(tx, fit, { userId, topUpId: id, status: 'RESERVED' }, at)

/** The order ended without money. A payment that comes all the same may still take it up again. */
export async function releaseOfTopUp(tx: Tx, topUpId: string, at: Date): Promise<void> {
  const use = await findUseOfTopUp(tx, topUpId)
  if (use?.status === 'RESERVED') await releaseUse(tx, use, at)
}

/**
 * The top-up is paid: the bonus is credited, once.
 * @returns false where the order had ended meanwhile, and the code is used up or over by now
 */
export async function creditBonus(tx: Tx, topUp: ToppedUp, at: Date): Promise<boolean> {
  const use = await findUseOfTopUp(tx, topUp.id)
  if (!use) return false
  const nth = use.status === 'RELEASED' ? await findRoom(tx, use, at) : use.nth
  if (nth === undefined) return false
  await tx.update(voucherUses).set({ status: 'USED', nth, releasedAt: null }).where(eq(voucherUses.id, use.id)).run()
  await creditWallet(tx, {
    userId: topUp.userId,
    type: 'BONUS',
    counterAccount: promo,
    amount: use.amount,
    source: sources.voucher.build({ use: use.id }),
    description: `Voucher bonus for TXMP-${topUp.transactionNumber}`,
    at,
  })
  return true
}

/** The number that a use would have if it was taken up again; undefined where it can't be. */
async function findRoom(tx: Tx, { voucherId, userId }: VoucherUse, at: Date): Promise<number | undefined> {
  const voucher = (await tx.select().from(vouchers).where(eq(vouchers.id, voucherId)).get())!
  if (findClosed(voucher, at)) return undefined
  const nth = await freeNth(tx, voucherId, userId)
  return nth <= voucher.perCustomer ? nth : undefined
}

/**
 * A bonus follows its top-up: with what the bank takes back, or we refund, its part of the bonus goes; with what comes again, it
 * comes again. What was spent of it is owed, like the top-up itself.
 * @param kept how much of the top-up has not gone back
 */
export async function keepBonusInStep(tx: Tx, topUp: ToppedUp, kept: Rupiah, at: Date): Promise<void> {
  const use = await findUseOfTopUp(tx, topUp.id)
  if (use?.status !== 'USED') return
  const entries = await listEntriesOf(tx, sources.voucher.build({ use: use.id }))
  const rooms = roomsOf(entries, { from: promo, to: walletOf(topUp.userId) })
  const standing = rooms.reduce((sum, { room }) => sum + room, 0n)
  const change = bonusStanding(use.amount, kept, topUp.amount) - standing
  const named = { use: use.id, nth: entries.length }
  if (change > 0n) {
    await creditWallet(tx, {
      userId: topUp.userId,
      type: 'BONUS',
      counterAccount: promo,
      amount: change,
      source: sources.voucherAgain.build(named),
      description: `Voucher bonus for TXMP-${topUp.transactionNumber} again`,
      at,
    })
  }
  if (change < 0n) await takeBonusBack(tx, topUp, { amount: -change, rooms, named, at })
}

interface TakingBack {
  amount: Rupiah
  rooms: ReturnType<typeof roomsOf>
  named: { use: string; nth: number }
  at: Date
}

async function takeBonusBack(
  tx: Tx,
  { userId, transactionNumber }: ToppedUp,
  { amount, rooms, named, at }: TakingBack,
): Promise<void> {
  const balance = await getBalance(tx, userId)
  if (balance < amount) {
    const source = sources.voucherOwed.build(named)
    const description = `Owed for the voucher bonus of TXMP-${transactionNumber}`
    await addReceivable(tx, { userId, amount: amount - balance, source, description, at })
  }
  let rest = amount
  for (const { entry, room } of rooms) {
    const part = lesser(rest, room)
    if (part <= 0n) continue
    rest -= part
    await chargeWallet(tx, {
      userId,
      type: 'ADJUSTMENT',
      counterAccount: promo,
      amount: part,
      reverses: entry.number,
      source: sources.voucherReversed.build({ ...named, entry: entry.number }),
      description: `Voucher bonus for TXMP-${transactionNumber} taken back`,
      at,
    })
  }
}
