export {
  fees,
  findEntryBySource,
  getBalance,
  insertTransaction,
  listEntriesOf,
  midtransClearing,
  postEntry,
  promo,
  refundsPayable,
  revenue,
  walletOf,
} from './entries'
export { forfeitBalance } from './forfeit'
export {
  chargeWallet,
  creditWallet,
  getOwed,
  getWalletFigures,
  lendToWallet,
  openWallet,
  type Recorded,
  settleOwed,
} from './ledger'
export { type SourceName, sources } from './sources'
export type { PostedEntry } from './tables'
