import type { Client, ResultSet } from '@libsql/client'
import { NoopCache } from 'drizzle-orm/cache/core'
import { LibSQLPreparedQuery } from 'drizzle-orm/libsql/session'
import { NoopLogger } from 'drizzle-orm/logger'
import type { Query } from 'drizzle-orm/sql'
import type { SelectedFieldsOrdered, SQLiteExecuteMethod } from 'drizzle-orm/sqlite-core'
import { ParameterPlan, type PlaceholderValues } from './query-plan'
import { RowShape } from './row-shape'
import type { Scope } from './scope'

export type ResultMapper = (rows: unknown[][], mapColumnValue?: (value: unknown) => unknown) => unknown

const noClient = undefined as unknown as Client
const noLogger = new NoopLogger()
const noCache = new NoopCache()

/**
 * Drizzle's prepared query with its costs paid once: parameters and columns are compiled when it is built, and a row goes
 * straight from the connection into its object. What is not a flat row of columns takes Drizzle's own mapping.
 * Errors come out as they are: Drizzle's wrapper would print the submitted values.
 */
export class ScopedQuery extends LibSQLPreparedQuery {
  private readonly sql: string
  private readonly parameters: ParameterPlan
  private readonly shape: RowShape | undefined
  /** Neither columns nor a mapper: rows are wanted as plain objects by column name. */
  private readonly byName: boolean

  constructor(
    query: Query,
    fields: SelectedFieldsOrdered | undefined,
    executeMethod: SQLiteExecuteMethod,
    inArrays: boolean,
    mapResult: ResultMapper | undefined,
    private scope: Scope,
  ) {
    super(
      noClient,
      query,
      noLogger,
      noCache,
      undefined,
      undefined,
      fields,
      undefined,
      executeMethod,
      inArrays,
      mapResult,
    )
    this.sql = query.sql
    this.parameters = new ParameterPlan(query)
    this.shape = fields && !mapResult ? new RowShape(fields) : undefined
    this.byName = !fields && !mapResult
  }

  /** The same query in another scope of the same home; shares everything else. */
  boundTo(scope: Scope): this {
    const bound = Object.create(this) as this
    bound.scope = scope
    return bound
  }

  override async run(values?: PlaceholderValues): Promise<ResultSet> {
    return this.scope.execute(this.sql, this.parameters.bind(values))
  }

  override async all(values?: PlaceholderValues): Promise<unknown[]> {
    const args = this.parameters.bind(values)
    if (this.byName) return this.mapAllResult((await this.scope.execute(this.sql, args)).rows) as unknown[]
    const found = this.scope.all(this.sql, args)
    const rows = found instanceof Promise ? await found : found
    const mapRow = this.shape?.mapperFor(this.alwaysThere)
    return mapRow ? rows.map(mapRow) : (this.mapAllResult(rows) as unknown[])
  }

  override async get(values?: PlaceholderValues): Promise<unknown> {
    const args = this.parameters.bind(values)
    if (this.byName) {
      const { rows } = await this.scope.execute(this.sql, args)
      return rows.length === 0 ? undefined : this.mapGetResult(rows)
    }
    const found = this.scope.first(this.sql, args)
    const row = found instanceof Promise ? await found : found
    if (row === undefined) return undefined
    const mapRow = this.shape?.mapperFor(this.alwaysThere)
    return mapRow ? mapRow(row) : this.mapGetResult([row])
  }

  override async values(values?: PlaceholderValues): Promise<unknown[][]> {
    const rows = await this.scope.all(this.sql, this.parameters.bind(values))
    return Array.from(rows, (row) => Array.from(row))
  }

  /** Drizzle says so once the query is built. */
  private get alwaysThere(): Record<string, boolean> | undefined {
    return (this as { joinsNotNullableMap?: Record<string, boolean> }).joinsNotNullableMap
  }
}
