import { eq } from 'drizzle-orm'
import { isKubeError, kubeEvents } from '../../../kube'
import { minute } from '../../../lib/clock'
import type { Parts } from '../../../parts'
import type { JobKind } from '../../../queue'
import { type TemplateTrial, templateTrials } from '../tables'

const mostEvents = 50
const longestEvent = 300
/** An answer that comes late is worth less than a namespace that goes. */
const timeoutMs = 5_000

export const trialJobKind = 'template.trial-end'

/** Due at once where the outcome is known, and at the deadline in any case. */
export const trialJob = (trialId: string, why: 'outcome' | 'deadline', runAt?: Date) => ({
  kind: trialJobKind,
  key: `${trialId}:${why}`,
  payload: { trialId },
  ...(runAt && { runAt }),
})

type Needs = Pick<Parts, 'clock' | 'db' | 'kube' | 'reconciler'>

/** Ends a trial: keeps what the cluster said, and tells its namespace to go. Idempotent. */
export const endTrialJob = (parts: Needs): JobKind<{ trialId: string }> => ({
  kind: trialJobKind,
  deadlineMs: minute,
  maxAttempts: 20,
  cancel: { refused: 'A trial has to end: it takes room that customers pay for' },
  run: async ({ trialId }) => {
    const trial = await findTrial(parts.db.read, trialId)
    if (!trial || trial.desiredState === 'DELETED') return
    const events = await readEvents(parts, trial)
    await parts.db.write(async (tx) => {
      const now = await findTrial(tx, trialId)
      if (!now || now.desiredState === 'DELETED') return
      const late = now.outcome === null && {
        outcome: 'TIMED_OUT' as const,
        trouble: now.statusReason ?? 'The app did not become ready in time.',
        endedAt: parts.clock.now(),
      }
      const change = { ...late, events, desiredState: 'DELETED' as const, generation: now.generation + 1 }
      await tx.update(templateTrials).set(change).where(eq(templateTrials.id, trialId)).run()
      tx.afterCommit(() => parts.reconciler.wake(trialId))
    })
  },
})

const findTrial = (on: Needs['db']['read'], id: string): Promise<TemplateTrial | undefined> =>
  on.select().from(templateTrials).where(eq(templateTrials.id, id)).get()

/** The last ones, the oldest first. A cluster that can't say it does not keep the trial from ending. */
async function readEvents({ kube }: Needs, { namespace }: TemplateTrial): Promise<string[]> {
  try {
    const { items } = await kube.list(kubeEvents, { namespace, timeoutMs })
    return items.slice(-mostEvents).map(({ reason = '', message = '', involvedObject, count = 1 }) => {
      const { kind = '', name = '' } = involvedObject ?? {}
      return `${kind} ${name} ${reason}${count > 1 ? ` (${count}×)` : ''}: ${message}`.slice(0, longestEvent)
    })
  } catch (fault) {
    if (isKubeError(fault)) return []
    throw fault
  }
}
