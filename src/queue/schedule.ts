import type { JobContext } from './job-kind'

/** One line of the table of schedules. */
export interface Schedule {
  name: string
  /** Five fields: minute, hour, day of month, month, day of week; in the billing time zone. */
  cron: string
  /** What it does, in one sentence. */
  does: string
  deadlineMs: number
  run(context: JobContext): Promise<void>
}

export interface ScheduleState {
  name: string
  cron: string
  timeZone: string
  does: string
  paused: boolean
  lastFiredAt: Date | null
  /** Null while it is paused. */
  nextFiringAt: Date | null
}
