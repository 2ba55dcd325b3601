import { DatabaseError } from './errors'

const blank = '(?:\\s|--[^\\n]*\\n|/\\*[\\s\\S]*?\\*/|;)*'
const transactionControl = new RegExp(`^${blank}(?:begin|commit|end|rollback|savepoint|release)\\b`, 'i')
const beyondReading = new RegExp(`^${blank}(?:attach|detach|pragma\\s+[\\w.]+\\s*=|pragma\\s+query_only\\s*\\()`, 'i')

/** On the writer: SQLite would obey, and a neighbour in the same commit would lose its savepoint. */
export function vetWrite(sql: string): void {
  if (transactionControl.test(sql)) throw new Error(`a transaction ends by returning or throwing, not by: ${sql}`)
}

/** On the read connection: a transaction left open would keep it in the past, a setting could make it a writer. */
export function vetRead(sql: string): void {
  if (transactionControl.test(sql) || beyondReading.test(sql)) {
    throw new DatabaseError('the read connection only reads', 'SQLITE_READONLY')
  }
}
