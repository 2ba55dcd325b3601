import { is, Param, Placeholder, type Query } from 'drizzle-orm'

export type PlaceholderValues = Record<string, unknown>

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
