import type { Snapshot } from '../../db'
import type { Findings } from './findings'
import { slicesOf } from './walk-rows'

/** Accounts held in memory at a time, about 150 bytes each; beyond that the entries are walked once more for each so many. */
const accountsAtOnce = 250_000
const accountsOfSlice = 2_000

/** What an account carries, each derived from the entries alone. */
const columns = ['balance', 'topped_up', 'spent', 'last_entry'] as const

/** The names that `replayAccounts` reports under. */
export const replayChecks: readonly string[] = [...columns, 'balance after', 'below zero', 'sum of balances']

interface ReplayOptions {
  signal?: AbortSignal
  atOnce?: number
}

/**
 * Books every entry again in the order of its number, into accounts that begin empty: what each account carries must come out,
 * and after each transaction of a wallet the balance that it states.
 */
export async function replayAccounts(
  snapshot: Snapshot,
  findings: Findings,
  { signal, atOnce = accountsAtOnce }: ReplayOptions = {},
): Promise<void> {
  let sum = 0n
  let after = ''
  for (;;) {
    const replay = new Replay(findings)
    const last = await replay.openAccounts(snapshot, after, atOnce)
    if (last === undefined) break
    for await (const slice of slicesOf(snapshot, 'ledger_entries', signal)) {
      for (const row of await snapshot.all(selectEntries, [slice.after, slice.upTo]))
        replay.book(row as unknown as Booked)
    }
    sum += await replay.compare(snapshot, after, last, signal)
    after = last
  }
  if (sum !== 0n) findings.add('sum of balances', `ledger: balances sum to ${sum}, not to zero`)
}

const selectIds = 'select id from ledger_accounts where id > ? order by id limit ?'
const selectAccounts = `select id, ${columns} from ledger_accounts where id > ? and id <= ? order by id limit ${accountsOfSlice}`
const selectEntries = `
  select e.number, e.debit_account, e.credit_account, e.amount, x.number, x.amount > 0, x.balance_after
  from ledger_entries e left join transactions x on x.number = e.transaction_number
  where e.rowid > ? and e.rowid <= ? order by e.number`

/** Entry number, debit, credit, amount; of its transaction the number, whether it is a credit, and the balance it states. */
type Booked = [Integer, string, string, Integer, Integer | null, number | null, Integer | null]
/** A bigint only where it is beyond what any sum of ours may be: the row breaks a CHECK and is told for that. */
type Integer = number | bigint

interface Account {
  balance: number
  topped_up: number
  spent: number
  last_entry: number
  /** By how much its transactions' balances have been off until now: told only where that changes. */
  off: number
}

class Replay {
  readonly #findings: Findings
  readonly #accounts = new Map<string, Account>()

  constructor(findings: Findings) {
    this.#findings = findings
  }

  /** @returns the last id of those it opened, if there were any */
  async openAccounts(snapshot: Snapshot, after: string, limit: number): Promise<string | undefined> {
    let last = after
    while (this.#accounts.size < limit) {
      const wanted = Math.min(accountsOfSlice, limit - this.#accounts.size)
      const ids = await snapshot.all(selectIds, [last, wanted])
      for (const [id] of ids)
        this.#accounts.set(String(id), { balance: 0, topped_up: 0, spent: 0, last_entry: 0, off: 0 })
      last = String(ids.at(-1)?.[0] ?? last)
      if (ids.length < wanted) break
    }
    return this.#accounts.size === 0 ? undefined : last
  }

  book([entry, debit, credit, moved, transaction, isCredit, stated]: Booked): void {
    const number = Number(entry)
    const amount = Number(moved)
    const from = this.#accounts.get(debit)
    const to = this.#accounts.get(credit)
    if (from) {
      from.balance -= amount
      from.last_entry = number
      if (credit === 'revenue') from.spent += amount
      if (comesFromOutside(credit)) from.topped_up -= amount
      if (from.balance < 0 && from.balance + amount >= 0 && debit.startsWith('wallet:')) {
        this.#findings.add('below zero', `account ${debit}: below zero after entry ${number}: ${from.balance}`)
      }
    }
    if (to) {
      to.balance += amount
      to.last_entry = number
      if (debit === 'revenue') to.spent -= amount
      if (comesFromOutside(debit)) to.topped_up += amount
    }
    const wallet = isCredit ? to : from
    if (transaction !== null && stated !== null && wallet) this.#compareStated(wallet, transaction, stated)
  }

  #compareStated(wallet: Account, transaction: Integer, stated: Integer): void {
    const derived = wallet.balance + wallet.off
    if (stated === derived) return
    this.#findings.add('balance after', `TXMP-${transaction}: balance after it ${stated}, entries say ${derived}`)
    wallet.off = Number(stated) - wallet.balance
  }

  /** @returns the sum of what these accounts carry */
  async compare(snapshot: Snapshot, after: string, last: string, signal?: AbortSignal): Promise<bigint> {
    let sum = 0n
    for (let from = after; from < last; ) {
      signal?.throwIfAborted()
      const rows = await snapshot.all(selectAccounts, [from, last])
      for (const [id, ...carried] of rows) {
        const derived = this.#accounts.get(String(id))!
        for (const [index, column] of columns.entries()) {
          const value = carried[index] as Integer | null
          if (value === derived[column]) continue
          this.#findings.add(column, `account ${id}: ${column} ${value}, entries say ${derived[column]}`)
        }
        sum += BigInt((carried[0] as Integer | null) ?? 0)
      }
      from = String(rows.at(-1)![0])
    }
    return sum
  }
}

/** What counts as topped up, as the trigger ledger_entries_post has it. */
const comesFromOutside = (account: string): boolean => account.startsWith('clearing:') || account === 'refunds_payable'
