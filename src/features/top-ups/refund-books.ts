import { and, eq, ne } from 'drizzle-orm'
import type { Tx } from '../../db'
import { type Rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import type { PaymentStatus } from '../../payments'
import { recordAct } from '../audit'
import {
  chargeWallet,
  creditWallet,
  findEntryBySource,
  midtransClearing,
  postEntry,
  refundsPayable,
  sources,
} from '../ledger'
import { enqueueMail } from '../mails'
import { followWithBonus } from './bonus'
import { tellIfClosed } from './late-payment'
import { firstPollMs } from './poll-times'
import type { Refund, TopUp } from './tables'
import { refunds, topUps } from './tables'
import { creditsToReverse } from './top-up-credits'

export type RefundNeeds = Pick<Parts, 'clock' | 'queue' | 'log'>

const reservationOf = (refund: string): string => sources.refundReserved.build({ refund })

/** Takes the money out of the wallet before anybody sends it, so that it can't be spent meanwhile. */
export async function reserveRefund(tx: Tx, refund: Omit<Refund, 'transactionNumber'>, name: string): Promise<Refund> {
  const { number } = await chargeWallet(tx, {
    userId: refund.userId,
    type: 'REFUND',
    counterAccount: refundsPayable,
    amount: refund.amount,
    source: reservationOf(refund.id),
    description: `Refund of ${name} to its payment method`,
    at: refund.createdAt,
  })
  const row = { ...refund, transactionNumber: number }
  await tx.insert(refunds).values(row).run()
  await followWithBonus(tx, refund.topUpId, refund.createdAt)
  return row
}

/** The money has gone: it leaves the books where it came in. */
export async function postRefund(
  parts: RefundNeeds,
  tx: Tx,
  topUp: TopUp,
  refund: Refund,
  note: string | null,
): Promise<Refund> {
  const at = parts.clock.now()
  for (const { entry, part } of await creditsToReverse(tx, topUp, refund.amount)) {
    await postEntry(tx, {
      debitAccount: refundsPayable,
      creditAccount: midtransClearing,
      amount: part,
      reverses: entry.number,
      source: sources.refundSent.build({ topUp: topUp.id, refund: refund.id, entry: entry.number }),
      transactionNumber: null,
      at,
    })
  }
  const posted = await end(tx, refund, { status: 'POSTED', note, endedAt: at })
  await enqueueMail(parts, tx, {
    key: `refund-sent:${refund.id}`,
    userId: refund.userId,
    template: 'refund-sent',
    data: { amount: toJson(refund.amount), transaction: `TXMP-${refund.transactionNumber}` },
  })
  return posted
}

/** It was not sent: the money is back in the wallet, with the words that say why. */
export async function voidRefund(
  parts: RefundNeeds,
  tx: Tx,
  topUp: TopUp,
  refund: Refund,
  note: string,
): Promise<Refund> {
  const at = parts.clock.now()
  const reservation = await findEntryBySource(tx, reservationOf(refund.id))
  await creditWallet(tx, {
    userId: refund.userId,
    type: 'REFUND',
    counterAccount: refundsPayable,
    amount: refund.amount,
    reverses: reservation!.number,
    source: sources.refundVoided.build({ refund: refund.id }),
    description: `Refund of TXMP-${topUp.transactionNumber} could not be sent`,
    at,
  })
  await tellIfClosed(parts, tx, { ...refund, target: { kind: 'top-up', id: topUp.id } })
  return end(tx, refund, { status: 'VOIDED', note, endedAt: at })
}

async function end(
  tx: Tx,
  refund: Refund,
  ending: { status: 'POSTED' | 'VOIDED'; note: string | null; endedAt: Date },
): Promise<Refund> {
  await tx.update(refunds).set(ending).where(eq(refunds.id, refund.id)).run()
  await followWithBonus(tx, refund.topUpId, ending.endedAt)
  // How much of a reversal the customer can bear depends on the refunds: the provider is asked again soon.
  const nextPollAt = new Date(ending.endedAt.getTime() + firstPollMs)
  await tx.update(topUps).set({ nextPollAt, polls: 0 }).where(eq(topUps.id, refund.topUpId)).run()
  await recordAct(tx, {
    action: `refund.${ending.status === 'POSTED' ? 'sent' : 'void'}`,
    target: { kind: 'top-up', id: refund.topUpId },
    reason: ending.note ?? refund.reason,
    before: { refundId: refund.id, status: 'RESERVED' },
    after: { status: ending.status, amount: refund.amount },
    at: ending.endedAt,
  })
  return { ...refund, ...ending }
}

interface Refunded {
  /** Given back through the provider. */
  byProvider: Rupiah
  /** Given back or promised, in any way. */
  standing: Rupiah
  /** Given back, or promised by an administrator who sends it by hand. */
  firm: Rupiah
}

/** Posts the refunds that the provider shows as done though we never heard so, whatever else it says of the payment. */
export async function postListedRefunds(parts: RefundNeeds, tx: Tx, topUp: TopUp, said: PaymentStatus): Promise<void> {
  if (said.refunds.length === 0 || topUp.status !== 'SUCCESS') return
  for (const refund of await listStanding(tx, topUp.id)) {
    const isDone = said.refunds.some(
      ({ key, amount }) => key === refund.id && (amount ?? refund.amount) === refund.amount,
    )
    if (refund.status === 'RESERVED' && isDone) await postRefund(parts, tx, topUp, refund, null)
  }
}

/** What of a top-up has gone back by our own will. */
export async function accountForRefunds(tx: Tx, topUp: TopUp): Promise<Refunded> {
  let byProvider = 0n
  let standing = 0n
  let firm = 0n
  for (const refund of await listStanding(tx, topUp.id)) {
    if (refund.status === 'POSTED' && refund.way === 'provider') byProvider += refund.amount
    if (refund.status === 'POSTED' || refund.way === 'manual') firm += refund.amount
    standing += refund.amount
  }
  return { byProvider, standing, firm }
}

const listStanding = (tx: Tx, topUpId: string): Promise<Refund[]> =>
  tx
    .select()
    .from(refunds)
    .where(and(eq(refunds.topUpId, topUpId), ne(refunds.status, 'VOIDED')))
    .all()
