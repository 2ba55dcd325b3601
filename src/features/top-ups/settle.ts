import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Parts } from '../../parts'
import { PaymentError, type PaymentStatus } from '../../payments'
import type { TransactionStatus } from '../ledger/tables'
import { type Answer, type Answers, askAll } from './ask-provider'
import { type CaseNeeds, closeCasesOf, openCase, tellCases } from './cases'
import { tellContradictions, tellForgotten, tellUnlistedRefunds } from './contradictions'
import { correct, type Word } from './corrections'
import { creditTopUp } from './credit'
import { closeTopUp } from './ending'
import { isAnother, isOpen, mismatchOf, outcomeOf, wasPaid } from './outcome'
import { hear } from './provider-payments'
import { postListedRefunds } from './refund-books'
import type { TopUp } from './tables'
import { topUps } from './tables'
import { findTopUpByOrder } from './top-up-read'
import { inTurn, type Turn } from './turn'
import { noteUnusable, noteUsable } from './unusable'

export type SettleNeeds = CaseNeeds & Pick<Parts, 'db' | 'payments'>

export interface How {
  /** What an open order becomes where the provider knows nothing of it. */
  orElse?: 'CANCELLED' | 'EXPIRED'
  /** Its time has been over for so long that it becomes that too where the provider still waits for the customer. */
  isOverdue?: boolean
  /** A payment of the order that a notification names: an order may have several. */
  transactionId?: string
}

/**
 * Asks the provider how an order stands and makes the books say the same: credited, taken back, or neither. Whoever asks
 * (a notification, the poll, a cancel), however often and in whatever order, the last answer is what stands.
 * @throws PaymentError if the provider is away, or nothing it says can be used
 */
export const settleTopUp = (parts: SettleNeeds, orderId: string, how: How = {}): Promise<TransactionStatus> =>
  inTurn(orderId, (turn) => settleInTurn(parts, orderId, turn, how))

/** For those who have the turn already. */
export async function settleInTurn(
  parts: SettleNeeds,
  orderId: string,
  turn: Turn,
  how: How = {},
): Promise<TransactionStatus> {
  const topUp = await getByOrder(parts.db.read, orderId)
  const answers = await askAll(parts, topUp, how.transactionId, turn)
  const all = [answers.latest, ...(answers.credited ? [answers.credited] : []), ...answers.others]
  const someIsOpen = all.some(({ said }) => said && isOpen(said))
  // Money first: an attempt that failed says nothing about an order that was paid by another one.
  const said = all.filter((answer) => answer.said).sort((a, b) => Number(wasPaid(b.said!)) - Number(wasPaid(a.said!)))
  for (const answer of said) {
    const ends = answer === answers.latest && !(someIsOpen && !isOpen(answer.said!))
    await inBooks(parts, orderId, (tx, now) => bookAnswer(parts, tx, now, answer.said!, ends ? how : undefined))
  }
  await inBooks(parts, orderId, (tx, now) => bookSilence(parts, tx, now, answers, someIsOpen ? {} : how))
  const fault = answers.latest.unusable ?? answers.credited?.unusable
  if (fault) throw fault
  return (await getByOrder(parts.db.read, orderId)).status
}

const inBooks = (parts: SettleNeeds, orderId: string, act: (tx: Tx, topUp: TopUp) => Promise<void>): Promise<void> =>
  parts.db.write(async (tx) => act(tx, await getByOrder(tx, orderId)))

async function getByOrder(on: Parameters<typeof findTopUpByOrder>[0], orderId: string): Promise<TopUp> {
  const topUp = await findTopUpByOrder(on, orderId)
  if (!topUp) throw new Error(`no top-up for order ${orderId}`)
  return topUp
}

/** @param how given where the answer may end the order without money */
async function bookAnswer(parts: SettleNeeds, tx: Tx, topUp: TopUp, said: PaymentStatus, how?: How): Promise<void> {
  const heard = await hear(tx, topUp.id, said, parts.clock.now())
  if (!topUp.charged) await confirm(tx, topUp)
  await tellCases(parts, tx, topUp, said, heard)
  if (!isAnother(topUp, said)) await postListedRefunds(parts, tx, topUp, said)
  const mismatch = mismatchOf(parts.config, topUp, said)
  if (mismatch) return openCase(parts, tx, topUp, mismatch, said)
  const outcome = outcomeOf(topUp, said)
  if (outcome.paid) return bookMoney(parts, tx, topUp, { said, givenBack: outcome.givenBack, changes: heard.changes })
  await tellContradictions(parts, tx, topUp, said, heard)
  if (!how) return
  if (outcome.end !== 'open') await closeTopUp(tx, topUp, outcome.end, parts.clock.now())
  else if (how.isOverdue && said.state === 'pending') await closeTopUp(tx, topUp, 'EXPIRED', parts.clock.now())
}

async function bookMoney(parts: SettleNeeds, tx: Tx, topUp: TopUp, word: Word): Promise<void> {
  const { said } = word
  // Word of another payment under this order, one that failed, says nothing about the one that was credited.
  if (isAnother(topUp, said)) return
  const isNew = topUp.status !== 'SUCCESS'
  if (isNew && !(await closeCasesOf(parts, tx, topUp, said))) return
  const paid = isNew ? await creditTopUp(parts, tx, topUp, said) : topUp
  await correct(parts, tx, paid, word)
  if (wasPaid(said)) await tellUnlistedRefunds(parts, tx, paid, said)
}

/** What the provider did not say: it knows no such payment, or nothing of what it said is of any use. */
async function bookSilence(parts: SettleNeeds, tx: Tx, topUp: TopUp, answers: Answers, how: How): Promise<void> {
  const { latest, credited } = answers
  const fault = latest.unusable ?? credited?.unusable
  if (fault) await noteUnusable(parts, tx, topUp, fault)
  else await noteUsable(tx, topUp)
  if (isUnknown(credited ?? latest) && topUp.status === 'SUCCESS') await tellForgotten(parts, tx, topUp)
  if (latest.unusable && !topUp.charged) await confirm(tx, topUp)
  if (!isUnknown(latest)) return
  if (how.orElse) await closeTopUp(tx, topUp, how.orElse, parts.clock.now())
  if (!topUp.charged) await noteNeverTaken(tx, topUp)
}

/** The provider has the order, whatever became of the answer to its charge. */
const confirm = (tx: Tx, { id }: TopUp) => tx.update(topUps).set({ charged: true }).where(eq(topUps.id, id)).run()

const isUnknown = ({ said, unusable }: Answer): boolean => said === undefined && unusable === undefined

/** An order that the provider has not taken does not count among the open ones; one that was refused is not looked at again. */
async function noteNeverTaken(tx: Tx, topUp: TopUp): Promise<void> {
  const isThis = and(eq(topUps.id, topUp.id), eq(topUps.charged, false))
  if (topUp.status === 'PENDING') await tx.update(topUps).set({ unanswered: true }).where(isThis).run()
  else if (!topUp.unanswered) await tx.update(topUps).set({ nextPollAt: null }).where(isThis).run()
}

export const isUnusable = (fault: unknown): fault is PaymentError =>
  fault instanceof PaymentError && fault.kind === 'unusable'
