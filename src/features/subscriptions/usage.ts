import { asc, eq, sql } from 'drizzle-orm'
import { type Drizzle, prepared } from '../../db'
import type { Actor } from '../../http/access'
import { invalid } from '../../http/input/input'
import { day, second } from '../../lib/clock'
import type { Parts } from '../../parts'
import { auditEntries } from '../audit/tables'
import type { Instance } from '../instances'
import { type FullSubscription, getOwnSubscription } from './read'
import { listChargesFor } from './shown-charges'

const longestRangeDays = 366
const mostCharges = 100
/** Starts and stops that are added up; where there were more, no sum is shown rather than a wrong one. */
const mostActs = 2_000

const nothingMeasured = 'How much an app uses is not stored yet; the metrics show what it uses now'

interface Asked {
  from?: Date
  to?: Date
  step?: Step
}
type Step = '1h' | '1d'

/**
 * What is stored of a subscription's use: what was charged for the time that is asked for, and how long its app was meant to run.
 * @throws AppError NOT_FOUND, FORBIDDEN, VALIDATION_ERROR
 */
export async function getOwnUsage(parts: Pick<Parts, 'db' | 'clock'>, actor: Actor, id: string, asked: Asked) {
  const on = parts.db.read
  const found = await getOwnSubscription(on, actor, id)
  const range = rangeOf(found, asked, parts.clock.now())
  const paid = await listChargesFor(on, id, { start: range.from, end: range.to }, mostCharges)
  return {
    subscriptionId: id,
    range: { from: range.from.toISOString(), to: range.to.toISOString() },
    step: asked.step ?? '1d',
    samples: [],
    reason: nothingMeasured,
    totals: {
      charged: sumOf(paid, 'total'),
      refunded: sumOf(paid, 'refunded'),
      runningSeconds: await runningSeconds(on, found, range, parts.clock.now()),
      cpuMillicoreHours: null,
      memoryMbHours: null,
      storageGb: found.instance && found.instance.desiredState !== 'DELETED' ? found.instance.storageGb : null,
    },
    charges: paid.map(({ net: _net, tax: _tax, at: _at, ...charge }) => charge),
  }
}

interface Range {
  from: Date
  to: Date
}

/** Without a range it is from the start of what was paid last, or where that has yet to begin a month, until now. */
function rangeOf({ subscription }: FullSubscription, asked: Asked, now: Date): Range {
  const to = asked.to ?? now
  const begun = subscription.currentPeriodStart
  const from = asked.from ?? (begun < to ? begun : new Date(to.getTime() - 30 * day))
  if (from >= to) throw invalid('query', [{ path: '/from', message: 'Expected a time before the end of the range' }])
  if (to.getTime() - from.getTime() > longestRangeDays * day)
    throw invalid('query', [{ path: '/from', message: `Expected at most ${longestRangeDays} days` }])
  return { from, to }
}

const sumOf = (rows: { total: number; refunded: number }[], field: 'total' | 'refunded'): number =>
  rows.reduce((sum, row) => sum + row[field], 0)

const wishesOf = prepared((db) =>
  db
    .select({
      at: auditEntries.at,
      before: sql<string | null>`${auditEntries.before} ->> '$.desiredState'`,
      after: sql<string | null>`${auditEntries.after} ->> '$.desiredState'`,
    })
    .from(auditEntries)
    .where(eq(auditEntries.targetId, sql.placeholder('instanceId')))
    .orderBy(asc(auditEntries.number))
    .limit(mostActs + 1)
    .prepare(),
)

/** Every change of what is wished of an app stands in the audit log: from when it was first ready on, they are added up. */
async function runningSeconds(
  on: Drizzle,
  { subscription, instance }: FullSubscription,
  { from, to }: Range,
  now: Date,
): Promise<number | null> {
  const { firstReadyAt } = subscription
  if (!instance || !firstReadyAt) return 0
  const wishes = await wishesOf(on).all({ instanceId: instance.id })
  if (wishes.length > mostActs) return null
  const since = Math.max(from.getTime(), firstReadyAt.getTime())
  const until = Math.min(to.getTime(), now.getTime())
  let ms = 0
  let state: string = wishes.find(({ before }) => before)?.before ?? instance.desiredState
  let at = 0
  const add = (end: number) => {
    if (state === ('RUNNING' satisfies Instance['desiredState'])) {
      ms += Math.max(0, Math.min(end, until) - Math.max(at, since))
    }
  }
  for (const wish of wishes) {
    if (!wish.after) continue
    add(wish.at.getTime())
    at = wish.at.getTime()
    state = wish.after
  }
  add(Number.POSITIVE_INFINITY)
  return Math.floor(ms / second)
}
