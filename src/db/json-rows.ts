import { Column, getTableColumns, is, SQL, sql, Table } from 'drizzle-orm'
import type { SelectedFields, SelectedFieldsOrdered } from 'drizzle-orm/sqlite-core'
import { RowShape } from './row-shape'
import type { RawRow } from './scope'

/** The columns of `db.select(fields)`, each with the path that it gets in a row. */
export function selectedFields(fields: object, path: string[] = []): SelectedFieldsOrdered {
  return Object.entries(fields).flatMap(([name, field]): SelectedFieldsOrdered => {
    const here = [...path, name]
    if (is(field, Column) || is(field, SQL) || is(field, SQL.Aliased)) return [{ path: here, field: field as SQL }]
    return selectedFields(is(field, Table) ? getTableColumns(field) : (field as SelectedFields), here)
  })
}

/** A row as a JSON array. */
export const jsonOf = (fields: SelectedFieldsOrdered): SQL<string> =>
  sql`json_array(${sql.join(
    fields.map(({ field }) => (is(field, SQL.Aliased) ? field.sql : field)),
    sql`, `,
  )})`

/**
 * Reads rows that came as JSON, as if they had come one by one: no integer of ours is beyond what a number holds. `query` knows which
 * tables an outer join may leave out.
 */
export function readJsonRows<Row>(fields: SelectedFieldsOrdered, query: object): (text: string) => Row[] {
  const { joinsNotNullableMap } = query as { joinsNotNullableMap?: Record<string, boolean> }
  const mapRow = new RowShape(fields).mapperFor(joinsNotNullableMap)
  if (!mapRow) throw new TypeError('a list selects columns, and objects of columns')
  return (text) => (JSON.parse(text) as RawRow[]).map((row) => mapRow(row) as Row)
}
