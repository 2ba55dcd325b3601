import { Column, is, Param, Placeholder, type Query, SQL } from 'drizzle-orm'
import type { SelectedFieldsOrdered } from 'drizzle-orm/sqlite-core'
import type { RawRow } from './scope'

export type PlaceholderValues = Record<string, unknown>
export type RowMapper = (row: RawRow) => Record<string, unknown>

interface Slot {
  /** The name of a placeholder; a constant has none. */
  name?: string
  encode?: (value: unknown) => unknown
  constant?: unknown
}

/** How to fill the parameters of one query, worked out once. */
export class ParameterPlan {
  readonly #slots: Slot[]
  readonly #constants: unknown[] | undefined

  constructor(query: Query) {
    this.#slots = query.params.map(slotOf)
    this.#constants = this.#slots.every(({ name }) => name === undefined) ? query.params : undefined
  }

  bind(values: PlaceholderValues | undefined): readonly unknown[] {
    if (this.#constants) return this.#constants
    const slots = this.#slots
    const args = new Array<unknown>(slots.length)
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index]!
      args[index] = slot.name === undefined ? slot.constant : fill(slot, slot.name, values)
    }
    return args
  }
}

/** Maps a flat row of columns; undefined where the selection nests (a join), which Drizzle's own mapping knows. */
export function compileRowMapper(fields: SelectedFieldsOrdered | undefined): RowMapper | undefined {
  if (!fields?.every(({ path }) => path.length === 1)) return undefined
  const names = fields.map(({ path }) => path[0]!)
  const decoders = fields.map(({ field }) => decoderOf(field))
  return (row) => {
    const mapped: Record<string, unknown> = {}
    for (let index = 0; index < names.length; index++) {
      const raw = row[index]
      const decode = decoders[index]
      mapped[names[index]!] = decode === undefined || raw === null ? raw : decode(raw)
    }
    return mapped
  }
}

function slotOf(param: unknown): Slot {
  if (is(param, Placeholder)) return { name: param.name }
  if (is(param, Param) && is(param.value, Placeholder)) {
    const { encoder } = param
    return { name: param.value.name, encode: (value) => encoder.mapToDriverValue(value) }
  }
  return { constant: param }
}

function fill(slot: Slot, name: string, values: PlaceholderValues | undefined): unknown {
  const value = values?.[name]
  if (value === undefined) throw new Error(`No value for placeholder "${name}" was provided`)
  // A column's encoder expects a value of its type; NULL needs no encoding.
  return value === null || slot.encode === undefined ? value : slot.encode(value)
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
