import { and, eq, inArray } from 'drizzle-orm'
import type { Tx } from '../../db'
import { newId } from '../../lib/ids'
import type { Parts } from '../../parts'
import type { PaymentStatus } from '../../payments'
import { recordAct } from '../audit'
import { inWords, isGone, type Mismatch } from './outcome'
import type { Hearing } from './provider-payments'
import type { PaymentCase, TopUp } from './tables'
import { paymentCases } from './tables'
import { mailAdministrators, raiseAlert } from './tell-administrators'

export type CaseNeeds = Pick<Parts, 'config' | 'clock' | 'queue' | 'log'>

/** Sets a payment aside for a person: nothing is booked, nothing is forgotten, and the administrators are told once. */
export async function openCase(
  parts: CaseNeeds,
  tx: Tx,
  topUp: TopUp,
  { kind, finding }: Mismatch,
  said: Pick<PaymentStatus, 'transactionId' | 'amount'>,
): Promise<void> {
  const at = parts.clock.now()
  const id = newId('payment-case', at.getTime())
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
  if (opened) await announce(parts, tx, topUp, { id, kind, finding })
  else await renew(tx, topUp, { kind, finding }, said)
}

/** The same payment does not fit in another way than before: what a person decides about is what was said last. */
async function renew(
  tx: Tx,
  topUp: TopUp,
  { kind, finding }: Mismatch,
  { transactionId, amount }: Pick<PaymentStatus, 'transactionId' | 'amount'>,
): Promise<void> {
  if (kind !== 'amount') return
  await tx
    .update(paymentCases)
    .set({ finding, amount })
    .where(
      and(
        eq(paymentCases.topUpId, topUp.id),
        eq(paymentCases.kind, kind),
        eq(paymentCases.providerTransactionId, transactionId ?? ''),
        eq(paymentCases.status, 'OPEN'),
      ),
    )
    .run()
}

async function announce(
  parts: CaseNeeds,
  tx: Tx,
  topUp: TopUp,
  { id, kind, finding }: Pick<PaymentCase, 'id' | 'kind' | 'finding'>,
  occasion = id,
): Promise<void> {
  parts.log.error({ caseId: id, topUpId: topUp.id, orderId: topUp.orderId, kind, finding }, 'payment set aside')
  await recordAct(tx, {
    action: 'payment.quarantine',
    target: { kind: 'top-up', id: topUp.id },
    reason: finding,
    after: { caseId: id, kind, status: topUp.status },
    at: parts.clock.now(),
  })
  await mailAdministrators(parts, tx, topUp, { occasion, finding, caseId: id })
}

/**
 * The provider has corrected itself and the payment fits after all. Credited by hand it is not credited once more; a case that
 * is open for it is closed.
 * @returns whether it may be credited
 */
export async function closeCasesOf(parts: CaseNeeds, tx: Tx, topUp: TopUp, said: PaymentStatus): Promise<boolean> {
  // A case without the payment's name may be about this one.
  const cases = await casesOf(tx, topUp, [said.transactionId ?? '', ''])
  const credited = cases.find(({ status }) => status === 'CREDITED')
  if (credited) {
    const told = `a payment that was credited by hand is now ${said.state} with ${inWords(said.amount)}: it is not credited again`
    await raiseAlert(parts, tx, topUp, { occasion: `${credited.id}:fits`, finding: told, caseId: credited.id })
    return false
  }
  for (const { id, status } of cases) {
    if (status === 'OPEN') await dismiss(parts, tx, topUp, id)
  }
  return true
}

async function dismiss({ clock }: CaseNeeds, tx: Tx, topUp: TopUp, caseId: string): Promise<void> {
  const resolvedAt = clock.now()
  const resolved = { status: 'DISMISSED', reason: 'the provider has corrected it: credited as a top-up' } as const
  await tx
    .update(paymentCases)
    .set({ ...resolved, resolvedAt })
    .where(eq(paymentCases.id, caseId))
    .run()
  await recordAct(tx, {
    action: 'payment.case',
    target: { kind: 'top-up', id: topUp.id },
    reason: resolved.reason,
    before: { caseId, status: 'OPEN' },
    after: { status: resolved.status },
    at: resolvedAt,
  })
}

const casesOf = (tx: Tx, topUp: TopUp, transactionIds: string[]): Promise<PaymentCase[]> =>
  tx
    .select()
    .from(paymentCases)
    .where(and(eq(paymentCases.topUpId, topUp.id), inArray(paymentCases.providerTransactionId, transactionIds)))
    .all()

/**
 * The money of a payment that was set aside has gone back, or has come again. An open case says so in its finding, one that
 * was let go while the money was away is opened again, and once it was credited only a person can take or give it.
 */
export async function tellCases(
  parts: CaseNeeds,
  tx: Tx,
  topUp: TopUp,
  said: PaymentStatus,
  heard: Hearing,
): Promise<void> {
  const isBack = isGone({ state: heard.before }) && said.state === 'paid'
  if (!heard.isNews || !(isGone(said) || isBack)) return
  for (const found of await casesOf(tx, topUp, [said.transactionId ?? ''])) {
    const occasion = `${found.id}:${heard.changes}`
    const finding = `${found.finding.replace(/; now \w+$/, '')}; now ${said.state}`
    if (found.status === 'OPEN') await setCase(tx, found, { finding })
    else if (found.status === 'DISMISSED' && isBack) {
      await setCase(tx, found, { finding, status: 'OPEN', reason: null, resolvedBy: null, resolvedAt: null })
      await announce(parts, tx, topUp, { ...found, finding }, occasion)
    } else if (found.status === 'CREDITED') {
      const todo = isBack ? 'if it was taken back by hand, give it again' : 'take it back by hand'
      const told = `a payment that was credited by hand is ${said.state}: ${todo}`
      await raiseAlert(parts, tx, topUp, { occasion, finding: told, caseId: found.id })
    }
  }
}

const setCase = (tx: Tx, { id }: PaymentCase, change: Partial<PaymentCase>) =>
  tx.update(paymentCases).set(change).where(eq(paymentCases.id, id)).run()
