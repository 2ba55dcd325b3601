import type { ResultSet, Row, Value } from '@libsql/client'
import type { FileConnection } from './connection'
import { type SqlValue, toBoundAll } from './values'

/** Runs one statement and gives its result in @libsql/client's shape. */
export function executeOn(connection: FileConnection, sql: string, args: readonly unknown[]): ResultSet {
  const bound = toBoundAll(args)
  if (!connection.isReader(sql)) {
    const { changes, lastInsertRowid } = connection.run(sql, bound)
    return new FileResultSet([], [], [], changes, lastInsertRowid)
  }
  const rows = connection.all(sql, bound)
  const columns = connection.columnsOf(sql, rows[0]?.length)
  const names = columns.map(({ name }) => name)
  const types = columns.map(({ type }) => type)
  const shape = rowShape(names)
  return new FileResultSet(
    names,
    types,
    rows.map((row) => namedRow(shape, names, row)),
    0,
    undefined,
  )
}

class FileResultSet implements ResultSet {
  constructor(
    readonly columns: string[],
    readonly columnTypes: string[],
    readonly rows: Row[],
    readonly rowsAffected: number,
    readonly lastInsertRowid: bigint | undefined,
  ) {}

  toJSON(): unknown {
    return {
      ...this,
      rows: this.rows.map((row) => Array.from(row, jsonValue)),
      lastInsertRowid: this.lastInsertRowid?.toString() ?? null,
    }
  }
}

const jsonValue = (value: Value): unknown => {
  if (typeof value === 'bigint') return value.toString()
  return value instanceof ArrayBuffer ? Buffer.from(value).toString('base64') : value
}

const values = Symbol('values')

/** Rows read by name (enumerable) and by position (not); the positions live on a prototype shared by a result's rows. */
function rowShape(names: string[]): object {
  const shape = { [values]: [] as Value[] }
  Object.defineProperty(shape, 'length', { value: names.length })
  names.forEach((_, index) => {
    Object.defineProperty(shape, index, {
      get(this: typeof shape) {
        return this[values][index]
      },
    })
  })
  return shape
}

function namedRow(shape: object, names: string[], raw: SqlValue[]): Row {
  const row = Object.create(shape)
  const converted = raw.map(toClientValue)
  Object.defineProperty(row, values, { value: converted })
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!
    if (!(name in row)) row[name] = converted[index]
    else if (!Object.hasOwn(row, name)) defineColumn(row, name, converted[index]!)
  }
  return row
}

/** A column may be called "length" or "constructor". Of two columns with one name the first stays. */
function defineColumn(row: object, name: string, value: Value): void {
  Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true })
}

function toClientValue(value: SqlValue): Value {
  if (!(value instanceof Uint8Array)) return value
  return value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength) as ArrayBuffer
}
