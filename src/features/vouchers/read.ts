import { eq, getTableColumns, sql } from 'drizzle-orm'
import { type Drizzle, defineList, down, prepared, type Tx, up } from '../../db'
import type { Page } from '../../http/schema'
import { notFound } from '../../lib/errors'
import { toJson } from '../../lib/money'
import { normaliseCode } from './code'
import type { Voucher, VoucherUse } from './tables'
import { vouchers, voucherUses } from './tables'

const voucherById = prepared((db) =>
  db
    .select()
    .from(vouchers)
    .where(eq(vouchers.id, sql.placeholder('id')))
    .prepare(),
)

/** @throws AppError NOT_FOUND */
export async function getVoucher(on: Drizzle | Tx, id: string): Promise<Voucher> {
  const voucher = await voucherById(on).get({ id })
  if (!voucher) throw notFound('Voucher')
  return voucher
}

const voucherList = defineList({
  table: vouchers,
  rows: (db) => db.select({ ...getTableColumns(vouchers) }).from(vouchers),
  filters: { purpose: vouchers.purpose, code: vouchers.code },
  sorts: { newest: down(vouchers.id), oldest: up(vouchers.id) },
})

type VouchersFilter = Parameters<typeof voucherList>[1] & { code?: string }

export async function listVouchers(on: Drizzle, filter: VouchersFilter, page: Page, now: Date) {
  const code = filter.code === undefined ? undefined : normaliseCode(filter.code)
  const { rows, total } = await voucherList(on, { ...filter, code }, page)
  return { rows: rows.map((row) => voucherViewOf(row, now)), total }
}

const useList = defineList({
  table: voucherUses,
  rows: (db) => db.select({ ...getTableColumns(voucherUses) }).from(voucherUses),
  always: { voucherId: (value) => eq(voucherUses.voucherId, value) },
  conditions: { status: (value) => eq(voucherUses.status, value) },
  sorts: { newest: down(voucherUses.id), oldest: up(voucherUses.id) },
})

/** @throws AppError NOT_FOUND */
export async function listUses(
  on: Drizzle,
  id: string,
  filter: Omit<Parameters<typeof useList>[1], 'voucherId'>,
  page: Page,
) {
  const { id: voucherId } = await getVoucher(on, id)
  const { rows, total } = await useList(on, { ...filter, voucherId }, page)
  return { rows: rows.map(useViewOf), total }
}

const useViewOf = (use: VoucherUse) => ({
  id: use.id,
  userId: use.userId,
  amount: toJson(use.amount),
  status: use.status,
  subscriptionId: use.subscriptionId,
  topUpId: use.topUpId,
  createdAt: use.createdAt.toISOString(),
  releasedAt: use.releasedAt?.toISOString() ?? null,
})

/** What anybody who has the code may know of it. */
export const conditionsOf = (voucher: Voucher) => ({
  code: voucher.code,
  purpose: voucher.purpose,
  amount: voucher.amount === null ? null : toJson(voucher.amount),
  percent: voucher.percent,
  maximum: voucher.maximum === null ? null : toJson(voucher.maximum),
  minimumAmount: toJson(voucher.minimumAmount),
  planIds: voucher.planIds,
  serviceIds: voucher.serviceIds,
  newCustomersOnly: voucher.newCustomersOnly,
  validUntil: voucher.validUntil?.toISOString() ?? null,
})

export const voucherViewOf = (voucher: Voucher, now: Date) => ({
  id: voucher.id,
  ...conditionsOf(voucher),
  validFrom: voucher.validFrom.toISOString(),
  maxUses: voucher.maxUses,
  perCustomer: voucher.perCustomer,
  used: voucher.used,
  granted: toJson(voucher.granted),
  status: statusOf(voucher, now),
  note: voucher.note,
  createdBy: voucher.createdBy,
  createdAt: voucher.createdAt.toISOString(),
  updatedAt: voucher.updatedAt.toISOString(),
  version: voucher.version,
})

function statusOf({ validFrom, validUntil, maxUses, used }: Voucher, now: Date) {
  if (validUntil !== null && now >= validUntil) return 'ended' as const
  if (maxUses !== null && used >= maxUses) return 'used_up' as const
  return now < validFrom ? ('scheduled' as const) : ('active' as const)
}
