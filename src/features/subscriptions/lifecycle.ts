import { AppError } from '../../lib/errors'
import type { Subscription } from './tables'

type Who = 'customer' | 'admin' | 'system'

/** What can happen to a subscription, and by whom. `system` is the clock, or what was seen of the app. */
export const events = {
  ready: ['system'],
  'give-up': ['system'],
  renew: ['customer', 'system'],
  'fall-due': ['system'],
  lapse: ['system'],
  'auto-renew': ['customer'],
  upgrade: ['customer', 'admin'],
  'schedule-change': ['customer'],
  extend: ['admin'],
  'cancel-at-period-end': ['customer', 'admin'],
  cancel: ['customer', 'admin'],
  expire: ['admin'],
  suspend: ['admin'],
  resume: ['admin'],
  // For who sees it as a service; the routes of those are to come.
  pause: [],
  unpause: [],
  restore: ['customer', 'admin'],
  remove: ['system'],
} as const satisfies Record<string, readonly Who[]>

export type LifecycleEvent = keyof typeof events

/** A status, and for a suspension by whom; `REMOVED` is one that has ended and whose app and data are gone. */
export type State =
  | 'PENDING'
  | 'ACTIVE'
  | 'GRACE'
  | 'SUSPENDED/customer'
  | 'SUSPENDED/admin'
  | 'SUSPENDED/unpaid'
  | 'CANCELLED'
  | 'EXPIRED'
  | 'REMOVED'

type Moves = Partial<Record<LifecycleEvent, State | readonly State[]>>

const ended = { restore: 'ACTIVE', remove: 'REMOVED' } as const satisfies Moves
const endings = { cancel: 'CANCELLED', expire: 'EXPIRED' } as const satisfies Moves

/**
 * The whole life of a subscription: what may happen in each state, and to which state that leads. What is not here is refused
 * with INVALID_STATE, and by a trigger of the database. docs/lifecycle.md is drawn from it.
 */
export const lifecycle: Readonly<Record<State, Moves>> = {
  PENDING: {
    ready: 'ACTIVE',
    'give-up': 'CANCELLED',
    'auto-renew': 'PENDING',
    suspend: 'SUSPENDED/admin',
    ...endings,
  },
  ACTIVE: {
    renew: 'ACTIVE',
    'fall-due': 'GRACE',
    'auto-renew': 'ACTIVE',
    upgrade: 'ACTIVE',
    'schedule-change': 'ACTIVE',
    extend: 'ACTIVE',
    'cancel-at-period-end': 'ACTIVE',
    suspend: 'SUSPENDED/admin',
    pause: 'SUSPENDED/customer',
    ...endings,
  },
  GRACE: {
    renew: 'ACTIVE',
    lapse: 'SUSPENDED/unpaid',
    'auto-renew': 'GRACE',
    'schedule-change': 'GRACE',
    extend: 'ACTIVE',
    suspend: 'SUSPENDED/admin',
    ...endings,
  },
  'SUSPENDED/customer': {
    renew: 'SUSPENDED/customer',
    'fall-due': 'SUSPENDED/unpaid',
    'auto-renew': 'SUSPENDED/customer',
    'schedule-change': 'SUSPENDED/customer',
    extend: 'SUSPENDED/customer',
    'cancel-at-period-end': 'SUSPENDED/customer',
    suspend: 'SUSPENDED/admin',
    unpause: 'ACTIVE',
    ...endings,
  },
  'SUSPENDED/admin': {
    resume: ['ACTIVE', 'PENDING'],
    'auto-renew': 'SUSPENDED/admin',
    ...endings,
  },
  'SUSPENDED/unpaid': {
    renew: 'ACTIVE',
    lapse: 'EXPIRED',
    'auto-renew': 'SUSPENDED/unpaid',
    'schedule-change': 'SUSPENDED/unpaid',
    extend: 'ACTIVE',
    ...endings,
  },
  CANCELLED: ended,
  EXPIRED: ended,
  REMOVED: {},
}

type Standing = Pick<Subscription, 'status' | 'suspendedBy' | 'appRemovedAt'> &
  Partial<Pick<Subscription, 'cancelAtPeriodEnd'>>

/** What has no place in one that ends with its period. */
const goingOn: ReadonlySet<LifecycleEvent> = new Set(['renew', 'upgrade', 'schedule-change', 'cancel-at-period-end'])

export function stateOf({ status, suspendedBy, appRemovedAt }: Standing): State {
  if (status === 'CANCELLED' || status === 'EXPIRED') return appRemovedAt ? 'REMOVED' : status
  return status === 'SUSPENDED' ? `SUSPENDED/${suspendedBy!}` : status
}

/** What a customer, or an administrator, can do with it as it stands. */
export const possibleFor = (who: Who, standing: Standing): LifecycleEvent[] =>
  (Object.keys(lifecycle[stateOf(standing)]) as LifecycleEvent[]).filter(
    (event) => (events[event] as readonly Who[]).includes(who) && !(standing.cancelAtPeriodEnd && goingOn.has(event)),
  )

const descriptions: Record<State, string> = {
  PENDING: 'is waiting for its app to become ready',
  ACTIVE: 'is active',
  GRACE: 'is overdue',
  'SUSPENDED/customer': 'is paused by its owner',
  'SUSPENDED/admin': 'is suspended by an administrator',
  'SUSPENDED/unpaid': 'is suspended until it is paid',
  CANCELLED: 'has ended',
  EXPIRED: 'has ended',
  REMOVED: 'has ended, and its data is removed',
}

/** That an event can't happen in the present state: names the state and what is possible. */
export function invalidState(standing: Standing, who: 'customer' | 'admin', message?: string): AppError {
  const { status, suspendedBy } = standing
  const said = message ?? `Not possible: this subscription ${descriptions[stateOf(standing)]}`
  return new AppError('INVALID_STATE', said, { status, suspendedBy, possible: possibleFor(who, standing) })
}

/** @throws AppError INVALID_STATE where that can't happen in the present state */
export function assertPossible(
  event: LifecycleEvent,
  standing: Standing,
  who: 'customer' | 'admin',
  message?: string,
): void {
  if (lifecycle[stateOf(standing)][event] === undefined) throw invalidState(standing, who, message)
}

/** Every change of state there is, as the database's trigger knows them: `OLD>NEW`. */
export function changesOfState(): string[] {
  const changes = new Set<string>()
  for (const [from, moves] of Object.entries(lifecycle))
    for (const to of Object.values(moves).flat()) if (to !== from && to !== 'REMOVED') changes.add(`${from}>${to}`)
  return [...changes].sort()
}
