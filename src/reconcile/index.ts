export type { DesiredInstance, InstanceSource, Observation } from './desired-instance'
export { createReconciler, type Reconciler } from './reconciler'
