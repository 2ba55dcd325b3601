import type { Client, InArgs, ResultSet, Transaction } from '@libsql/client'
import { DatabaseError, databaseErrorOf } from './errors'
import type { RawRow, Scope } from './scope'
import { toBoundAll } from './values'

interface Statement {
  sql: string
  args: readonly unknown[]
}

/** Reads on a server: one round trip each. */
export class RemoteReadScope implements Scope {
  constructor(
    readonly home: object,
    readonly client: Client,
  ) {}

  async execute(sql: string, args: readonly unknown[]): Promise<ResultSet> {
    assertRead(sql)
    return plainly(this.client.execute(bound({ sql, args })))
  }

  async all(sql: string, args: readonly unknown[]): Promise<RawRow[]> {
    return (await this.execute(sql, args)).rows as unknown as RawRow[]
  }

  async first(sql: string, args: readonly unknown[]): Promise<RawRow | undefined> {
    return (await this.all(sql, args))[0]
  }

  async batch(statements: Statement[]): Promise<ResultSet[]> {
    for (const { sql } of statements) assertRead(sql)
    return plainly(this.client.batch(statements.map(bound), 'read'))
  }
}

/** One interactive transaction on a server: every statement is a round trip. */
export class RemoteWriteScope implements Scope {
  #ended = false

  constructor(
    readonly home: object,
    readonly transaction: Transaction,
  ) {}

  get live(): boolean {
    return !this.#ended
  }

  end(): void {
    this.#ended = true
  }

  async execute(sql: string, args: readonly unknown[]): Promise<ResultSet> {
    this.assertLive()
    return plainly(this.transaction.execute(bound({ sql, args })))
  }

  async all(sql: string, args: readonly unknown[]): Promise<RawRow[]> {
    return (await this.execute(sql, args)).rows as unknown as RawRow[]
  }

  async first(sql: string, args: readonly unknown[]): Promise<RawRow | undefined> {
    return (await this.all(sql, args))[0]
  }

  async batch(statements: Statement[]): Promise<ResultSet[]> {
    this.assertLive()
    return plainly(this.transaction.batch(statements.map(bound)))
  }

  assertLive(): void {
    if (this.#ended) throw new Error('this transaction has ended: a query ran on a tx after its write() was over')
  }
}

/** The server's errors in the same words and codes as a file's. */
export async function plainly<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw databaseErrorOf(error) ?? error
  }
}

const bound = ({ sql, args }: Statement): { sql: string; args: InArgs } => ({
  sql,
  args: toBoundAll(args) as unknown as InArgs,
})

const readOnly = /^\s*(?:select|with|values|explain|pragma)\b/i
const writesInside =
  /\b(?:insert\s+(?:or\s+\w+\s+)?into|replace\s+into|update\s+(?:or\s+\w+\s+)?["`[\w]|delete\s+from)\b/i

// A server carries out a write that comes in a read batch, so the refusal has to be ours.
function assertRead(sql: string): void {
  if (readOnly.test(sql) && !(/^\s*with\b/i.test(sql) && writesInside.test(sql))) return
  throw new DatabaseError('attempt to write on the read connection', 'SQLITE_READONLY')
}
