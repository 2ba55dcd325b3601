import { installBuiltIns, withTrials } from '../features/app-templates'
import { ClusterWatch } from '../features/capacity'
import { seedIfEmpty } from '../features/catalog'
import { recordHeartbeat } from '../features/downtime'
import { createInstanceSource } from '../features/instances'
import { pollAfterStart } from '../features/top-ups'
import type { Parts } from '../parts'
import { inheritJobs } from '../queue'
import { scheduleTable } from '../schedules'
import { jobKinds } from './job-kinds'
import { observers } from './observers'
import type { Undo } from './undo'

// The way from an open database to a system at work, in the order that it needs. `boot()` goes it, and `bun run simulate`.

/** What every database holds from its first start on. */
export async function furnishDatabase(parts: Parts): Promise<void> {
  await parts.db.write((tx) => installBuiltIns(parts, tx))
  await parts.db.write((tx) => seedIfEmpty(parts, tx))
}

/**
 * Goes on where the process before was cut off. Nothing is started before all of it is registered: no job that is due is then
 * unknown to the queue.
 */
export async function takeOver(parts: Parts, savedAt: Date | undefined, undo: Undo): Promise<void> {
  // Before anything is decided by the clock.
  await parts.db.write((tx) => recordHeartbeat(parts, tx))
  for (const kind of jobKinds(parts)) parts.queue.register(kind)
  for (const schedule of scheduleTable(parts)) parts.schedules.register(schedule)
  if (!parts.db.isShared) await inheritJobs(parts, savedAt)
  await pollAfterStart(parts)
  const clusterWatch = new ClusterWatch(parts)
  undo.push(() => clusterWatch.stop())
  // The first page that anybody sees says what the cluster can hold.
  await clusterWatch.firstLook()
}

/** From here on jobs are run and apps are looked after. */
export function beginWork(parts: Parts): void {
  parts.queue.start()
  parts.reconciler.start(withTrials(parts, createInstanceSource(parts, observers(parts))))
}
