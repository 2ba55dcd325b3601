import type { Tx } from '../../db'
import type { Parts } from '../../parts'
import { findTemplate } from '../../templates'
import { enqueueMail } from '../mails'
import { isFirstReady, type Observer } from './observed'
import { instanceUrls } from './read'
import type { Instance } from './tables'

type Needs = Pick<Parts, 'clock' | 'queue' | 'platform' | 'publicUrl'>

/** Writes to an app's owner when it is ready for the first time, and when it has begun to fail. */
export const tellOwner =
  (parts: Needs): Observer =>
  async (tx, observed) => {
    const { before, now } = observed
    if (isFirstReady(observed)) await tellReady(parts, tx, now)
    if (now.status === 'ERROR' && before.status !== 'ERROR') await tellFailed(parts, tx, now)
  }

async function tellReady(parts: Needs, tx: Tx, instance: Instance): Promise<void> {
  const urls = instanceUrls(parts, instance)
  await enqueueMail(parts, tx, {
    key: `app-ready:${instance.id}`,
    userId: instance.userId,
    template: 'app-ready',
    data: { service: titleOf(instance), url: urls.public ?? parts.publicUrl, adminUrl: urls.admin },
  })
}

async function tellFailed(parts: Needs, tx: Tx, instance: Instance): Promise<void> {
  await enqueueMail(parts, tx, {
    key: `app-failed:${instance.id}:${instance.generation}`,
    userId: instance.userId,
    template: 'app-failed',
    data: { service: titleOf(instance), reason: instance.statusReason ?? '' },
  })
}

const titleOf = ({ templateName, name }: Instance): string => findTemplate(templateName)?.title ?? name
