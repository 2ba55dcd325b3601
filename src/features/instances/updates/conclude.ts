import type { Tx } from '../../../db'
import type { Parts } from '../../../parts'
import { splitInputs } from '../../../templates'
import { getTemplate } from '../../app-templates'
import { enqueueMail } from '../../mails'
import { statusAfterChange } from '../configure'
import { changeDesire } from '../desire'
import type { Observer } from '../observed'
import { openSecrets, sealSecrets } from '../sealed-secrets'
import type { Instance, InstanceUpdate } from '../tables'
import type { FindBought } from '../tell-owner'
import { rolloutStep } from './rollout-step'
import { endUpdate, findPendingUpdate } from './rows'
import { resealSecrets } from './seal'

type Needs = Pick<Parts, 'clock' | 'queue' | 'reconciler' | 'sealer'>

/**
 * Concludes an update that is under way by what was just seen of its app, in the transaction that writes this down: it runs as the
 * new version, or its trouble has lasted and it goes back by itself. So it does where it was stopped or removed before it ran.
 */
export const followUpdate =
  (parts: Needs, findBought: FindBought): Observer =>
  async (tx, { now }) => {
    if (!concluding.has(now.status)) return
    const pending = await findPendingUpdate(tx, now.id)
    if (!pending) return
    if (now.status === 'RUNNING') await accept(parts, tx, now, pending)
    else await takeBack(parts, tx, now, pending, findBought)
    if (pending.rolloutId) await parts.queue.enqueue(tx, rolloutStep(pending.rolloutId, now.id))
  }

const concluding: ReadonlySet<Instance['status']> = new Set(['RUNNING', 'ERROR', 'STOPPED', 'TERMINATED'])

/** What it was before is forgotten: there is no way back any more. */
async function accept(parts: Needs, tx: Tx, instance: Instance, pending: InstanceUpdate): Promise<void> {
  await endUpdate(tx, pending, { status: 'DONE', reason: null, endedAt: parts.clock.now() })
  await resealSecrets(parts, tx, instance, ({ before: _, ...sealed }) => sealed)
}

async function takeBack(
  parts: Needs,
  tx: Tx,
  instance: Instance,
  pending: InstanceUpdate,
  findBought: FindBought,
): Promise<void> {
  const { fromVersion, toVersion } = pending
  const failed = instance.status === 'ERROR'
  const reason = failed ? (instance.reasonCode ?? 'ERROR') : instance.status === 'STOPPED' ? 'stopped' : 'removed'
  await endUpdate(tx, pending, { status: 'ROLLED_BACK', reason, endedAt: parts.clock.now() })
  const sealed = openSecrets(parts, instance)
  const template = await getTemplate(tx, instance.templateName, fromVersion)
  const { open, secret } = splitInputs(template, sealed.before ?? {})
  // Secrets that the newer version got stay: the next try finds them again.
  const kept = { generated: sealed.generated, inputs: secret }
  const change = {
    templateVersion: fromVersion,
    inputs: open,
    sealedSecrets: sealSecrets(parts, instance.id, kept),
    status: statusAfterChange(instance),
  }
  await changeDesire(parts, tx, instance, change, {
    action: 'instance.update-undone',
    reason,
    before: { templateVersion: toVersion },
    after: { templateVersion: fromVersion },
  })
  if (failed) await tellTakenBack(parts, tx, instance, pending, findBought)
}

/** Who stopped or removed the app knows why it was not updated. */
async function tellTakenBack(
  parts: Needs,
  tx: Tx,
  instance: Instance,
  { number }: InstanceUpdate,
  findBought: FindBought,
): Promise<void> {
  await enqueueMail(parts, tx, {
    key: `update-undone:${instance.id}:${number}`,
    userId: instance.userId,
    template: 'update-undone',
    data: { ...(await findBought(tx, instance.subscriptionId)), reason: instance.statusReason ?? '' },
  })
}
