import { customType } from 'drizzle-orm/sqlite-core'

/** Whole rupiah, exact: a bigint in the code, an INTEGER in the file. */
export const rupiah = customType<{ data: bigint; driverData: number | bigint }>({
  dataType: () => 'integer',
  toDriver: (value) => value,
  fromDriver: (value) => BigInt(value),
})

/** A moment: a Date in the code, milliseconds since 1970 (UTC) in an INTEGER. */
export const instant = customType<{ data: Date; driverData: number }>({
  dataType: () => 'integer',
  toDriver: (value) => value.getTime(),
  fromDriver: (value) => new Date(value),
})

/** Yes or no: 0 or 1 in an INTEGER, because a STRICT table knows no boolean. */
export const flag = customType<{ data: boolean; driverData: number }>({
  dataType: () => 'integer',
  toDriver: (value) => (value ? 1 : 0),
  fromDriver: (value) => value === 1,
})

const jsonText = <T>() =>
  customType<{ data: T; driverData: string }>({
    dataType: () => 'text',
    toDriver: (value) => JSON.stringify(value),
    fromDriver: (value) => JSON.parse(value) as T,
  })

/** A value of type `T` as JSON text. Its shape is checked where it enters the house, not here. */
export const json = <T>(name: string) => jsonText<T>()(name)
