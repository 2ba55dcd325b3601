import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import { newId } from '../../lib/ids'
import type { Parts } from '../../parts'
import type { PaymentState, PaymentStatus } from '../../payments'
import { recordAct } from '../audit'
import type { Misfit } from './payment-truth'
import type { PaymentCase, TopUp } from './tables'
import { paymentCases, topUps } from './tables'
import { mailAdministrators, raiseAlert } from './tell-administrators'

export type CaseNeeds = Pick<Parts, 'config' | 'clock' | 'queue' | 'log'>
/** Sets a payment aside for a person: nothing is booked, nothing is forgotten, and the administrators are told once. */
export async function openCase(
  parts: CaseNeeds,
  tx: Tx,
  topUp: TopUp,
  { kind, finding }: Misfit,
  said: PaymentStatus,
): Promise<void> {
  const at = parts.clock.now()
  const id = newId('case', at.getTime())
  const opened = await tx
    .insert(paymentCases)
    .values({
      id,
      topUpId: topUp.id,
      kind,
      providerTransactionId: said.transactionId ?? '',
      amount: kind === 'currency' ? null : said.amount,
      finding,
      status: 'OPEN',
      createdAt: at,
    })
    .onConflictDoNothing({ target: [paymentCases.topUpId, paymentCases.kind, paymentCases.providerTransactionId] })
    .returning({ id: paymentCases.id })
    .get()
  if (!opened) return
  parts.log.error({ caseId: id, topUpId: topUp.id, orderId: topUp.orderId, kind, finding }, 'payment set aside')
  // The provider is not asked again by itself about an order that waits for a person; a credited one may still be reversed.
  if (topUp.status !== 'SUCCESS') await tx.update(topUps).set({ nextPollAt: null }).where(eq(topUps.id, topUp.id)).run()
  await recordAct(tx, {
    action: 'payment.quarantine',
    target: { kind: 'top-up', id: topUp.id },
    reason: finding,
    after: { caseId: id, kind, status: topUp.status },
    at,
  })
  await mailAdministrators(parts, tx, topUp, { occasion: id, finding, caseId: id })
}

/**
 * The provider has corrected itself and the payment fits after all. Credited by hand it is not credited once more; a case that
 * is open for it is closed.
 * @returns whether it may be credited
 */
export async function closeCasesOf(parts: CaseNeeds, tx: Tx, topUp: TopUp, said: PaymentStatus): Promise<boolean> {
  const cases = await casesOf(tx, topUp, said)
  const credited = cases.find(({ status }) => status === 'CREDITED')
  if (credited) {
    const told = `a payment that was credited by hand is now ${said.state} with ${said.amount}: it is not credited again`
    await raiseAlert(parts, tx, topUp, { occasion: `${credited.id}:fits`, finding: told, caseId: credited.id })
    return false
  }
  const resolvedAt = parts.clock.now()
  for (const { id } of cases.filter(({ status }) => status === 'OPEN')) {
    const resolved = { status: 'DISMISSED', reason: 'the provider has corrected it: credited as a top-up' } as const
    await tx
      .update(paymentCases)
      .set({ ...resolved, resolvedAt })
      .where(eq(paymentCases.id, id))
      .run()
    await recordAct(tx, {
      action: 'payment.case',
      target: { kind: 'top-up', id: topUp.id },
      reason: resolved.reason,
      before: { caseId: id, status: 'OPEN' },
      after: { status: resolved.status },
      at: resolvedAt,
    })
  }
  return true
}

const casesOf = (tx: Tx, topUp: TopUp, said: PaymentStatus): Promise<PaymentCase[]> =>
  tx
    .select()
    .from(paymentCases)
    .where(and(eq(paymentCases.topUpId, topUp.id), eq(paymentCases.providerTransactionId, said.transactionId ?? '')))
    .all()

const undone: ReadonlySet<PaymentState> = new Set([
  'denied',
  'cancelled',
  'refunded',
  'partially_refunded',
  'charged_back',
])

/**
 * The money of a payment that was set aside has gone back. While the case is open its finding says so, lest it be credited;
 * once it was credited only a person can take it from the customer again.
 */
export async function noteUndoneCases(parts: CaseNeeds, tx: Tx, topUp: TopUp, said: PaymentStatus): Promise<void> {
  if (!undone.has(said.state)) return
  for (const { id, status, finding } of await casesOf(tx, topUp, said)) {
    const news = `; now ${said.state}`
    if (status === 'OPEN' && !finding.includes(news)) {
      await tx
        .update(paymentCases)
        .set({ finding: finding + news })
        .where(eq(paymentCases.id, id))
        .run()
    }
    if (status === 'CREDITED') {
      const told = `a payment that was credited by hand is ${said.state}: take it back by hand`
      await raiseAlert(parts, tx, topUp, { occasion: `${id}:${said.state}`, finding: told, caseId: id })
    }
  }
}
