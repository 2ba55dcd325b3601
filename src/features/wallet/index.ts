export { finishedRoutes } from './finished-page'
export {
  chargeWallet,
  creditWallet,
  findEntryBySource,
  getBalance,
  openWallet,
  promo,
  revenue,
  walletOf,
} from './ledger'
export { notificationJob } from './notifications'
export { pollPendingTopUps } from './poll'
export { walletRoutes, webhookRoutes } from './routes'
export { verifyBooks } from './verify'
