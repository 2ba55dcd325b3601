import { and, eq, gt, isNull } from 'drizzle-orm'
import { sealedPlace, type Tx } from '../../../db'
import type { Parts } from '../../../parts'
import type { DesiredInstance, InstanceSource, Observation } from '../../../reconcile'
import type { InputValues } from '../../../templates'
import { getVersion } from '../admin/read'
import { type TemplateTrial, templateTrials } from '../tables'
import { trialJob } from './job'

type Needs = Pick<Parts, 'db' | 'clock' | 'sealer' | 'queue'>

export interface TrialValues {
  inputs: InputValues
  secrets: Record<string, string>
}

export const sealedPlaceOf = (id: string): string => sealedPlace(templateTrials.sealedValues, id)

const isTrial = (id: string): boolean => id.startsWith('trl_')

/** Trials beside the customers' apps: deployed, watched and removed by the same code, and found again after a kill. */
export const withTrials = (parts: Needs, apps: InstanceSource): InstanceSource => ({
  load: (id) => (isTrial(id) ? load(parts, id) : apps.load(id)),
  listIds: async (customerId) => {
    if (customerId !== undefined) return isTrial(customerId) ? [customerId] : apps.listIds(customerId)
    return [...(await apps.listIds()), ...(await listStanding(parts))]
  },
  save: (id, generation, seen) =>
    isTrial(id) ? parts.db.write((tx) => save(parts, tx, id, generation, seen)) : apps.save(id, generation, seen),
})

/** Not gone yet; two at most. With the id, or SQLite would not look for them in their index. */
export const isStanding = and(isNull(templateTrials.removedAt), gt(templateTrials.id, ''))

async function listStanding({ db }: Needs): Promise<string[]> {
  const rows = await db.read.select({ id: templateTrials.id }).from(templateTrials).where(isStanding).all()
  return rows.map(({ id }) => id)
}

async function load({ db, sealer }: Needs, id: string): Promise<DesiredInstance | undefined> {
  const trial = await db.read.select().from(templateTrials).where(eq(templateTrials.id, id)).get()
  if (!trial || trial.removedAt) return undefined
  const { body: template } = await getVersion(db.read, trial.name, trial.templateVersion)
  const values = JSON.parse(sealer.open(trial.sealedValues, sealedPlaceOf(id))) as TrialValues
  const { cpuMillicores, memoryMb, storageGb, namespace, desiredState } = trial
  const plan = { cpuMillicores, memoryMb, storageGb }
  const name = `${trial.name}-trial`
  const ids = { id, subscriptionId: id, customerId: id }
  return {
    spec: {
      ...ids,
      ...{ namespace, name, template, plan, replicas: 1, generation: trial.generation },
      ...values,
      // Unguessable like any app's: what answers there is not meant for anybody.
      subdomain: `trial-${id.slice(-12)}`,
    },
    tenant: {
      namespace,
      customerId: id,
      plans: desiredState === 'RUNNING' ? [plan] : [],
      podSecurity: template.podSecurity.level,
    },
    desiredState,
    deployment: 1,
    cleanedDeployment: 1,
    last: lastOf(trial),
  }
}

const lastOf = ({ status, reasonCode, statusReason, podName, restarts, troubleSince, ...trial }: TemplateTrial) => ({
  ...{ status, reasonCode, statusReason, podName, restarts, troubleSince },
  everReady: trial.outcome === 'READY',
  observedGeneration: trial.observedGeneration,
})

async function save(parts: Needs, tx: Tx, id: string, generation: number, seen: Observation): Promise<void> {
  const trial = await tx.select().from(templateTrials).where(eq(templateTrials.id, id)).get()
  if (!trial || trial.generation !== generation) return
  const { cleanedDeployment: _, ...shown } = seen
  const at = parts.clock.now()
  const outcome = trial.outcome === null ? outcomeOf(seen) : undefined
  const gone = seen.status === 'TERMINATED'
  const nothing: TrialValues = { inputs: {}, secrets: {} }
  await tx
    .update(templateTrials)
    .set({
      ...shown,
      ...(outcome && { outcome, endedAt: at, trouble: outcome === 'FAILED' ? seen.statusReason : null }),
      ...(gone && { removedAt: at, sealedValues: parts.sealer.seal(JSON.stringify(nothing), sealedPlaceOf(id)) }),
    })
    .where(eq(templateTrials.id, id))
    .run()
  if (outcome) await parts.queue.enqueue(tx, trialJob(id, 'outcome'))
}

function outcomeOf({ status }: Observation) {
  if (status === 'RUNNING') return 'READY' as const
  return status === 'ERROR' ? ('FAILED' as const) : undefined
}
