import { eq, sql } from 'drizzle-orm'
import { type Drizzle, defineList, down, prepared, type Tx } from '../../db'
import type { Actor } from '../../http/access'
import type { Page } from '../../http/schema'
import { notFound } from '../../lib/errors'
import { newId } from '../../lib/ids'
import type { Thing } from '../../lib/kinds'
import type { Parts } from '../../parts'
import { users } from '../accounts/tables'
import { recordAct } from '../audit'
import { mailSuppressions, type SuppressionReason } from './tables'

const maxDetail = 300

interface NewSuppression {
  address: string
  reason: SuppressionReason
  detail?: string
  userId?: string | null
  mailId?: string | null
}

/** From now on nothing is sent to this address. The first reason stays, but a complaint weighs more. Idempotent. */
export async function suppress({ clock }: Pick<Parts, 'clock'>, tx: Tx, wanted: NewSuppression): Promise<void> {
  const createdAt = clock.now()
  const { address, reason, detail, userId, mailId } = wanted
  const row = {
    ...{ reason, detail: detail?.slice(0, maxDetail).toWellFormed(), mailId, createdAt },
    userId: userId ?? sql<string | null>`(select id from ${users} where email = ${normalise(address)})`,
  }
  await tx
    .insert(mailSuppressions)
    .values({ id: newId('suppression', createdAt.getTime()), address: normalise(address), ...row })
    .onConflictDoUpdate({
      target: mailSuppressions.address,
      set: row,
      setWhere: sql`${mailSuppressions.reason} = 'BOUNCED' and excluded.reason = 'COMPLAINED'`,
    })
    .run()
}

const normalise = (address: string): string => address.trim().toLowerCase()

const byAddress = prepared((db) =>
  db
    .select()
    .from(mailSuppressions)
    .where(eq(mailSuppressions.address, sql.placeholder('address')))
    .prepare(),
)

export const findSuppression = (on: Drizzle | Tx, address: string) => byAddress(on).get({ address: normalise(address) })

const { id, address, reason, detail, userId, mailId, createdAt } = mailSuppressions

const suppressionList = defineList({
  table: mailSuppressions,
  rows: (db) => db.select({ id, address, reason, detail, userId, mailId, createdAt }).from(mailSuppressions),
  filters: { address, reason },
  sorts: { newest: down(id) },
})

export async function listSuppressions(
  on: Drizzle,
  filter: { address?: string; reason?: SuppressionReason },
  page: Page,
) {
  const wanted = { ...filter, address: filter.address === undefined ? undefined : normalise(filter.address) }
  const { rows, total } = await suppressionList(on, wanted, page)
  return { suppressions: rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() })), total }
}

/** Mails are sent there again; what was not sent meanwhile is not sent later. The address itself stays out of the audit log. */
export async function liftSuppression(
  { clock }: Pick<Parts, 'clock'>,
  tx: Tx,
  actor: Actor,
  id: string,
  reason: string,
): Promise<void> {
  const gone = await tx.delete(mailSuppressions).where(eq(mailSuppressions.id, id)).returning().get()
  if (!gone) throw notFound('Suppressed address')
  const target: Thing = { kind: 'suppression', id }
  const before = { reason: gone.reason, userId: gone.userId, mailId: gone.mailId }
  await recordAct(tx, { actor, action: 'mail-suppression.lift', target, reason, before, at: clock.now() })
}
