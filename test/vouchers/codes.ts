import type { Answer, Caller } from '../support/system'

export interface TestVoucher {
  id: string
  code: string
}

/** A voucher as an administrator makes it: its code is nobody else's. */
export async function makeVoucher(admin: Caller, terms: object): Promise<TestVoucher> {
  const { status, body } = await admin.post('/admin/vouchers', terms)
  if (status !== 201) throw new Error(`voucher: ${status} ${JSON.stringify(body)}`)
  return body.data
}

export const firstPeriod = (more: object = {}) => ({ purpose: 'first_period', percent: 20, ...more })
export const bonus = (more: object = {}) => ({ purpose: 'top_up', percent: 10, ...more })
export const credit = (more: object = {}) => ({ purpose: 'credit', amount: 25_000, maxUses: 100, ...more })

/** Why a code was refused. */
export const reasonOf = ({ status, body }: Answer): unknown[] => [status, body.error?.code, body.error?.details?.reason]
export const refusedFor = (reason: string) => [422, 'VOUCHER_INVALID', reason]

export async function usesOf(admin: Caller, { id }: TestVoucher) {
  const [voucher, uses] = await Promise.all([
    admin.get(`/admin/vouchers/${id}`),
    admin.get(`/admin/vouchers/${id}/uses`),
  ])
  const { used, granted } = voucher.body.data as { used: number; granted: number }
  return { used, granted, uses: uses.body.data as { status: string; amount: number }[] }
}

export const tally = (answers: Answer[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const answer of answers) {
    const said = answer.status < 300 ? String(answer.status) : reasonOf(answer).join(' ')
    counts[said] = (counts[said] ?? 0) + 1
  }
  return counts
}
