export {
  fees,
  findEntryBySource,
  getBalance,
  insertTransaction,
  listEntriesOf,
  listReversalsOf,
  midtransClearing,
  postEntry,
  promo,
  refundsPayable,
  revenue,
  roomsOf,
  walletOf,
} from './entries'
export { forfeitBalance } from './forfeit'
export {
  addReceivable,
  chargeWallet,
  collectReceivable,
  creditWallet,
  getReceivable,
  getWalletFigures,
  openWallet,
  type Recorded,
} from './ledger'
export { type SourceName, sources } from './sources'
export type { PostedEntry } from './tables'
