import type { BulkLoad } from './bulk-load'
import type { Random } from './random'

export interface Account {
  id: string
  kind: string
  userId: string | null
  balance: number
  toppedUp: number
  spent: number
  lastEntry: number
}

export interface Booking {
  type: 'TOP_UP' | 'CHARGE' | 'REFUND' | 'BONUS'
  /** The other side of the wallet. */
  counter: string
  source: string
  description: string
  subscriptionId?: string
  reverses?: number
}

const houseAccounts = ['clearing:midtrans', 'revenue', 'promo', 'refunds_payable']

/** Transactions, entries and accounts, with the numbers and sums that the triggers would have kept. */
export class Ledger {
  readonly #load: BulkLoad
  readonly #random: Random
  readonly #wallets: Account[] = []
  readonly #house = new Map(houseAccounts.map((id) => [id, emptyAccount(id, '', null)]))
  #transactions = 100
  #entries = 0

  constructor(load: BulkLoad, random: Random) {
    this.#load = load
    this.#random = random
  }

  openWallet(userId: string): Account {
    const wallet = emptyAccount(`wallet:${userId}`, 'wallet', userId)
    this.#wallets.push(wallet)
    return wallet
  }

  /** What a customer sees, and the entry behind it; `amount` is negative when it leaves the wallet. */
  book(wallet: Account, amount: number, booking: Booking, atMs: number): { transaction: number; entry: number } {
    const counter = this.#house.get(booking.counter)!
    const [debit, credit] = amount > 0 ? [counter, wallet] : [wallet, counter]
    const entry = ++this.#entries
    move(debit, credit, Math.abs(amount), entry)
    const transaction = this.record(wallet, amount, { ...booking, status: 'SUCCESS', settledMs: atMs }, atMs)
    this.#write(entry, debit, credit, Math.abs(amount), { ...booking, transaction }, atMs)
    return { transaction, entry }
  }

  /** What was promised as a refund leaves where it came in; the customer sees nothing of it. */
  send(amount: number, booking: { source: string; reverses: number }, atMs: number): void {
    const [debit, credit] = ['refunds_payable', 'clearing:midtrans'].map((id) => this.#house.get(id)!)
    const entry = ++this.#entries
    move(debit!, credit!, amount, entry)
    this.#write(entry, debit!, credit!, amount, { ...booking, transaction: null }, atMs)
  }

  #write(
    number: number,
    debit: Account,
    credit: Account,
    amount: number,
    { source, transaction, reverses }: { source: string; transaction: number | null; reverses?: number },
    atMs: number,
  ): void {
    this.#load.add('ledger_entries', {
      number,
      debit_account: debit.id,
      credit_account: credit.id,
      amount,
      source,
      transaction_number: transaction,
      reverses: reverses ?? null,
      created_at: atMs,
    })
  }

  /** Only what a customer sees. */
  record(
    wallet: Account,
    amount: number,
    shown: Pick<Booking, 'type' | 'description' | 'subscriptionId'> & { status: string; settledMs: number },
    atMs: number,
  ): number {
    const number = ++this.#transactions
    this.#load.add('transactions', {
      number,
      id: this.#random.id('txn', atMs),
      user_id: wallet.userId,
      type: shown.type,
      status: shown.status,
      amount,
      balance_after: shown.status === 'SUCCESS' ? wallet.balance : null,
      subscription_id: shown.subscriptionId ?? null,
      description: shown.description,
      created_at: atMs,
      settled_at: shown.settledMs,
    })
    return number
  }

  end(atMs: number): void {
    for (const { id, kind, userId, ...sums } of this.#wallets) {
      const { balance, toppedUp, spent, lastEntry } = sums
      this.#load.add('ledger_accounts', {
        id,
        kind,
        user_id: userId,
        balance,
        topped_up: toppedUp,
        spent,
        last_entry: lastEntry,
        created_at: atMs,
      })
    }
    for (const { id, balance, toppedUp, spent, lastEntry } of this.#house.values()) {
      this.#load.run('UPDATE ledger_accounts SET balance = ?, topped_up = ?, spent = ?, last_entry = ? WHERE id = ?', [
        ...[balance, toppedUp, spent, lastEntry].map(BigInt),
        id,
      ])
    }
  }
}

const emptyAccount = (id: string, kind: string, userId: string | null): Account => ({
  id,
  kind,
  userId,
  balance: 0,
  toppedUp: 0,
  spent: 0,
  lastEntry: 0,
})

/** As the trigger ledger_entries_post moves them. */
function move(debit: Account, credit: Account, amount: number, entry: number): void {
  debit.balance -= amount
  credit.balance += amount
  debit.lastEntry = credit.lastEntry = entry
  if (credit.id === 'revenue') debit.spent += amount
  if (debit.id === 'revenue') credit.spent -= amount
  if (isWayIn(debit)) credit.toppedUp += amount
  if (isWayIn(credit)) debit.toppedUp -= amount
}

const isWayIn = ({ id }: Account): boolean => id === 'clearing:midtrans' || id === 'refunds_payable'
