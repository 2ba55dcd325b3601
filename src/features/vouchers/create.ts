import { eq, inArray } from 'drizzle-orm'
import type { Static } from 'elysia'
import type { Tx } from '../../db'
import type { Actor } from '../../http/access'
import { invalid } from '../../http/input/input'
import { AppError } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { type Rupiah, rupiah } from '../../lib/money'
import type { Parts } from '../../parts'
import { recordAct } from '../audit'
import { plans, services } from '../catalog/tables'
import { newCode, normaliseCode } from './code'
import { voucherViewOf } from './read'
import type { VoucherInput } from './schema'
import type { Voucher } from './tables'
import { vouchers } from './tables'

type NewVoucher = Static<typeof VoucherInput>
interface Problem {
  path: string
  message: string
}

const money = (value: number | undefined): Rupiah | null => (value === undefined ? null : rupiah(value))

/** @throws AppError VALIDATION_ERROR, CONFLICT for a code that there is */
export async function createVoucher({ clock }: Pick<Parts, 'clock'>, tx: Tx, actor: Actor, input: NewVoucher) {
  const now = clock.now()
  const validFrom = input.validFrom === undefined ? now : new Date(input.validFrom)
  const validUntil = input.validUntil === undefined ? null : new Date(input.validUntil)
  const problems = [...problemsOf(input), ...timeProblems(validFrom, validUntil), ...(await unknownOf(tx, input))]
  if (problems.length > 0) throw invalid('body', problems)
  const row: Voucher = {
    id: newId('voucher', now.getTime()),
    code: input.code === undefined ? newCode(input.prefix) : normaliseCode(input.code),
    purpose: input.purpose,
    amount: money(input.amount),
    percent: input.percent ?? null,
    maximum: money(input.maximum),
    planIds: input.planIds ?? [],
    serviceIds: input.serviceIds ?? [],
    minimumAmount: rupiah(input.minimumAmount ?? 0),
    newCustomersOnly: input.newCustomersOnly ?? false,
    validFrom,
    validUntil,
    maxUses: input.maxUses ?? null,
    perCustomer: input.perCustomer ?? 1,
    used: 0,
    granted: 0n,
    note: input.note ?? null,
    version: 1,
    createdBy: actor.userId,
    createdAt: now,
    updatedAt: now,
  }
  const taken = await tx.select({ id: vouchers.id }).from(vouchers).where(eq(vouchers.code, row.code)).get()
  if (taken) throw new AppError('CONFLICT', 'There is a voucher with this code', { voucherId: taken.id })
  await tx.insert(vouchers).values(row).run()
  const view = voucherViewOf(row, now)
  await recordAct(tx, {
    actor,
    action: 'voucher.create',
    target: { kind: 'voucher', id: row.id },
    // Under the key "code" it would be taken for a secret.
    after: { ...input, code: undefined, voucher: row.code },
    at: now,
  })
  return view
}

/** What no schema can say. */
function problemsOf(input: NewVoucher): Problem[] {
  const { purpose, amount, percent, maximum, planIds = [], serviceIds = [], minimumAmount = 0, maxUses } = input
  const problems: Problem[] = []
  const add = (path: string, message: string) => problems.push({ path, message })
  if ((amount === undefined) === (percent === undefined)) add('/amount', 'Expected one of amount and percent')
  if (maximum !== undefined && percent === undefined) add('/maximum', 'Expected with `percent` only')
  if (input.prefix !== undefined && input.code !== undefined) add('/prefix', 'Expected with no code of your own')
  if (purpose !== 'first_period') {
    const message = 'Expected with the purpose `first_period` only'
    if (planIds.length > 0) add('/planIds', message)
    if (serviceIds.length > 0) add('/serviceIds', message)
  }
  if (purpose === 'credit') {
    if (percent !== undefined) add('/percent', 'Expected with another purpose: there is nothing to take a part of')
    if (minimumAmount > 0) add('/minimumAmount', 'Expected with another purpose: there is nothing to pay')
    if (maxUses === undefined) add('/maxUses', 'Expected with the purpose `credit`: the most that it can cost')
  }
  return problems
}

export const timeProblems = (from: Date, until: Date | null): Problem[] =>
  until !== null && until < from ? [{ path: '/validUntil', message: 'Expected no time before `validFrom`' }] : []

async function unknownOf(tx: Tx, { planIds = [], serviceIds = [] }: NewVoucher): Promise<Problem[]> {
  const foundPlans = await tx.select({ id: plans.id }).from(plans).where(inArray(plans.id, planIds)).all()
  const foundServices = await tx
    .select({ id: services.id })
    .from(services)
    .where(inArray(services.id, serviceIds))
    .all()
  const missing = (path: string, message: string, ids: string[], found: { id: string }[]): Problem[] =>
    ids.flatMap((id, index) => (found.some((row) => row.id === id) ? [] : [{ path: `${path}/${index}`, message }]))
  return [
    ...missing('/planIds', 'There is no such plan', planIds, foundPlans),
    ...missing('/serviceIds', 'There is no such service', serviceIds, foundServices),
  ]
}
