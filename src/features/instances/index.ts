export { type ControlVerb, controlInstance, type Gate } from './control'
export { changeDesire, desireInstance } from './desire'
export { createInstanceSource } from './desired-state'
export { eraseTerminated } from './erase'
export { isFirstReady, type Observer } from './observed'
export {
  findInstance,
  getOwnInstance,
  instanceUrls,
  instanceViewOf,
  type ShownInstance,
  shownOfInstance,
  speakInstance,
} from './read'
export { resizeInstance } from './resize'
export { instanceRoutes } from './routes'
export type { Instance } from './tables'
export { tellOwner } from './tell-owner'
export { terminateInstances } from './terminate-all'
export { followUpdate } from './updates/conclude'
export { rolloutJob } from './updates/rollout-job'
export { rolloutRoutes, updateRoutes } from './updates/routes'
export { findPendingUpdate } from './updates/rows'
