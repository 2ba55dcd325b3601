import { and, desc, eq, sql } from 'drizzle-orm'
import type { Static } from 'elysia'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { invalid } from '../../http/input/input'
import { assertUnchanged } from '../../http/precondition'
import { AppError } from '../../lib/errors'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { timeProblems } from './create'
import { getVoucher, voucherViewOf } from './read'
import type { VoucherChange } from './schema'
import type { Voucher } from './tables'
import { vouchers, voucherUses } from './tables'

interface Change {
  expected: string[] | undefined
  input: Static<typeof VoucherChange>
}

/**
 * How often and until when a voucher can be used; what it is worth stays. What was used, or promised to a top-up, stands.
 * @throws AppError NOT_FOUND, PRECONDITION_FAILED, VALIDATION_ERROR, INVALID_STATE for a limit below what was used
 */
export async function changeVoucher(
  { clock }: Pick<Parts, 'clock'>,
  tx: Tx,
  actor: Actor,
  id: string,
  { expected, input }: Change,
) {
  const row = await getVoucher(tx, id)
  assertUnchanged(row, expected)
  const now = clock.now()
  const { validUntil, ...rest } = input
  const wanted = {
    ...rest,
    ...(validUntil !== undefined && { validUntil: validUntil === null ? null : new Date(validUntil) }),
  }
  const next: Voucher = { ...row, ...wanted, version: row.version + 1, updatedAt: now }
  const problems = timeProblems(next.validFrom, next.validUntil)
  if (problems.length > 0) throw invalid('body', problems)
  await assertLimits(tx, row, next)
  const { maxUses, perCustomer, note, version, updatedAt } = next
  await tx
    .update(vouchers)
    .set({ validUntil: next.validUntil, maxUses, perCustomer, note, version, updatedAt })
    .where(eq(vouchers.id, id))
    .run()
  await recordAct(tx, {
    actor,
    action: 'voucher.update',
    target: { kind: 'voucher', id },
    before: {
      validUntil: row.validUntil?.toISOString(),
      maxUses: row.maxUses,
      perCustomer: row.perCustomer,
      note: row.note,
    },
    after: { ...input },
    at: now,
  })
  return voucherViewOf(next, now)
}

async function assertLimits(tx: Tx, row: Voucher, next: Voucher): Promise<void> {
  if (next.purpose === 'credit' && next.maxUses === null) {
    throw invalid('body', [
      { path: '/maxUses', message: 'Expected with the purpose `credit`: the most that it can cost' },
    ])
  }
  if (next.maxUses !== null && next.maxUses < row.used) {
    const details = { used: row.used, asked: next.maxUses }
    throw new AppError('INVALID_STATE', 'It was used more often than that', details)
  }
  if (next.perCustomer >= row.perCustomer) return
  const most = await tx
    .select({ nth: voucherUses.nth })
    .from(voucherUses)
    .where(and(eq(voucherUses.voucherId, row.id), sql`${voucherUses.status} <> 'RELEASED'`))
    .orderBy(desc(voucherUses.nth))
    .limit(1)
    .get()
  if (most && most.nth > next.perCustomer) {
    const details = { used: most.nth, asked: next.perCustomer }
    throw new AppError('INVALID_STATE', 'A customer has used it more often than that', details)
  }
}
