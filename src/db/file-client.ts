import type { Client, InArgs, InStatement, Replicated, ResultSet, Transaction, TransactionMode } from '@libsql/client'
import { FileConnection, type FileConnectionOptions } from './connection'
import { DatabaseError } from './errors'
import { executeOn } from './result-set'

const begins: Record<TransactionMode, string> = {
  write: 'BEGIN IMMEDIATE',
  read: 'BEGIN DEFERRED',
  deferred: 'BEGIN DEFERRED',
}

/**
 * @libsql/client's interface on one connection to a file, with kept statements. Where the original opens a connection for
 * each transaction, this one lets everything else wait until the open transaction has ended.
 */
export function createFileClient(path: string, options: FileConnectionOptions = {}): FileClient {
  return new FileClient(new FileConnection(path, options))
}

export class FileClient implements Client {
  readonly protocol = 'file'
  #turn: Promise<void> | undefined

  constructor(readonly connection: FileConnection) {}

  get closed(): boolean {
    return this.connection.closed
  }

  async execute(statement: InStatement, args?: InArgs): Promise<ResultSet> {
    await this.#myTurn()
    return executeOn(this.connection, statement, args)
  }

  async batch(
    statements: (InStatement | [string, InArgs?])[],
    mode: TransactionMode = 'deferred',
  ): Promise<ResultSet[]> {
    await this.#myTurn()
    return runAtomically(this.connection, statements, mode)
  }

  async migrate(statements: InStatement[]): Promise<ResultSet[]> {
    await this.#myTurn()
    this.connection.exec('PRAGMA foreign_keys=OFF')
    try {
      return runAtomically(this.connection, statements, 'write')
    } finally {
      this.connection.exec('PRAGMA foreign_keys=ON')
    }
  }

  async transaction(mode: TransactionMode = 'write'): Promise<Transaction> {
    await this.#myTurn()
    this.connection.exec(begins[mode])
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#turn = promise
    return new FileTransaction(this.connection, () => {
      this.#turn = undefined
      resolve()
    })
  }

  async executeMultiple(sql: string): Promise<void> {
    await this.#myTurn()
    try {
      this.connection.script(sql)
    } finally {
      if (this.connection.inTransaction) this.connection.exec('ROLLBACK')
    }
  }

  /** A plain file has nothing to synchronise with. */
  async sync(): Promise<Replicated> {
    return undefined
  }

  close(): void {
    this.connection.close()
  }

  reconnect(): void {
    throw new DatabaseError('a file client is not reopened: make a new one', 'CLIENT_CLOSED')
  }

  async #myTurn(): Promise<void> {
    while (this.#turn) await this.#turn
  }
}

class FileTransaction implements Transaction {
  #open = true

  constructor(
    readonly connection: FileConnection,
    readonly onEnd: () => void,
  ) {}

  get closed(): boolean {
    return !this.#open || !this.connection.inTransaction
  }

  async execute(statement: InStatement, args?: InArgs): Promise<ResultSet> {
    this.#assertOpen()
    return executeOn(this.connection, statement, args)
  }

  async batch(statements: (InStatement | [string, InArgs?])[]): Promise<ResultSet[]> {
    this.#assertOpen()
    return statements.map((statement) => executeEntry(this.connection, statement))
  }

  async executeMultiple(sql: string): Promise<void> {
    this.#assertOpen()
    this.connection.script(sql)
  }

  async commit(): Promise<void> {
    this.#assertOpen()
    try {
      this.connection.exec('COMMIT')
    } finally {
      this.close()
    }
  }

  async rollback(): Promise<void> {
    this.close()
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    try {
      if (this.connection.inTransaction) this.connection.exec('ROLLBACK')
    } finally {
      this.onEnd()
    }
  }

  #assertOpen(): void {
    if (this.closed) throw new DatabaseError('the transaction is closed', 'TRANSACTION_CLOSED')
  }
}

function runAtomically(
  connection: FileConnection,
  statements: (InStatement | [string, InArgs?])[],
  mode: TransactionMode,
): ResultSet[] {
  connection.exec(begins[mode])
  try {
    const results = statements.map((statement) => executeEntry(connection, statement))
    connection.exec('COMMIT')
    return results
  } finally {
    if (connection.inTransaction) connection.exec('ROLLBACK')
  }
}

function executeEntry(connection: FileConnection, statement: InStatement | [string, InArgs?]): ResultSet {
  return Array.isArray(statement)
    ? executeOn(connection, statement[0], statement[1])
    : executeOn(connection, statement, undefined)
}
