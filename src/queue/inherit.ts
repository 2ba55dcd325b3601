import type { Database } from '../db'
import type { Clock } from '../lib/clock'
import type { Logger } from '../lib/log'
import { takeBack } from './job-outcome'
import { heldLeases } from './job-rows'
import type { JobQueue } from './queue'
import { bringForward } from './waiting-rows'

const atOnce = 100
/** Whatever the clock says of a lease. */
const forEver = new Date(8_640_000_000_000_000)

interface Parts {
  db: Database
  clock: Clock
  log: Logger
  /** With every kind registered: what was to be cancelled is. */
  queue: JobQueue
}

/**
 * Takes over from a server that is known to be dead, before a worker starts: its jobs are taken back at once, because a clock that
 * was set back meanwhile would let their leases run for as long again.
 * @param savedAt when that server saved something last: what was due by then is due, even if the clock is behind it now, and
 * so is what waits for its next try
 */
export async function inheritJobs({ db, clock, log, queue }: Parts, savedAt: Date | undefined): Promise<void> {
  const now = clock.now()
  for (;;) {
    const left = await heldLeases(db.read).all({ limit: atOnce })
    const taken = await db.write(async (tx) => {
      let count = 0
      for (const job of left) {
        if (await takeBack(tx, job, { kind: queue.find(job.kind), now, leaseBy: forEver })) count++
      }
      return count
    })
    for (const { id, kind } of left) log.warn({ jobId: id, kind }, 'the job of a lost worker was taken back')
    if (taken === 0) break
  }
  if (savedAt && savedAt > now) await db.write((tx) => bringForward(tx).run({ now, savedAt }))
}
