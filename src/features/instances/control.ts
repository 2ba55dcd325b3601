import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { invalid } from '../../http/input/input'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { changeDesire } from './desire'
import { getOwnInstance } from './read'
import type { Instance, InstanceStatus } from './tables'

type Needs = Pick<Parts, 'db' | 'clock' | 'reconciler'>

export type ControlVerb = 'stop' | 'start' | 'restart' | 'retry'

/** Throws to refuse that an app runs; the subscription, which knows whether it is paid, hands it in. */
export type Gate = (tx: Tx, instance: Instance) => Promise<void>

interface Control {
  verb: ControlVerb
  mayRun: Gate
}

/** From which status a verb may be used; anything else is 409, so that a repeated click does nothing twice. */
const allowedFrom: Record<ControlVerb, ReadonlySet<InstanceStatus>> = {
  stop: new Set(['PENDING', 'PROVISIONING', 'RUNNING', 'STARTING', 'RESTARTING', 'ERROR']),
  start: new Set(['STOPPED', 'STOPPING']),
  restart: new Set(['RUNNING', 'ERROR']),
  retry: new Set(['ERROR', 'TERMINATED']),
}

/** Why a verb may not be used in a status that it is not allowed from. */
function whyNot(verb: ControlVerb, status: InstanceStatus): string {
  if (status === 'TERMINATING') return 'The app is being removed'
  if (verb === 'retry') return 'Only an app that has failed or was removed can be deployed again'
  if (status === 'TERMINATED') return 'The app was removed; deploy it again first'
  if (verb === 'stop') return 'The app is stopped already'
  if (status === 'STOPPED' || status === 'STOPPING') return 'The app is not running; start it first'
  if (status === 'ERROR') return 'The app has failed; restart it or deploy it again'
  return status === 'RUNNING' ? 'The app is running already' : 'The app is starting already'
}

/** @throws AppError INVALID_STATE, or what `mayRun` refuses with */
export async function controlInstance(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  instanceId: string,
  { verb, mayRun }: Control,
): Promise<Instance> {
  const instance = await getOwnInstance(tx, actor, instanceId)
  if (!allowedFrom[verb].has(instance.status)) {
    throw new AppError('INVALID_STATE', whyNot(verb, instance.status), { status: instance.status })
  }
  if (verb !== 'stop') await mayRun(tx, instance)
  const act = { actor, action: `instance.${verb}` }
  switch (verb) {
    case 'stop':
      return changeDesire(parts, tx, instance, { desiredState: 'STOPPED', status: 'STOPPING' }, act)
    case 'start':
      return changeDesire(parts, tx, instance, { desiredState: 'RUNNING', status: 'STARTING' }, act)
    case 'restart': {
      const restartedAt = parts.clock.now()
      return changeDesire(parts, tx, instance, { desiredState: 'RUNNING', restartedAt, status: 'RESTARTING' }, act)
    }
    case 'retry': {
      const deployment = { deployment: instance.deployment + 1, deployedAt: parts.clock.now() }
      const again = { desiredState: 'RUNNING', status: 'PENDING', ...deployment } as const
      // Volumes of an app that was never ready are removed first, and may be made of another class then.
      return changeDesire(parts, tx, instance, instance.readyAt ? again : { ...again, storageClass: null }, act)
    }
  }
}

/** Removes the app and its data and keeps the subscription, which may deploy again by retry. Idempotent. */
export async function terminateInstance(
  parts: Needs,
  tx: Tx,
  actor: Actor,
  instanceId: string,
  confirm: string,
): Promise<Instance> {
  const instance = await getOwnInstance(tx, actor, instanceId)
  const act = { actor, action: 'instance.terminate' }
  if (confirm !== instance.name) {
    throw invalid('body', [{ path: '/confirm', message: 'Expected the name of the instance' }], {
      attempt: { action: act.action, target: { kind: 'instance', id: instance.id } },
    })
  }
  if (instance.desiredState === 'DELETED') return instance
  return changeDesire(parts, tx, instance, { desiredState: 'DELETED', status: 'TERMINATING' }, act)
}
