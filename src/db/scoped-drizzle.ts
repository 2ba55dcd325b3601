import type { Client, ResultSet } from '@libsql/client'
import { LibSQLDatabase } from 'drizzle-orm/libsql/driver-core'
import { LibSQLSession } from 'drizzle-orm/libsql/session'
import type { Query } from 'drizzle-orm/sql'
import { type SelectedFieldsOrdered, SQLiteAsyncDialect, type SQLiteExecuteMethod } from 'drizzle-orm/sqlite-core'
import type { Scope } from './scope'
import { type ResultMapper, ScopedQuery } from './scoped-query'

/** Drizzle on the database, without a relational schema: cheap to build. */
export type Drizzle = LibSQLDatabase<Record<string, never>>

/** One caller's transaction: Drizzle, and what is to happen once the commit is durable. */
export interface Tx extends Drizzle {
  /** Runs `effect` after the commit, in the caller's context; never if the transaction fails. An error in it is reported only. */
  afterCommit(effect: () => void): void
}

const dialect = new SQLiteAsyncDialect()
const noClient = undefined as unknown as Client

export class ScopedDrizzle extends LibSQLDatabase<Record<string, never>> {
  constructor(readonly scope: Scope) {
    super('async', dialect, new ScopedSession(scope), undefined)
  }
}

export class ScopedTx extends ScopedDrizzle implements Tx {
  readonly effects: (() => void)[] = []

  constructor(
    scope: Scope,
    readonly assertLive: () => void,
  ) {
    super(scope)
  }

  afterCommit(effect: () => void): void {
    this.assertLive()
    this.effects.push(effect)
  }
}

class ScopedSession extends LibSQLSession<Record<string, never>, Record<string, never>> {
  constructor(readonly scope: Scope) {
    super(noClient, dialect, undefined, {}, undefined)
  }

  override prepareQuery(
    query: Query,
    fields: SelectedFieldsOrdered | undefined,
    executeMethod: SQLiteExecuteMethod,
    inArrays: boolean,
    mapResult?: ResultMapper,
  ): ScopedQuery {
    return new ScopedQuery(query, fields, executeMethod, inArrays, mapResult, this.scope)
  }

  override async batch(queries: readonly unknown[]): Promise<unknown[]> {
    const built = (queries as { _prepare(): ScopedQuery }[]).map((query) => query._prepare())
    const statements = built.map((query) => query.getQuery()).map(({ sql, params }) => ({ sql, args: params }))
    const results: ResultSet[] = await this.scope.batch(statements)
    return results.map((result, index) => built[index]!.mapResult(result, true))
  }

  override transaction(): never {
    throw new Error('a transaction is database.write(work): inside one hand its tx on, outside one call write')
  }
}
