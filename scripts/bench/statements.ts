import { readFileSync, writeFileSync } from 'node:fs'
import { FileConnection } from '../../src/db/connection'
import type { BoundValue } from '../../src/db/values'

/** One statement as it ran: what it says, what it was given, and whether rows were asked of it. */
export interface Ran {
  sql: string
  args: BoundValue[]
  how: 'all' | 'first' | 'run'
}

/** Beginning and ending transactions is left to whoever runs them again. */
const ofTransactions = /^\s*(begin|commit|rollback|savepoint|release|pragma)\b/i

const { all, first, run } = FileConnection.prototype

/** Writes down every statement that this process runs on a file while `work` runs. Its triggers run again by themselves. */
export async function recordStatements(work: () => Promise<unknown>): Promise<Ran[]> {
  const ran: Ran[] = []
  let within = false
  const note = (on: FileConnection, how: Ran['how'], sql: string, args: BoundValue[] = []) => {
    if (!within && on.path !== ':memory:' && !ofTransactions.test(sql)) ran.push({ sql, args: [...args], how })
  }
  FileConnection.prototype.all = function (sql, args) {
    note(this, 'all', sql, args)
    return all.call(this, sql, args)
  }
  FileConnection.prototype.first = function (sql, args) {
    note(this, 'first', sql, args)
    // It may ask by \`all\`.
    within = true
    try {
      return first.call(this, sql, args)
    } finally {
      within = false
    }
  }
  FileConnection.prototype.run = function (sql, args) {
    note(this, 'run', sql, args)
    return run.call(this, sql, args)
  }
  try {
    await work()
  } finally {
    Object.assign(FileConnection.prototype, { all, first, run })
  }
  return ran
}

type Packed = { texts: string[]; orders: [text: number, how: Ran['how'], args: unknown[]][][] }

/** Several of them, each text once. */
export function saveStatements(path: string, orders: Ran[][]): void {
  const texts = new Map<string, number>()
  const packed: Packed = {
    orders: orders.map((ran) =>
      ran.map(({ sql, args, how }) => {
        const text = texts.get(sql) ?? texts.size
        texts.set(sql, text)
        return [text, how, args.map((value) => (typeof value === 'bigint' ? { big: String(value) } : value))]
      }),
    ),
    texts: [],
  }
  packed.texts = [...texts.keys()]
  writeFileSync(path, JSON.stringify(packed))
}

export function loadStatements(path: string): Ran[][] {
  const { texts, orders } = JSON.parse(readFileSync(path, 'utf8')) as Packed
  const unpack = (value: unknown) =>
    typeof value === 'object' && value !== null ? BigInt((value as { big: string }).big) : (value as BoundValue)
  return orders.map((ran) => ran.map(([text, how, args]) => ({ sql: texts[text]!, how, args: args.map(unpack) })))
}
