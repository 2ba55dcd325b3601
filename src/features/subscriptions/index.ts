export { endDueSubscriptions, purgeEndedInstances } from './due'
export { findSubscription, getOwnSubscription } from './read'
export { subscriptionRoutes } from './routes'
export { findSubscriptionState, markFirstReady } from './state'
