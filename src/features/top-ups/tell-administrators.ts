import { and, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../db'
import type { Thing } from '../../lib/kinds'
import type { Parts } from '../../parts'
import { listAlertedAdministrators } from '../accounts'
import { recordAct } from '../audit'
import { auditEntries } from '../audit/tables'
import { enqueueMail } from '../mails'
import type { TopUp } from './tables'

const action = 'payment.alert'

export interface PaymentAlert {
  /** Names it among those of its top-up; what happens a second time has another name. */
  occasion: string
  /** What a person has to look at, in words. */
  finding: string
  caseId?: string
  /** Where many top-ups may have the same trouble: what they share one mail for. */
  mailOf?: string
}

type Needs = Pick<Parts, 'clock' | 'queue' | 'log'>

/** Writes down what only a person can put right, and tells the administrators. Idempotent by the top-up and the occasion. */
export async function raiseAlert(parts: Needs, tx: Tx, topUp: TopUp, alert: PaymentAlert): Promise<void> {
  const { occasion, finding, caseId } = alert
  const target: Thing = { kind: 'top-up', id: topUp.id }
  const told = await tx
    .select({ number: auditEntries.number })
    .from(auditEntries)
    .where(
      and(
        eq(auditEntries.targetKind, target.kind),
        eq(auditEntries.targetId, target.id),
        eq(auditEntries.action, action),
        sql`json_extract(${auditEntries.after}, '$.occasion') = ${occasion}`,
      ),
    )
    .get()
  if (told) return
  parts.log.error({ topUpId: topUp.id, orderId: topUp.orderId, caseId, finding }, 'payment to be looked at')
  await recordAct(tx, { action, target, reason: finding, after: { caseId, occasion }, at: parts.clock.now() })
  await mailAdministrators(parts, tx, topUp, alert)
}

export async function mailAdministrators(
  parts: Needs,
  tx: Tx,
  topUp: TopUp,
  { occasion, finding, caseId, mailOf = `${topUp.id}:${occasion}` }: PaymentAlert,
): Promise<void> {
  for (const { id } of await listAlertedAdministrators(tx)) {
    await enqueueMail(parts, tx, {
      key: `payment-alert:${mailOf}:${id}`,
      userId: id,
      template: 'payment-alert',
      data: { transaction: `TXMP-${topUp.transactionNumber}`, orderId: topUp.orderId, finding, caseId },
    })
  }
}
