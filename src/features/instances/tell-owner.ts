import type { Tx } from '../../db'
import type { Parts } from '../../parts'
import { findTemplateOf } from '../app-templates'
import { enqueueMail } from '../mails'
import { isFirstReady, type Observer } from './observed'
import { instanceUrls } from './read'
import type { Instance } from './tables'

/** What the owner has bought, as the other mails call it. */
export interface Bought {
  service: string
  billingId: string
}

/** The subscription, which knows what was bought, hands it in. */
export type FindBought = (tx: Tx, subscriptionId: string) => Promise<Bought>

type Needs = Pick<Parts, 'clock' | 'queue' | 'platform' | 'publicUrl'>

/** Writes to an app's owner when it is ready for the first time, and when it has begun to fail. */
export const tellOwner =
  (parts: Needs, findBought: FindBought): Observer =>
  async (tx, observed) => {
    const { before, now } = observed
    if (isFirstReady(observed)) await tellReady(parts, tx, now, await findBought(tx, now.subscriptionId))
    if (now.status === 'ERROR' && before.status !== 'ERROR')
      await tellFailed(parts, tx, now, await findBought(tx, now.subscriptionId))
  }

async function tellReady(parts: Needs, tx: Tx, instance: Instance, bought: Bought): Promise<void> {
  const urls = await instanceUrls(parts, tx, instance)
  await enqueueMail(parts, tx, {
    key: `app-ready:${instance.id}`,
    userId: instance.userId,
    template: 'app-ready',
    data: {
      ...bought,
      url: urls.public ?? parts.publicUrl,
      adminUrl: urls.admin,
      firstSteps: (await findTemplateOf(tx, instance))?.firstSteps,
    },
  })
}

async function tellFailed(parts: Needs, tx: Tx, instance: Instance, bought: Bought): Promise<void> {
  await enqueueMail(parts, tx, {
    key: `app-failed:${instance.id}:${instance.generation}`,
    userId: instance.userId,
    template: 'app-failed',
    data: { ...bought, reason: instance.statusReason ?? '' },
  })
}
