import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import { toJson } from '../../lib/money'
import type { PaymentStatus } from '../../payments'
import { recordAct } from '../audit'
import { collectReceivable, fees, getBalance, midtransClearing, postEntry, sources, walletOf } from '../ledger'
import { enqueueMail } from '../mails'
import { creditBonus } from '../vouchers'
import type { CaseNeeds } from './cases'
import { endTopUp } from './ending'
import { tellIfClosed } from './late-payment'
import { grossOf } from './outcome'
import type { TopUp } from './tables'
import { topUps } from './tables'
import { getTopUp } from './top-up-read'

/** The money is there: what was ordered goes to the wallet, what the customer paid on top to the fees. */
export async function creditTopUp(parts: CaseNeeds, tx: Tx, topUp: TopUp, said: PaymentStatus): Promise<TopUp> {
  const at = parts.clock.now()
  const surcharge = surchargeOf(topUp, said)
  await endTopUp(tx, topUp, {
    status: 'SUCCESS',
    balanceAfter: (await getBalance(tx, topUp.userId)) + topUp.amount,
    at,
    settledAt: said.settledAt ?? at,
    providerTransactionId: said.transactionId,
    surcharge,
  })
  await postPayment(tx, topUp, topUp.fee + surcharge, at)
  await tellIfClosed(parts, tx, { ...topUp, target: { kind: 'top-up', id: topUp.id } })
  await collectReceivable(tx, topUp.userId, topUp.transactionNumber, at)
  const bonus = await settleBonus(tx, topUp, at)
  await enqueueMail(parts, tx, {
    key: `top-up-received:${topUp.id}`,
    userId: topUp.userId,
    template: 'top-up-received',
    data: {
      amount: toJson(topUp.amount),
      balance: toJson(await getBalance(tx, topUp.userId)),
      transaction: `TXMP-${topUp.transactionNumber}`,
      ...(bonus > 0n && { bonus: toJson(bonus) }),
    },
  })
  return getTopUp(tx, topUp.id)
}

/** @returns what was credited on top. */
async function settleBonus(tx: Tx, topUp: TopUp, at: Date): Promise<bigint> {
  const { id, voucherCode, bonus } = topUp
  if (voucherCode === null || (await creditBonus(tx, topUp, at))) return bonus
  // Paid after its order had ended, and the code is used up or over by now: it was a top-up without one.
  await tx.update(topUps).set({ voucherCode: null, bonus: 0n }).where(eq(topUps.id, id)).run()
  await recordAct(tx, {
    action: 'voucher.lapse',
    target: { kind: 'top-up', id },
    reason: 'paid too late',
    before: { voucher: voucherCode, bonus: toJson(bonus) },
    at,
  })
  return 0n
}

/** What the provider took from the customer for itself; the answer fits, so it is not less than was ordered. */
const surchargeOf = (topUp: TopUp, { amount }: PaymentStatus): bigint => (amount ?? 0n) - grossOf(topUp)

async function postPayment(tx: Tx, topUp: TopUp, fee: bigint, at: Date): Promise<void> {
  const paid = { debitAccount: midtransClearing, at }
  const { id, amount, transactionNumber } = topUp
  const source = sources.topUp.build({ topUp: id })
  await postEntry(tx, { ...paid, creditAccount: walletOf(topUp.userId), amount, source, transactionNumber })
  if (fee === 0n) return
  const feeSource = sources.fee.build({ topUp: id })
  await postEntry(tx, { ...paid, creditAccount: fees, amount: fee, source: feeSource, transactionNumber: null })
}
