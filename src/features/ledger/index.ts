export { findEntryBySource, getBalance, type PostedEntry, postEntry, promo, revenue, walletOf } from './entries'
export { forfeitBalance } from './forfeit'
export { chargeWallet, creditWallet, getOwed, openWallet, type Recorded } from './ledger'
