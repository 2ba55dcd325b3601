import { and, desc, eq, sql } from 'drizzle-orm'
import { type Counted, countUpTo, type Drizzle, prepared } from '../../../db'
import type { Page } from '../../../http/schema'
import { notFound } from '../../../lib/errors'
import { toJson } from '../../../lib/money'
import { type ActorKind, auditEntries } from '../../audit/tables'
import { transactions } from '../../ledger/tables'
import { billingIdOf, mails } from '../../mails/tables'
import { findSubscription } from '../read'
import { type Subscription, upgrades } from '../tables'

/** Events of a subscription that can be paged through, newest first; what is older stands in the audit log and the statement. */
export const mostEvents = 1_000

export type EventKind = 'order' | 'ready' | 'act' | 'app' | 'money' | 'upgrade' | 'mail'

export interface TimelineEvent {
  at: Date
  kind: EventKind
  /** The audited action, the type of the transaction, the template of the mail; a word for the rest. */
  what: string
  by: { kind: ActorKind; id: string } | null
  reason: string | null
  amount: number | null
  /** Where it stands: the number in the audit log, TXMP-…, the mail’s id. */
  ref: string | null
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}

const blank = { by: null, reason: null, amount: null, ref: null, before: null, after: null }

/**
 * All that has happened to a subscription, newest first: what people and the house did to it and to its app, what was paid and given
 * back, what its owner was told. Each source is read by an index of its own, up to the end of the page.
 * @throws AppError NOT_FOUND
 */
export async function subscriptionTimeline(on: Drizzle, id: string, { page, limit }: Page) {
  const found = await findSubscription(on, id)
  if (!found) throw notFound('Subscription')
  const { subscription, instance } = found
  const of = { id, instanceId: instance?.id ?? '', billingId: `BILL-${subscription.number}`, limit: page * limit }
  const events = [
    ...(await actsOn(on).all({ target: of.id, limit: of.limit })).map(actOf('act')),
    ...(await actsOn(on).all({ target: of.instanceId, limit: of.limit })).map(actOf('app')),
    ...(await moneyOf(on).all({ id, limit: of.limit })).map(moneyEvent),
    ...(await upgradesOf(on).all({ id, limit: of.limit })).map(upgradeEvent),
    ...(await mailsAbout(on).all({ billingId: of.billingId, limit: of.limit })).map(mailEvent),
    ...milestonesOf(subscription),
  ]
  events.sort((a, b) => b.at.getTime() - a.at.getTime())
  return {
    events: events.slice((page - 1) * limit, page * limit).map(viewOf),
    total: await countEvents(on, of, milestonesOf(subscription).length),
  }
}

const viewOf = ({ at, ...event }: TimelineEvent) => ({ at: at.toISOString(), ...event })

const actsOn = prepared((db) =>
  db
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.targetId, sql.placeholder('target')))
    .orderBy(desc(auditEntries.number))
    .limit(sql.placeholder('limit'))
    .prepare(),
)

const actOf =
  (kind: EventKind) =>
  (entry: typeof auditEntries.$inferSelect): TimelineEvent => ({
    at: entry.at,
    kind,
    what: entry.action,
    by: { kind: entry.actorKind, id: entry.actorId },
    reason: entry.reason,
    amount: null,
    ref: String(entry.number),
    before: detailsOf(entry.before),
    after: detailsOf(entry.after),
  })

/** A row that somebody damaged must not hide the others. */
function detailsOf(text: string | null): Record<string, unknown> | null {
  if (text === null) return null
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return { unreadable: text }
  }
}

const moneyOf = prepared((db) =>
  db
    .select({
      number: transactions.number,
      type: transactions.type,
      amount: transactions.amount,
      description: transactions.description,
      at: transactions.createdAt,
    })
    .from(transactions)
    .where(eq(transactions.subscriptionId, sql.placeholder('id')))
    .orderBy(desc(transactions.number))
    .limit(sql.placeholder('limit'))
    .prepare(),
)

type Money = Awaited<ReturnType<ReturnType<typeof moneyOf>['all']>>[number]

const moneyEvent = ({ number, type, amount, description, at }: Money): TimelineEvent => ({
  ...{ ...blank, at, kind: 'money', what: type, amount: toJson(amount), ref: `TXMP-${number}` },
  after: { description },
})

/** How upgrades ended well: that they began and were taken back stands in the audit log. */
const upgradesOf = prepared((db) =>
  db
    .select({ number: upgrades.number, toPlanId: upgrades.toPlanId, at: upgrades.endedAt })
    .from(upgrades)
    .where(and(eq(upgrades.subscriptionId, sql.placeholder('id')), eq(upgrades.status, 'DONE')))
    .orderBy(desc(upgrades.number))
    .limit(sql.placeholder('limit'))
    .prepare(),
)

type DoneUpgrade = Awaited<ReturnType<ReturnType<typeof upgradesOf>['all']>>[number]

const upgradeEvent = ({ number, toPlanId, at }: DoneUpgrade): TimelineEvent => ({
  ...{ ...blank, at: at!, kind: 'upgrade', what: 'done', ref: String(number) },
  after: { planId: toPlanId },
})

const mailsAbout = prepared((db) =>
  db
    .select({ id: mails.id, template: mails.template, status: mails.status, at: mails.createdAt })
    .from(mails)
    .where(isAbout())
    .orderBy(desc(mails.id))
    .limit(sql.placeholder('limit'))
    .prepare(),
)

/** Word for word what its index stands on: only so is it used. */
function isAbout() {
  const billingId = billingIdOf({ name: 'data' })
  return sql`${billingId} = ${sql.placeholder('billingId')}`
}

type MailAbout = Awaited<ReturnType<ReturnType<typeof mailsAbout>['all']>>[number]

const mailEvent = ({ id, template, status, at }: MailAbout): TimelineEvent => ({
  ...{ ...blank, at, kind: 'mail', what: template, ref: id },
  after: { status },
})

function milestonesOf({ createdAt, firstReadyAt }: Subscription): TimelineEvent[] {
  const ordered: TimelineEvent = { ...blank, at: createdAt, kind: 'order', what: 'ordered' }
  return firstReadyAt ? [{ ...blank, at: firstReadyAt, kind: 'ready', what: 'first ready' }, ordered] : [ordered]
}

const placeholderOf = (name: string) => sql.placeholder(name)
const countActs = prepared((db) =>
  countUpTo(db, auditEntries, eq(auditEntries.targetId, placeholderOf('target')), mostEvents + 1).prepare(),
)
const countMoney = prepared((db) =>
  countUpTo(db, transactions, eq(transactions.subscriptionId, placeholderOf('id')), mostEvents + 1).prepare(),
)
const countUpgrades = prepared((db) =>
  countUpTo(
    db,
    upgrades,
    and(eq(upgrades.subscriptionId, placeholderOf('id')), eq(upgrades.status, 'DONE')),
    mostEvents + 1,
  ).prepare(),
)
const countMails = prepared((db) => countUpTo(db, mails, isAbout(), mostEvents + 1).prepare())

async function countEvents(
  on: Drizzle,
  { id, instanceId, billingId }: { id: string; instanceId: string; billingId: string },
  milestones: number,
): Promise<Counted> {
  const counts = [
    await countActs(on).get({ target: id }),
    await countActs(on).get({ target: instanceId }),
    await countMoney(on).get({ id }),
    await countUpgrades(on).get({ id }),
    await countMails(on).get({ billingId }),
  ]
  const total = counts.reduce((sum, one) => sum + one!.total, milestones)
  return total > mostEvents ? { total: mostEvents, more: true } : { total, more: false }
}
