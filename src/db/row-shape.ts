import { Column, getTableName, is, SQL } from 'drizzle-orm'
import type { SelectedFieldsOrdered } from 'drizzle-orm/sqlite-core'
import type { RawRow } from './scope'

type RowMapper = (row: RawRow) => Mapped
type Mapped = Record<string, unknown>

/** What the rows of one query become. Worked out when the first comes: only then does Drizzle know what is joined how. */
export class RowShape {
  #mapper: RowMapper | undefined
  #known = false

  constructor(private readonly fields: SelectedFieldsOrdered) {}

  /**
   * Maps a row as Drizzle would; undefined for what only Drizzle's own mapping knows (a selection nested twice).
   * @param alwaysThere the tables that no outer join leaves out; an object of another one is null if its first column is
   */
  mapperFor(alwaysThere: Record<string, boolean> | undefined): RowMapper | undefined {
    if (!this.#known) this.#mapper = compile(this.fields, alwaysThere)
    this.#known = true
    return this.#mapper
  }
}

function compile(
  fields: SelectedFieldsOrdered,
  alwaysThere: Record<string, boolean> | undefined,
): RowMapper | undefined {
  if (!fields.every(({ path }) => path.length <= 2)) return undefined
  const columns = fields.map(({ path, field }) => ({ of: path.at(-2), name: path.at(-1)!, decode: decoderOf(field) }))
  const flat = columns.every(({ of }) => of === undefined)
  const optional = alwaysThere && !flat ? findOptional(fields, alwaysThere) : []
  return (row) => {
    const mapped: Mapped = {}
    for (let index = 0; index < columns.length; index++) {
      const { of, name, decode } = columns[index]!
      const raw = row[index]
      const target = of === undefined ? mapped : openObject(mapped, of)
      target[name] = decode === undefined || raw === null ? raw : decode(raw)
    }
    for (const { object, first } of optional) if (row[first] === null) mapped[object] = null
    return mapped
  }
}

function openObject(mapped: Mapped, name: string): Mapped {
  const known = mapped[name] as Mapped | undefined
  if (known) return known
  const made: Mapped = {}
  mapped[name] = made
  return made
}

/** The objects that an outer join may leave out, each with its first column: those of one such table alone. */
function findOptional(fields: SelectedFieldsOrdered, alwaysThere: Record<string, boolean>) {
  const objects = new Map<string, { first: number; tables: Set<string> }>()
  for (const [index, { path, field }] of fields.entries()) {
    if (path.length !== 2 || !is(field, Column)) continue
    const known = objects.get(path[0]!) ?? { first: index, tables: new Set<string>() }
    objects.set(path[0]!, known)
    known.tables.add(getTableName(field.table))
  }
  return [...objects].flatMap(([object, { first, tables }]) =>
    tables.size === 1 && !alwaysThere[[...tables][0]!] ? [{ object, first }] : [],
  )
}

interface Decoder {
  mapFromDriverValue(value: unknown): unknown
}

const identity = Column.prototype.mapFromDriverValue

function decoderOf(field: SelectedFieldsOrdered[number]['field']): ((value: unknown) => unknown) | undefined {
  const decoder = decoderObjectOf(field)
  return decoder.mapFromDriverValue === identity ? undefined : (value) => decoder.mapFromDriverValue(value)
}

// SQL keeps its decoder where only Drizzle's own types may look.
function decoderObjectOf(field: SelectedFieldsOrdered[number]['field']): Decoder {
  if (is(field, Column)) return field as Decoder
  const expression = is(field, SQL) ? field : (field as SQL.Aliased).sql
  return (expression as unknown as { decoder: Decoder }).decoder
}
