import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { invalid } from '../../http/input/input'
import { AppError, notFound } from '../../lib/errors'
import { lesser, type Rupiah, rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { getChangeable } from '../accounts'
import { recordAct } from '../audit'
import { listPaidCharges, type PaidCharge, type Period, proratedRefund, refundCharge } from '../billing'
import { getBalance, type Recorded, sources } from '../ledger'
import { enqueueMail } from '../mails'
import { namesOf } from './names'
import { openPeriods } from './periods'
import { type FullSubscription, findSubscription } from './read'

type Needs = Pick<Parts, 'clock' | 'config' | 'queue'>

export interface RefundOrder {
  kind: 'full' | 'prorated' | 'amount'
  amount?: number
  reason: string
}

type OpenCharge = PaidCharge & { period: Period }
type Share = { charge: OpenCharge; amount: Rupiah }

/**
 * Puts what was paid for the current period back into the wallet: its charge, upgrades within it, and the next period if it
 * is paid ahead. The subscription goes on as it was. The database refuses to give back more than was paid.
 * @throws AppError NOT_FOUND, VALIDATION_ERROR, INVALID_STATE where there is nothing to give back
 */
export async function refundSubscription(parts: Needs, tx: Tx, actor: Actor, id: string, order: RefundOrder) {
  assertAmount(order)
  const found = await findSubscription(tx, id)
  if (!found) throw notFound('Subscription')
  const { subscription } = found
  await getChangeable(tx, actor, subscription.userId)
  const charges = await openCharges(parts, tx, found)
  const shares = shareOut(charges, order, refundedFrom(parts, subscription))
  const refunds: (Share & Recorded)[] = []
  for (const share of shares) refunds.push({ ...share, ...(await refundShare(parts, tx, found, share)) })
  const amount = sumOf(shares)
  await recordAct(tx, {
    actor,
    action: 'subscription.refund',
    target: { kind: 'subscription', id },
    reason: order.reason,
    before: { refundable: toJson(refundableOf(charges)) },
    after: { kind: order.kind, amount: toJson(amount), transactions: refunds.map(({ number }) => `TXMP-${number}`) },
    at: parts.clock.now(),
  })
  await tell(parts, tx, found, amount, refunds)
  return {
    subscriptionId: id,
    amount: toJson(amount),
    refundable: toJson(refundableOf(charges) - amount),
    refunds: refunds.map((refund) => ({
      transactionId: refund.id,
      customId: `TXMP-${refund.number}`,
      charge: `TXMP-${refund.charge.number}`,
      amount: toJson(refund.amount),
    })),
  }
}

function assertAmount({ kind, amount }: RefundOrder): void {
  if ((kind === 'amount') === (amount !== undefined)) return
  const message = kind === 'amount' ? 'Expected with this kind' : 'Expected with the kind `amount` only'
  throw invalid('body', [{ path: '/amount', message }])
}

/** What was charged for the periods that are not over, oldest first, each with the time it pays for. */
async function openCharges(parts: Needs, tx: Tx, { subscription }: FullSubscription): Promise<OpenCharge[]> {
  const paid = await listPaidCharges(tx, subscription.id)
  const charges: OpenCharge[] = []
  for (const { index, ...period } of openPeriods(parts, subscription, refundedFrom(parts, subscription))) {
    const ofPeriod = paid.filter(({ periodIndex }) => periodIndex === index)
    // Its own charge comes before those of upgrades within it.
    const lastMs = lengthOf(ofPeriod[0]?.period ?? period)
    const runs = runsIn(subscription, index, period, lastMs)
    for (const charge of ofPeriod) charges.push({ ...charge, period: movedTo(runs, charge.period ?? period) })
  }
  return charges.sort((a, b) => a.number - b.number)
}

/** From when on what is paid was not used: while it is suspended by an administrator its time stands still. */
const refundedFrom = ({ clock }: Needs, { endedAt, suspendedBy, stageSince }: FullSubscription['subscription']): Date =>
  endedAt ?? (suspendedBy === 'admin' ? stageSince : clock.now())

const lengthOf = ({ start, end }: Period): number => end.getTime() - start.getTime()

/** When a paid period really runs: a suspension has moved it, and what was given on top is no part of it. */
function runsIn(
  { periodIndex, pausedMs }: FullSubscription['subscription'],
  index: number,
  { start, end }: Period,
  lastMs: number,
): Period {
  if (index < periodIndex) return { start: new Date(end.getTime() - lastMs), end }
  const from = start.getTime() + pausedMs
  return { start: new Date(from), end: new Date(from + lastMs) }
}

/** The time that a charge pays for, which ends with its period: one for an upgrade begins within it. */
function movedTo({ end }: Period, charged: Period): Period {
  return { start: new Date(end.getTime() - lengthOf(charged)), end }
}

const unrefunded = ({ total, refunded }: PaidCharge): Rupiah => total - refunded
const refundableOf = (charges: PaidCharge[]): Rupiah => charges.reduce((sum, charge) => sum + unrefunded(charge), 0n)
const sumOf = (shares: Share[]): Rupiah => shares.reduce((sum, { amount }) => sum + amount, 0n)

/** How much of each charge goes back: the newest first. */
function shareOut(charges: OpenCharge[], { kind, amount }: RefundOrder, at: Date): Share[] {
  const refundable = refundableOf(charges)
  if (charges.length === 0) throw new AppError('INVALID_STATE', 'Nothing was paid for this period', { refundable: 0 })
  if (refundable === 0n) {
    throw new AppError('INVALID_STATE', 'Everything paid for this period has been refunded already', { refundable: 0 })
  }
  let rest = kind === 'amount' ? rupiah(amount!) : refundable
  if (rest > refundable) {
    throw new AppError('INVALID_STATE', 'That is more than is left of what was paid', {
      refundable: toJson(refundable),
    })
  }
  const shares: Share[] = []
  for (const charge of charges.toReversed()) {
    const most =
      kind === 'prorated' ? proratedRefund(charge.total, charge.refunded, charge.period, at) : unrefunded(charge)
    const share = lesser(most, rest)
    rest -= share
    if (share > 0n) shares.push({ charge, amount: share })
  }
  if (shares.length === 0) {
    throw new AppError('INVALID_STATE', 'The period is over', { refundable: toJson(refundable) })
  }
  return shares
}

const refundShare = (
  { clock }: Needs,
  tx: Tx,
  { subscription, service, plan }: FullSubscription,
  { charge, amount }: Share,
): Promise<Recorded> =>
  refundCharge(tx, charge, {
    userId: subscription.userId,
    subscriptionId: subscription.id,
    amount,
    source: sources.nthRefundOfCharge.build({ charge: charge.source, nth: charge.refunds + 1 }),
    description: `${service.name} ${plan.name}, refunded`,
    at: clock.now(),
  })

async function tell(parts: Needs, tx: Tx, found: FullSubscription, amount: Rupiah, refunds: Recorded[]): Promise<void> {
  const { subscription, service } = found
  const transactions = refunds.map(({ number }) => `TXMP-${number}`)
  await enqueueMail(parts, tx, {
    key: `subscription-refunded:${transactions[0]}`,
    userId: subscription.userId,
    template: 'subscription-refunded',
    data: {
      ...namesOf({ service, subscription }),
      amount: toJson(amount),
      balance: toJson(await getBalance(tx, subscription.userId)),
      transactions: transactions.join(', '),
    },
  })
}
