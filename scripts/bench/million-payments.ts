import type { BulkLoad } from './bulk-load'
import type { Account, Ledger } from './million-ledger'
import type { Random } from './random'

const unpaidShare = 0.1
const caseShare = 0.02
const openCaseShare = 0.1
const payWithinMs = 86_400_000
const methods = ['bca_va', 'bni_va', 'gopay', 'qris']

export interface PaidTopUp {
  id: string
  amount: number
  /** The entry that credited it. */
  entry: number
}

/** Top-ups with what the provider told of them, and what went back or was set aside. */
export class Payments {
  constructor(
    private readonly load: BulkLoad,
    private readonly random: Random,
    private readonly ledger: Ledger,
  ) {}

  /** @returns the top-up if it was paid */
  topUp(wallet: Account, atMs: number): PaidTopUp | undefined {
    const { random, ledger } = this
    const id = random.id('top', atMs)
    const amount = 100_000 * (2 + random.below(9))
    const method = methods[random.below(methods.length)]!
    const shown = { type: 'TOP_UP', description: `Top-up by ${method}` } as const
    const paid = random.next() >= unpaidShare
    const booked = paid
      ? ledger.book(wallet, amount, { ...shown, counter: 'clearing:midtrans', source: `top-up:${id}` }, atMs)
      : undefined
    const transaction =
      booked?.transaction ?? ledger.record(wallet, amount, { ...shown, status: 'EXPIRED', settledMs: atMs }, atMs)
    const orderId = `TXMP-${transaction}-${id.slice(-10)}`
    this.load.add('top_ups', {
      id,
      user_id: wallet.userId,
      transaction_number: transaction,
      order_id: orderId,
      amount,
      method,
      status: paid ? 'SUCCESS' : 'EXPIRED',
      charged: 1,
      expires_at: atMs + payWithinMs,
      created_at: atMs,
      updated_at: atMs,
    })
    if (!booked) return undefined
    this.#notify(orderId, transaction, atMs)
    if (random.next() < caseShare) this.#setAside(id, amount, atMs)
    return { id, amount, entry: booked.entry }
  }

  /** Promised out of the wallet, and sent. */
  refund(wallet: Account, topUp: PaidTopUp, requestedBy: string, atMs: number): void {
    const id = this.random.id('ref', atMs)
    const booking = { type: 'REFUND', counter: 'refunds_payable', source: `refund:${id}:reserved` } as const
    const description = 'Refund to its payment method'
    const { transaction } = this.ledger.book(wallet, -topUp.amount, { ...booking, description }, atMs)
    const source = `top-up:${topUp.id}:refund:${id}:${topUp.entry}`
    this.ledger.send(topUp.amount, { source, reverses: topUp.entry }, atMs)
    this.load.add('refunds', {
      id,
      top_up_id: topUp.id,
      user_id: wallet.userId,
      amount: topUp.amount,
      way: 'provider',
      status: 'POSTED',
      transaction_number: transaction,
      reason: 'asked for',
      requested_by: requestedBy,
      created_at: atMs,
      ended_at: atMs,
    })
  }

  #notify(orderId: string, transaction: number, atMs: number): void {
    this.load.add('payment_notifications', {
      id: transaction,
      digest: `digest-${transaction}`,
      order_id: orderId,
      body: JSON.stringify({ order_id: orderId, transaction_status: 'settlement', status_code: '200' }),
      received_at: atMs,
      processed_at: atMs,
      outcome: 'SUCCESS',
    })
  }

  /** Another payment of the same order, that nobody asked for. */
  #setAside(topUpId: string, amount: number, atMs: number): void {
    const isOpen = this.random.next() < openCaseShare
    const transactionId = this.random.id('pay', atMs)
    this.load.add('provider_payments', {
      top_up_id: topUpId,
      transaction_id: transactionId,
      state: 'paid',
      changes: 1,
      seen_at: atMs,
    })
    this.load.add('payment_cases', {
      id: this.random.id('case', atMs),
      top_up_id: topUpId,
      kind: 'second_payment',
      provider_transaction_id: transactionId,
      amount,
      finding: 'paid a second time',
      status: isOpen ? 'OPEN' : 'DISMISSED',
      reason: isOpen ? null : 'given back by hand',
      created_at: atMs,
      resolved_at: isOpen ? null : atMs,
    })
  }
}
