import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import { minute } from '../../lib/clock'
import type { PaymentStatus } from '../../payments'
import type { CaseNeeds } from './cases'
import { inWords, isAnother } from './outcome'
import type { Hearing } from './provider-payments'
import type { TopUp } from './tables'
import { refunds } from './tables'
import { raiseAlert } from './tell-administrators'

/** A refund that was just sent may not be in the provider's list yet. */
const listedWithinMs = 15 * minute

/** A credited payment that is said not to be paid moves no money: no bank takes any back that way, so a person has to look. */
export async function tellContradictions(
  parts: CaseNeeds,
  tx: Tx,
  topUp: TopUp,
  said: PaymentStatus,
  { changes, isNews }: Hearing,
): Promise<void> {
  if (!isNews || isAnother(topUp, said)) return
  const occasion = `${said.transactionId}:${changes}`
  if (topUp.status === 'SUCCESS') {
    const finding = `a credited payment is said to be ${said.state}: see what the provider has of it`
    await raiseAlert(parts, tx, topUp, { occasion, finding })
  } else if (said.state === 'challenge') {
    const finding = 'the provider suspects fraud: accept or deny the payment in its dashboard'
    await raiseAlert(parts, tx, topUp, { occasion, finding })
  }
}

/** The provider does not know a payment any more that was credited. The keys of another merchant know none: one mail a day. */
export const tellForgotten = (parts: CaseNeeds, tx: Tx, topUp: TopUp): Promise<void> =>
  raiseAlert(parts, tx, topUp, {
    occasion: 'forgotten',
    finding: 'the provider does not know a payment that was credited: see whether the keys are this merchant’s',
    mailOf: `forgotten:${parts.clock.now().toISOString().slice(0, 10)}`,
  })

/** Refunds that were sent and that the provider does not list, or with another sum: they may never arrive. */
export async function tellUnlistedRefunds(parts: CaseNeeds, tx: Tx, topUp: TopUp, said: PaymentStatus): Promise<void> {
  const sent = await tx
    .select()
    .from(refunds)
    .where(and(eq(refunds.topUpId, topUp.id), eq(refunds.status, 'POSTED'), eq(refunds.way, 'provider')))
    .all()
  if (said.state === 'charged_back') return
  const before = parts.clock.now().getTime() - listedWithinMs
  for (const { id, amount, endedAt } of sent) {
    const listed = said.refunds.find(({ key }) => key === id)
    const isListed = listed && (listed.amount ?? amount) === amount
    if (isListed || endedAt!.getTime() > before) continue
    const how = listed ? `lists it with ${inWords(listed.amount)}` : 'does not list it any more'
    const finding = `refund ${id} of ${inWords(amount)} was sent, and the provider ${how}`
    await raiseAlert(parts, tx, topUp, { occasion: `unlisted:${id}`, finding })
  }
}
