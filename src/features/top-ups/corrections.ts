import { eq, sql } from 'drizzle-orm'
import type { Tx } from '../../db'
import { greater, lesser, type Rupiah, toJson } from '../../lib/money'
import type { PaymentStatus } from '../../payments'
import { recordAct } from '../audit'
import {
  addReceivable,
  chargeWallet,
  creditWallet,
  fees,
  getBalance,
  getReceivable,
  listEntriesOf,
  midtransClearing,
  postEntry,
  roomsOf,
  sources,
} from '../ledger'
import { enqueueMail } from '../mails'
import { followWithBonus } from './bonus'
import type { CaseNeeds } from './cases'
import { tellIfClosed } from './late-payment'
import { inWords } from './outcome'
import { accountForRefunds } from './refund-books'
import type { TopUp } from './tables'
import { topUps } from './tables'
import { raiseAlert } from './tell-administrators'
import { creditsToReverse } from './top-up-credits'

/** What the provider says of a credited payment. */
export interface Word {
  said: PaymentStatus
  /** Of the whole payment, with what was paid on top. */
  givenBack: Rupiah
  /** How often what it says has changed. */
  changes: number
}

/**
 * Makes the books agree with what the provider has given back of a credited payment, whichever way that moved since: what is
 * missing is taken from the wallet, what is too much is put back. Refunds of our own are no reversals.
 */
export async function correct(
  parts: CaseNeeds,
  tx: Tx,
  topUp: TopUp,
  { said, givenBack, changes }: Word,
): Promise<void> {
  const ours = await accountForRefunds(tx, topUp)
  const fee = topUp.fee + topUp.surcharge
  const taken = greater(givenBack - ours.byProvider, 0n)
  // What we refunded or have promised to can't be taken from the customer once more.
  const room = topUp.amount - ours.standing
  const target = lesser(taken, room)
  const change = target - topUp.reversed
  if (change !== 0n) await bring(parts, tx, topUp, change, said)
  if (fee > 0n) await correctFee(tx, topUp, lesser(greater(taken - room, 0n), fee), parts.clock.now())
  const lost = taken - (topUp.amount - ours.firm) - fee
  if (lost > 0n) {
    const finding = `${inWords(lost)} went back twice: refunded by hand, and ${said.state} by the provider`
    await raiseAlert(parts, tx, topUp, { occasion: `lost:${lost}:${changes}`, finding })
  }
}

async function bring(parts: CaseNeeds, tx: Tx, topUp: TopUp, change: Rupiah, said: PaymentStatus): Promise<void> {
  const at = parts.clock.now()
  const reversed = topUp.reversed + change
  const { nth } = await tx
    .update(topUps)
    .set({ reversed, corrections: sql`${topUps.corrections} + 1`, updatedAt: at })
    .where(eq(topUps.id, topUp.id))
    .returning({ nth: topUps.corrections })
    .get()
  if (change > 0n) await reverse(tx, topUp, { amount: change, nth, at })
  else await creditAgain(parts, tx, topUp, { amount: -change, nth, at })
  await followWithBonus(tx, topUp.id, at)
  parts.log.warn({ topUpId: topUp.id, state: said.state, reversed: toJson(reversed) }, 'payment reversed')
  await recordAct(tx, {
    action: 'payment.reversal',
    target: { kind: 'top-up', id: topUp.id },
    reason: said.state,
    before: { takenBack: topUp.reversed },
    after: { takenBack: reversed },
    at,
  })
  await enqueueMail(parts, tx, {
    key: `top-up-reversed:${topUp.id}:${nth}`,
    userId: topUp.userId,
    template: 'top-up-reversed',
    data: {
      transaction: `TXMP-${topUp.transactionNumber}`,
      amount: toJson(change),
      balance: toJson(await getBalance(tx, topUp.userId)),
      owed: toJson(await getReceivable(tx, topUp.userId)),
    },
  })
}

interface Step {
  amount: Rupiah
  /** Counts the corrections of the top-up. */
  nth: number
  at: Date
}

/** What was spent already becomes a receivable: the wallet is filled up out of it, and the whole sum leaves. */
async function reverse(tx: Tx, topUp: TopUp, { amount, nth, at }: Step): Promise<void> {
  const { id, userId } = topUp
  const balance = await getBalance(tx, userId)
  const name = `TXMP-${topUp.transactionNumber}`
  if (balance < amount) {
    const source = sources.receivable.build({ topUp: id, nth })
    const missing = { amount: amount - balance, source, description: `Owed for ${name}` }
    await addReceivable(tx, { userId, ...missing, at })
  }
  for (const { entry, part } of await creditsToReverse(tx, topUp, amount)) {
    await chargeWallet(tx, {
      userId,
      type: 'ADJUSTMENT',
      counterAccount: midtransClearing,
      amount: part,
      reverses: entry.number,
      source: sources.topUpReversed.build({ topUp: id, nth, entry: entry.number }),
      description: `${name} was taken back by the bank`,
      at,
    })
  }
}

/** The provider has withdrawn its reversal: a new credit, because a reversal is not reversed. */
async function creditAgain(parts: CaseNeeds, tx: Tx, topUp: TopUp, { amount, nth, at }: Step): Promise<void> {
  await creditWallet(tx, {
    userId: topUp.userId,
    type: 'ADJUSTMENT',
    counterAccount: midtransClearing,
    amount,
    source: sources.topUpAgain.build({ topUp: topUp.id, nth }),
    description: `TXMP-${topUp.transactionNumber} is paid after all`,
    at,
  })
  await tellIfClosed(parts, tx, { userId: topUp.userId, amount, target: { kind: 'top-up', id: topUp.id } })
}

/** What was paid on top is the house's own: it follows the provider without a word to the customer. */
async function correctFee(tx: Tx, topUp: TopUp, target: Rupiah, at: Date): Promise<void> {
  const entries = await listEntriesOf(tx, sources.fee.build({ topUp: topUp.id }))
  const rooms = roomsOf(entries, { from: midtransClearing, to: fees })
  const standing = rooms.reduce((sum, { room }) => sum + room, 0n)
  let rest = target - (topUp.fee + topUp.surcharge - standing)
  const named = { topUp: topUp.id, nth: entries.length }
  if (rest < 0n) {
    const again = { debitAccount: midtransClearing, creditAccount: fees, amount: -rest }
    await postEntry(tx, { ...again, source: sources.feeAgain.build(named), transactionNumber: null, at })
  }
  for (const { entry, room } of rooms) {
    const part = lesser(rest, room)
    if (part <= 0n) continue
    rest -= part
    await postEntry(tx, {
      debitAccount: fees,
      creditAccount: midtransClearing,
      amount: part,
      reverses: entry.number,
      source: sources.feeReversed.build({ ...named, entry: entry.number }),
      transactionNumber: null,
      at,
    })
  }
}
