export { type ClusterFacts, classFor, readClusterFacts } from './facts'
export { findMisfit, storageTruthOf } from './fit'
export { capacityRoutes } from './routes'
export { ClusterWatch } from './watch-cluster'
