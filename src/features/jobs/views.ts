import type { JobRow, ScheduleState } from '../../queue'

export function jobViewOf({ id, kind, key, status, runAt, attempts, lastError, createdAt, finishedAt }: JobRow) {
  return {
    ...{ id, kind, key, status, attempts, lastError },
    runAt: runAt.toISOString(),
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  }
}

export function scheduleViewOf({ lastFiredAt, nextFiringAt, ...rest }: ScheduleState) {
  return {
    ...rest,
    lastFiredAt: lastFiredAt?.toISOString() ?? null,
    nextFiringAt: nextFiringAt?.toISOString() ?? null,
  }
}
