import { day, minute } from '../../lib/clock'
import type { Parts } from '../../parts'
import { type Downtime, deadlineOf } from '../downtime'
import type { Instance } from '../instances'
import { stateOf } from './lifecycle'
import type { Subscription } from './tables'

type Needs = Pick<Parts, 'config'>

type Staged = Pick<
  Subscription,
  'status' | 'suspendedBy' | 'stageSince' | 'currentPeriodEnd' | 'appRemovedAt' | 'endedAt'
>

/** The owner hears of the removal of their data so long before it. */
const removalNoticeMs = 2 * day

/** How long a payment that is under way holds back the end of a stage: as long as any of them may take. */
export const heldMs = day

export const graceMs = ({ config }: Needs): number => config.graceDays * day
export const restoreWindowMs = ({ config }: Needs): number => config.restoreWindowDays * day
const suspensionMs = ({ config }: Needs): number => config.suspensionDays * day
const provisioningMs = ({ config }: Needs): number => config.provisioningDeadlineMinutes * minute

/** When its present stage is over if nothing happens; the system's own downtimes are added. Null where no clock runs. */
export function stageEnd(
  parts: Needs,
  subscription: Staged,
  downtimes: readonly Downtime[],
  app?: Pick<Instance, 'deployedAt'> | null,
): Date | null {
  const after = (ms: number, since = subscription.stageSince) => deadlineOf(since, ms, downtimes)
  switch (stateOf(subscription)) {
    case 'PENDING':
      return after(provisioningMs(parts), later(subscription.stageSince, app?.deployedAt))
    case 'ACTIVE':
    case 'SUSPENDED/customer':
      return subscription.currentPeriodEnd
    case 'GRACE':
      return after(graceMs(parts))
    case 'SUSPENDED/unpaid':
      return after(suspensionMs(parts))
    case 'CANCELLED':
    case 'EXPIRED':
      return after(restoreWindowMs(parts), subscription.endedAt!)
    case 'SUSPENDED/admin':
    case 'REMOVED':
      return null
  }
}

/** When the clock has to look at it next: at the end of the stage, and before it where its owner is told of that end. */
export function clockOf(
  parts: Needs,
  subscription: Staged,
  now: Date,
  downtimes: readonly Downtime[] = [],
  app?: Pick<Instance, 'deployedAt'> | null,
): Pick<Subscription, 'nextStepAt' | 'noticeAt'> {
  const end = stageEnd(parts, subscription, downtimes, app)
  if (!end) return { nextStepAt: null, noticeAt: null }
  const notices = noticesBefore(parts, subscription).map((ms) => end.getTime() - ms)
  const next = notices.filter((at) => at > now.getTime()).sort((a, b) => a - b)[0]
  return { nextStepAt: end, noticeAt: next === undefined ? null : new Date(next) }
}

/** How long before the end of the stage its owner is told of it, in milliseconds. */
function noticesBefore({ config }: Needs, subscription: Staged): number[] {
  switch (stateOf(subscription)) {
    case 'ACTIVE':
    case 'SUSPENDED/customer':
      return config.reminderDays.map((days) => days * day)
    case 'CANCELLED':
    case 'EXPIRED':
      return config.restoreWindowDays * day > removalNoticeMs ? [removalNoticeMs] : []
    default:
      return []
  }
}

const later = (a: Date, b: Date | undefined): Date => (b && b > a ? b : a)
