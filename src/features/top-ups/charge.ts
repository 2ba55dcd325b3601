import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { type ChargeResult, PaymentError } from '../../payments'
import { getUser } from '../accounts'
import { closeTopUp } from './ending'
import { grossOf } from './outcome'
import { rememberPayment } from './provider-payments'
import { settleInTurn } from './settle'
import type { TopUp } from './tables'
import { topUps } from './tables'
import { getTopUp, topUpViewOf } from './top-up-read'
import { inTurn, type Turn } from './turn'

type Needs = Pick<Parts, 'config' | 'db' | 'clock' | 'payments' | 'publicUrl' | 'queue' | 'log'>

interface Asking {
  cardToken?: string
  /** An earlier charge may have arrived: its answer was lost, or we were cut off. */
  mayExist?: boolean
}

/** Second step: asks the provider. Without a usable answer the order stays open, and the poll finds out what became of it. */
export async function chargeTopUp(parts: Needs, { id, orderId }: TopUp, cardToken?: string) {
  await inTurn(orderId, (turn) => chargeOpen(parts, id, turn, { cardToken }))
  return topUpViewOf(await getTopUp(parts.db.read, id))
}

/**
 * What became of an order whose charge was cut off or had no usable answer: it is asked for again, because the customer still
 * waits for a way to pay, and the same order never opens a second payment.
 */
export async function recallTopUp(parts: Needs, id: string, cardToken?: string) {
  const { orderId } = await getTopUp(parts.db.read, id)
  try {
    await inTurn(orderId, (turn) => chargeOpen(parts, id, turn, { cardToken, mayExist: true }))
  } catch (fault) {
    if (!(fault instanceof AppError)) throw fault
  }
  return topUpViewOf(await getTopUp(parts.db.read, id))
}

/** Read in its turn: who has withdrawn the order meanwhile is not charged for it. */
async function chargeOpen(parts: Needs, id: string, turn: Turn, asking: Asking): Promise<void> {
  const topUp = await getTopUp(parts.db.read, id)
  const { status, charged, instructions, expiresAt, orderId } = topUp
  const isKnown = charged && instructions !== null
  if (status !== 'PENDING' || isKnown || expiresAt <= parts.clock.now()) return
  const result = await askForCharge(parts, topUp, turn, asking)
  await parts.db.write((tx) => keepCharge(parts, tx, topUp, result))
  // A card without a further step may be paid already; the provider's own status decides, never the charge's answer.
  if (result.state === 'paid') await settlePaid(parts, topUp.id, orderId, turn)
}

async function askForCharge(
  parts: Needs,
  topUp: TopUp,
  turn: Turn,
  { cardToken, mayExist }: Asking,
): Promise<ChargeResult> {
  const user = await getUser(parts.db.read, topUp.userId)
  try {
    return await parts.payments.charge({
      orderId: topUp.orderId,
      amount: grossOf(topUp),
      method: topUp.method,
      customer: { name: user.name, email: user.email },
      description: 'Wallet top-up',
      expiresAt: topUp.expiresAt,
      cardToken,
      returnUrl: `${parts.publicUrl}/payments/finished`,
      mayExist,
      withinMs: turn.leftMs(),
    })
  } catch (fault) {
    if (!(fault instanceof PaymentError)) throw fault
    const { kind, outcome, diagnosis } = fault
    const isOurs = kind === 'invalid' || kind === 'unauthorized'
    parts.log[isOurs ? 'error' : 'warn']({ topUpId: topUp.id, kind, outcome, diagnosis }, 'top-up not charged')
    const isRefused = outcome === 'none'
    await parts.db.write(async (tx) => {
      if (mayExist || !isRefused) await keepUnanswered(tx, topUp)
      if (isRefused) await closeTopUp(tx, topUp, 'FAILED', parts.clock.now())
    })
    throw new AppError(fault.code, fault.message, { topUpId: topUp.id })
  }
}

async function keepCharge({ clock }: Needs, tx: Tx, { id }: TopUp, result: ChargeResult): Promise<void> {
  const at = clock.now()
  const { redirectUrl, instructions, expiresAt, providerTransactionId } = result
  await tx
    .update(topUps)
    .set({ charged: true, unanswered: false, redirectUrl, instructions, expiresAt, updatedAt: at })
    .where(eq(topUps.id, id))
    .run()
  if (providerTransactionId) await rememberPayment(tx, { topUpId: id, transactionId: providerTransactionId, at })
}

/** Such an order does not count among the open ones, and is looked for after its end: perhaps it arrived all the same. */
const keepUnanswered = (tx: Tx, { id }: TopUp) =>
  tx
    .update(topUps)
    .set({ unanswered: true })
    .where(and(eq(topUps.id, id), eq(topUps.charged, false)))
    .run()

/** The money is taken: a provider that can't be asked right now fails nothing, the notification or the poll settles it. */
async function settlePaid(parts: Needs, topUpId: string, orderId: string, turn: Turn): Promise<void> {
  try {
    await settleInTurn(parts, orderId, turn)
  } catch (fault) {
    if (!(fault instanceof PaymentError)) throw fault
    parts.log.warn({ topUpId, kind: fault.kind, diagnosis: fault.diagnosis }, 'paid top-up not settled yet')
  }
}
