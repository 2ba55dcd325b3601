import type { Tx } from '../../db'
import { type Rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { getBalance } from '../ledger'
import { enqueueMail } from '../mails'
import { namesOf } from './names'
import type { FullSubscription } from './read'

interface Paid {
  total: Rupiah
  /** Its number; none where nothing was to pay. */
  transaction: number | undefined
}

/** Tells what was charged, or that what had ended is back, and until when it is paid now. */
export async function tellRenewed(
  parts: Pick<Parts, 'clock' | 'queue'>,
  tx: Tx,
  before: Pick<FullSubscription, 'subscription' | 'plan'>,
  found: FullSubscription,
  { total, transaction }: Paid,
): Promise<void> {
  const { subscription, plan } = found
  const { id, userId, periodIndex, currentPeriodStart, currentPeriodEnd } = subscription
  const data = {
    ...namesOf(found),
    plan: plan.name,
    charged: toJson(total),
    balance: toJson(await getBalance(tx, userId)),
    periodEnd: currentPeriodEnd.toISOString(),
  }
  if (before.subscription.endedAt) {
    const key = `subscription-restored:${id}:${periodIndex}`
    await enqueueMail(parts, tx, { key, userId, template: 'subscription-restored', data })
    return
  }
  await enqueueMail(parts, tx, {
    key: `subscription-renewed:${id}:${periodIndex}`,
    userId,
    template: 'subscription-renewed',
    data: {
      ...data,
      periodStart: currentPeriodStart.toISOString(),
      transaction: transaction === undefined ? '' : `TXMP-${transaction}`,
      ...(before.plan.id !== plan.id && { fromPlan: before.plan.name }),
    },
  })
}
