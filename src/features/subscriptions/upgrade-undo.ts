import { eq } from 'drizzle-orm'
import type { Tx } from '../../db'
import { type Rupiah, toJson } from '../../lib/money'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { listPaidCharges, refundCharge } from '../billing'
import { resizeInstance } from '../instances'
import { getBalance, sources } from '../ledger'
import { enqueueMail } from '../mails'
import { tellOfTerms } from './announce-terms'
import { namesOf } from './names'
import { findComingTerms } from './next-terms'
import { type FullSubscription, findSubscription } from './read'
import type { Upgrade } from './tables'
import { subscriptions } from './tables'
import { changeUpgrade, upgradeSource } from './upgrade-rows'

type Needs = Pick<Parts, 'clock' | 'config' | 'platform' | 'queue' | 'reconciler'>

export interface Cause {
  /** A word for programs, and a sentence for the customer. */
  code: string
  words: string
}

/** Takes an upgrade back, all of it: plan, price, slot, the app's size, and what was charged. */
export async function undoUpgrade(
  parts: Needs,
  tx: Tx,
  { subscription, plan, instance }: FullSubscription,
  upgrade: Upgrade,
  cause: Cause,
): Promise<FullSubscription> {
  const at = parts.clock.now()
  // First of all, because it lets go of the slot that the subscription takes again.
  await changeUpgrade(tx, upgrade, { status: 'ROLLED_BACK', reason: cause.code, endedAt: at })
  const back = {
    planId: upgrade.fromPlanId,
    termsNumber: upgrade.fromTermsNumber,
    price: upgrade.fromPrice,
    updatedAt: at,
  }
  await tx.update(subscriptions).set(back).where(eq(subscriptions.id, subscription.id)).run()
  const refunded = await refundUpgrade(parts, tx, subscription.userId, upgrade)
  if (instance) {
    const size = {
      cpuMillicores: upgrade.fromCpuMillicores,
      memoryMb: upgrade.fromMemoryMb,
      storageGb: upgrade.fromStorageGb,
    }
    await resizeInstance(parts, tx, instance, size, { reason: `upgrade to ${plan.name} taken back` })
  }
  const restored = (await findSubscription(tx, subscription.id))!
  await tell(parts, tx, { subscription, plan }, restored, upgrade, cause, refunded)
  // While it was on the other plan nobody told it what this one was changed to.
  const coming = await findComingTerms(parts, tx, restored)
  if (coming) await tellOfTerms(parts, tx, restored, coming.terms.number)
  return restored
}

/** What an administrator gave back of it meanwhile is not given back again. */
async function refundUpgrade({ clock }: Needs, tx: Tx, userId: string, upgrade: Upgrade): Promise<Rupiah> {
  const source = upgradeSource(upgrade)
  const charges = await listPaidCharges(tx, upgrade.subscriptionId)
  const charge = charges.find((paid) => paid.source === source)
  const amount = charge ? charge.total - charge.refunded : 0n
  if (!charge || amount === 0n) return 0n
  await refundCharge(tx, charge, {
    userId,
    subscriptionId: upgrade.subscriptionId,
    amount,
    source: sources.refundOfCharge.build({ charge: source }),
    description: 'Upgrade taken back',
    at: clock.now(),
  })
  return amount
}

async function tell(
  parts: Needs,
  tx: Tx,
  { subscription, plan: tried }: Pick<FullSubscription, 'subscription' | 'plan'>,
  { service, plan }: FullSubscription,
  { number, fromPrice, toPrice }: Upgrade,
  cause: Cause,
  refunded: Rupiah,
): Promise<void> {
  await recordAct(tx, {
    action: 'subscription.upgrade-undone',
    target: { kind: 'subscription', id: subscription.id },
    reason: cause.code,
    before: { planId: tried.id, price: toJson(toPrice) },
    after: { planId: plan.id, price: toJson(fromPrice), refunded: toJson(refunded) },
    at: parts.clock.now(),
  })
  await enqueueMail(parts, tx, {
    key: `upgrade-undone:${subscription.id}:${number}`,
    userId: subscription.userId,
    template: 'upgrade-undone',
    data: {
      ...namesOf({ service, subscription }),
      triedPlan: tried.name,
      plan: plan.name,
      reason: cause.words,
      refunded: toJson(refunded),
      balance: toJson(await getBalance(tx, subscription.userId)),
    },
  })
}
