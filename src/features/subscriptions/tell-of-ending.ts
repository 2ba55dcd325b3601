import type { Tx } from '../../db'
import { type Rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { quoteOf } from '../billing'
import { getBalance } from '../ledger'
import { enqueueMail } from '../mails'
import type { Ending } from './cancel'
import { namesOf } from './names'
import type { FullSubscription } from './read'
import { nextRenewal } from './renew'
import { stageEnd } from './stage'

type Needs = Pick<Parts, 'clock' | 'config' | 'platform' | 'queue'>

/** Tells its owner that it has ended, why, what went back, and until when the data can be brought back. */
export async function tellOfEnding(
  parts: Needs,
  tx: Tx,
  found: FullSubscription,
  refund: Rupiah,
  { status, actor }: Ending,
): Promise<void> {
  const { subscription } = found
  const { id, userId, firstReadyAt } = subscription
  const endedAt = subscription.endedAt!
  const named = namesOf(found)
  const dataKeptUntil = firstReadyAt ? stageEnd(parts, subscription, [])!.toISOString() : null
  if (status === 'EXPIRED' && firstReadyAt) {
    await enqueueMail(parts, tx, {
      key: `subscription-expired:${id}:${endedAt.getTime()}`,
      userId,
      template: 'subscription-expired',
      data: {
        ...named,
        endedAt: endedAt.toISOString(),
        dataKeptUntil: dataKeptUntil!,
        restorePrice: toJson(quoteOf(parts.config, (await nextRenewal(parts, tx, found)).price).total),
      },
    })
  } else if (!firstReadyAt && !actor) {
    await enqueueMail(parts, tx, {
      key: `provisioning-refunded:${id}`,
      userId,
      template: 'provisioning-refunded',
      data: { ...named, refund: toJson(refund), balance: toJson(await getBalance(tx, userId)) },
    })
  } else {
    await enqueueMail(parts, tx, {
      key: `subscription-cancelled:${id}:${endedAt.getTime()}`,
      userId,
      template: 'subscription-cancelled',
      data: {
        ...named,
        endsAt: endedAt.toISOString(),
        dataKeptUntil,
        ...(refund === 0n ? {} : { refund: toJson(refund) }),
      },
    })
  }
}
