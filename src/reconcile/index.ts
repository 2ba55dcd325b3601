export type { DesiredInstance, InstanceSource, Observation, RunStatus } from './desired-instance'
export { createReconciler, type Reconciler } from './reconciler'
