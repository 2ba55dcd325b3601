import type { EndedAttempt, JobRow, JobWithHistory, KindState, ScheduleState } from '../../queue'

const textOf = (at: Date | null): string | null => at?.toISOString() ?? null

export function jobViewOf({ id, kind, key, status, owner, subject, attempts, lastError, ...job }: JobRow) {
  return {
    ...{ id, kind, key, status, owner, subject, attempts, lastError },
    waitsForSubject: job.behind,
    runAt: job.runAt.toISOString(),
    createdAt: job.createdAt.toISOString(),
    startedAt: textOf(job.startedAt),
    cancelRequestedAt: textOf(job.cancelRequestedAt),
    finishedAt: textOf(job.finishedAt),
  }
}

export function jobDetailOf({ history, ...job }: JobWithHistory, state: KindState | undefined) {
  return {
    ...jobViewOf(job),
    heartbeatAt: textOf(job.heartbeatAt),
    progress: { done: job.progressDone, text: job.progressText },
    kindPaused: state?.pausedAt != null,
    cancelRefusal: state?.cancelRefusal ?? null,
    attemptLog: [...(history ?? []).map(attemptOf), ...presentAttempt(job)],
  }
}

const attemptOf = ({ number, startedAt, endedAt, worker, ended, error }: EndedAttempt) => ({
  ...{ number, worker, error, outcome: ended },
  startedAt: startedAt === null ? null : new Date(startedAt).toISOString(),
  endedAt: new Date(endedAt).toISOString(),
})

/** The one that runs, or has done the work, stands in the job itself. */
function presentAttempt({ status, lease, worker, startedAt, finishedAt }: Omit<JobWithHistory, 'history'>) {
  if (status !== 'RUNNING' && status !== 'DONE') return []
  const times = { startedAt: textOf(startedAt), endedAt: textOf(finishedAt) }
  return [{ number: lease, worker, outcome: status, error: null, ...times }]
}

export function kindViewOf({ kind, runs, cancelRefusal, pausedAt, counts, oldestDueAt }: KindState, now: Date) {
  const { QUEUED: queued, RUNNING: running, DONE: done, DEAD: dead, CANCELLED: cancelled } = counts
  const dueForMs = oldestDueAt ? now.getTime() - oldestDueAt.getTime() : 0
  return {
    ...{ kind, runs },
    cancelRefusal: cancelRefusal ?? null,
    pausedAt: textOf(pausedAt),
    counts: { queued, running, done, dead, cancelled },
    oldestDueAt: textOf(oldestDueAt),
    oldestDueSeconds: Math.max(0, Math.floor(dueForMs / 1000)),
  }
}

export function scheduleViewOf({ lastFiredAt, nextFiringAt, ...rest }: ScheduleState) {
  return { ...rest, lastFiredAt: textOf(lastFiredAt), nextFiringAt: textOf(nextFiringAt) }
}
