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
export { type Counted, countUpTo, notByIndex, whereOf } from './list-rows'
export { placeholdersFor } from './placeholders'
export { sealedPlace, sealingKeyOf } from './sealed-place'
export { countByStatus } from './status-counts'
export { troubles } from './trouble'
