import type { BulkLoad } from './bulk-load'
import type { Account, Ledger } from './million-ledger'
import type { Random } from './random'

const usesOfOne = 1_000
const perCustomer = 100
const worth = 25_000

/** Codes that are worth money by themselves, each used many times before there is the next. */
export class Vouchers {
  readonly #load: BulkLoad
  readonly #random: Random
  readonly #ledger: Ledger
  #codes = 0
  #open: { id: string; code: string; used: number; nths: Map<string, number>; begunMs: number } | undefined

  constructor(load: BulkLoad, random: Random, ledger: Ledger) {
    this.#load = load
    this.#random = random
    this.#ledger = ledger
  }

  redeem(wallet: Account, userId: string, atMs: number): void {
    const voucher = this.#voucherFor(userId, atMs)
    const nth = (voucher.nths.get(userId) ?? 0) + 1
    voucher.nths.set(userId, nth)
    voucher.used++
    const id = this.#random.id('vus', atMs)
    this.#load.add('voucher_uses', {
      id,
      voucher_id: voucher.id,
      user_id: userId,
      nth,
      amount: worth,
      status: 'USED',
      created_at: atMs,
    })
    const booking = { type: 'BONUS', counter: 'promo', source: `voucher:${id}` } as const
    this.#ledger.book(wallet, worth, { ...booking, description: `Voucher ${voucher.code}` }, atMs)
  }

  /** @param by who is said to have made them */
  end(by: string): void {
    this.#write()
    this.#load.run('UPDATE vouchers SET created_by = ?', [by])
  }

  #voucherFor(userId: string, atMs: number) {
    const open = this.#open
    if (open && open.used < usesOfOne && (open.nths.get(userId) ?? 0) < perCustomer) return open
    this.#write()
    const code = `GIFT${++this.#codes}`
    this.#open = { id: this.#random.id('vch', atMs), code, used: 0, nths: new Map(), begunMs: atMs }
    return this.#open
  }

  #write(): void {
    if (!this.#open) return
    const { id, code, used, begunMs } = this.#open
    this.#load.add('vouchers', {
      id,
      code,
      purpose: 'credit',
      amount: worth,
      max_uses: usesOfOne,
      per_customer: perCustomer,
      valid_from: begunMs,
      used,
      granted: used * worth,
      created_by: '',
      created_at: begunMs,
      updated_at: begunMs,
    })
    this.#open = undefined
  }
}
