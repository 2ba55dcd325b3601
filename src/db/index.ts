export {
  type Database,
  type DatabaseOptions,
  type Drizzle,
  openDatabase,
  prepared,
  type Snapshot,
  type Trouble,
  type Tx,
} from './database'
export { databaseErrorOf } from './errors'
export { defineList, down, type Listed, type Slice, up } from './list'
export { type Counted, countUpTo, mostListed, notByIndex } from './list-rows'
export { placeholdersFor } from './placeholders'
export { sealedPlace, sealingKeyOf } from './sealed-place'
export { preparedByShape } from './shapes'
export { countByStatus } from './status-counts'
export { troubles } from './trouble'
export { WriteTooLong } from './write-queue'
