export {
  fees,
  findEntryBySource,
  getBalance,
  getWalletAccount,
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
  lendToWallet,
  openWallet,
  type Recorded,
  settleOwed,
} from './ledger'
export type { PostedEntry } from './tables'
