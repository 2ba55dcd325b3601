import type { CancelRule, JobContext } from './job-kind'

/** One line of the table of schedules. */
export interface Schedule {
  name: string
  /** Five fields: minute, hour, day of month, month, day of week; in the billing time zone. */
  cron: string
  /** What it does, in one sentence. */
  does: string
  deadlineMs: number
  /** Whether a run of it may be cancelled; it may, if nothing else is said: the next firing does what was left. */
  cancel?: CancelRule
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
