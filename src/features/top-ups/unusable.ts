import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import { hour } from '../../lib/clock'
import { PaymentError, type PaymentStatus } from '../../payments'
import { type CaseNeeds, openCase } from './cases'
import type { TopUp } from './tables'
import { topUps } from './tables'

/** An answer that can't be used for so long is no passing trouble: a person has to look. */
const unusableForMs = 2 * hour
const maxFindingLength = 300

type About = Pick<PaymentStatus, 'transactionId' | 'amount'>

export const unusable = ({ transactionId, amount }: About, diagnosis: string): PaymentError =>
  new PaymentError({
    kind: 'unusable',
    outcome: 'unknown',
    retryable: false,
    diagnosis,
    about: { transactionId, amount },
  })

/** Counts how long it lasts, and sets the payment aside when that is too long. */
export async function noteUnusable(parts: CaseNeeds, tx: Tx, topUp: TopUp, fault: PaymentError): Promise<void> {
  const now = parts.clock.now()
  const since = topUp.unusableSince ?? now
  if (!topUp.unusableSince) await tx.update(topUps).set({ unusableSince: now }).where(eq(topUps.id, topUp.id)).run()
  if (now.getTime() - since.getTime() < unusableForMs) return
  const finding = `the provider’s answer can’t be used: ${fault.diagnosis}`.slice(0, maxFindingLength)
  await openCase(parts, tx, topUp, { kind: 'unusable', finding }, fault.about ?? { transactionId: null, amount: null })
}

export async function noteUsable(tx: Tx, topUp: TopUp): Promise<void> {
  if (topUp.unusableSince) await tx.update(topUps).set({ unusableSince: null }).where(eq(topUps.id, topUp.id)).run()
}
