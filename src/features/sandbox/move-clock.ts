import { isNull, sql } from 'drizzle-orm'
import type { Actor } from '../../http/access'
import { invalid } from '../../http/input/input'
import { day, type Movable } from '../../lib/clock'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { sessions } from '../accounts/tables'
import { recordAct } from '../audit'
import { advanceSubscriptions } from '../subscriptions'
import { laterBy } from './duration'

/** What happens once a day, such as a reminder, must not be jumped over. */
const stepMs = day / 2
const maxMoveMs = 400 * day

type Needs = Pick<
  Parts,
  'db' | 'clock' | 'config' | 'queue' | 'reconciler' | 'platform' | 'log' | 'schedules' | 'sandbox'
>

export function clockViewOf({ clock, sandbox }: Pick<Parts, 'clock' | 'sandbox'>) {
  return {
    now: clock.now().toISOString(),
    movable: sandbox !== undefined,
    movedSeconds: Math.round((sandbox?.offsetMs ?? 0) / 1000),
  }
}

const moving = new WeakSet<Movable>()

/**
 * Lets time pass as it would by itself: in steps of half a day, with what the clock does to subscriptions after each, and then whatever
 * the schedules have to do. Who is signed in stays so.
 * @throws AppError INVALID_STATE beside a real payment provider or cluster, or while it is being moved already; VALIDATION_ERROR
 */
export async function moveClock(parts: Needs, actor: Actor, { advance }: { advance: string }) {
  const { sandbox, clock, config, db } = parts
  if (!sandbox)
    throw new AppError(
      'INVALID_STATE',
      'Only a server whose payment provider and cluster are stand-ins has a clock to move',
    )
  if (moving.has(sandbox)) throw new AppError('INVALID_STATE', 'The clock is being moved')
  const from = clock.now()
  const until = laterBy(from, advance, config.billingTimeZone)
  if (!until || until.getTime() - from.getTime() > maxMoveMs)
    throw invalid('body', [
      { path: '/advance', message: 'Expected an ISO 8601 duration of 400 days at most, such as P31D' },
    ])
  moving.add(sandbox)
  try {
    for (let left = until.getTime() - from.getTime(); left > 0; left -= stepMs) {
      const step = Math.min(left, stepMs)
      await prolongSessions(parts, step)
      sandbox.move(step)
      await advanceSubscriptions(parts)
    }
  } finally {
    moving.delete(sandbox)
  }
  await db.write((tx) =>
    recordAct(tx, {
      actor,
      action: 'sandbox.clock',
      target: { kind: 'sandbox', id: 'clock' },
      before: { now: from.toISOString() },
      after: { now: clock.now().toISOString() },
      at: clock.now(),
    }),
  )
  await parts.schedules.fireDue()
  return clockViewOf(parts)
}

const prolongSessions = ({ db }: Needs, ms: number) =>
  db.write((tx) =>
    tx
      .update(sessions)
      .set({ expiresAt: sql`${sessions.expiresAt} + ${ms}` })
      .where(isNull(sessions.revokedAt))
      .run(),
  )
