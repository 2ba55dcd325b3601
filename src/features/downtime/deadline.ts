export interface Downtime {
  startedAt: Date
  endedAt: Date
}

/**
 * The moment at which so much time has passed since then in which somebody was at work.
 * @param downtimes oldest first, none within another
 */
export function deadlineOf(since: Date, ms: number, downtimes: readonly Downtime[]): Date {
  let end = since.getTime() + ms
  for (const { startedAt, endedAt } of downtimes) {
    if (endedAt <= since) continue
    if (startedAt.getTime() >= end) break
    end += endedAt.getTime() - Math.max(startedAt.getTime(), since.getTime())
  }
  return new Date(end)
}

/** The moment since which so much time has passed in which somebody was at work: what was to last so long and is older is over. */
export function timeBefore(now: Date, ms: number, downtimes: readonly Downtime[]): Date {
  let start = now.getTime() - ms
  for (const { startedAt, endedAt } of downtimes.toReversed()) {
    if (endedAt.getTime() <= start) break
    start -= Math.min(endedAt.getTime(), now.getTime()) - Math.min(startedAt.getTime(), now.getTime())
  }
  return new Date(start)
}
