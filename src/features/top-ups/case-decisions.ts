import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { creditWallet, midtransClearing, sources } from '../ledger'
import { getCase } from './case-read'
import { closeTopUp } from './ending'
import { tellIfClosed } from './late-payment'
import type { PaymentCase, TopUp } from './tables'
import { type CaseStatus, paymentCases } from './tables'
import { getTopUp } from './top-up-read'

type Needs = Pick<Parts, 'clock' | 'log'>

export interface Decision {
  action: 'credit' | 'dismiss'
  reason: string
}

/**
 * A person's word on a payment that was set aside: its money goes to the customer's wallet, or it was settled elsewhere.
 * A top-up that was waiting for it has then failed; what was credited stands on the statement for itself.
 */
export async function resolveCase(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  decision: Decision,
): Promise<PaymentCase> {
  const found = await getCase(tx, id)
  if (found.status !== 'OPEN')
    throw new AppError('INVALID_STATE', `This case is ${found.status}`, { status: found.status })
  const topUp = await getTopUp(tx, found.topUpId)
  const at = parts.clock.now()
  if (decision.action === 'credit') await creditCase(parts, tx, found, topUp, at)
  await closeTopUp(tx, topUp, 'FAILED', at)
  const status: CaseStatus = decision.action === 'credit' ? 'CREDITED' : 'DISMISSED'
  const resolved = { status, reason: decision.reason, resolvedBy: actor.userId, resolvedAt: at }
  await tx.update(paymentCases).set(resolved).where(eq(paymentCases.id, id)).run()
  await recordAct(tx, {
    actor,
    action: 'payment.case',
    target: { kind: 'top-up', id: topUp.id },
    reason: decision.reason,
    before: { caseId: id, status: 'OPEN' },
    after: { status, amount: found.amount },
    at,
  })
  return { ...found, ...resolved }
}

async function creditCase(
  parts: Needs,
  tx: Tx,
  { id, amount, kind, providerTransactionId }: PaymentCase,
  topUp: TopUp,
  at: Date,
): Promise<void> {
  if (amount === null || amount <= 0n || kind === 'merchant')
    throw new AppError('INVALID_STATE', 'This payment is not ours, or not in rupiah; it can only be dismissed')
  if (topUp.status === 'SUCCESS' && ['', topUp.providerTransactionId ?? ''].includes(providerTransactionId))
    throw new AppError('INVALID_STATE', 'This payment has since been credited as the top-up; it can only be dismissed')
  await creditWallet(tx, {
    userId: topUp.userId,
    type: 'ADJUSTMENT',
    counterAccount: midtransClearing,
    amount,
    source: sources.paymentCase.build({ case: id }),
    description: `Payment for TXMP-${topUp.transactionNumber}, credited after a look at it`,
    at,
  })
  await tellIfClosed(parts, tx, { userId: topUp.userId, amount, target: { kind: 'top-up', id: topUp.id } })
}
