import { type Cause, invalid } from '../errors'
import type { Kind, Resource } from '../kinds'
import type { DraftObject, KubeObject } from '../types'
import { checkBinding, checkClaim, checkConfiguration, checkSecret, checkStorageClass } from './configuration'
import { checkMetadata } from './names'
import { checkIngress, checkService } from './network'
import { checkDeployment, checkPod, checkWorkload } from './workload'

type Check = (object: DraftObject, live?: KubeObject) => Cause[]

const checks: Partial<Record<Resource, Check>> = {
  pods: checkPod,
  deployments: checkDeployment,
  replicasets: checkWorkload,
  services: checkService,
  ingresses: checkIngress,
  configmaps: checkConfiguration,
  secrets: checkSecret,
  persistentvolumeclaims: checkClaim,
  storageclasses: checkStorageClass,
  rolebindings: checkBinding,
  clusterrolebindings: checkBinding,
}

/** Refuses an object, with its defaults filled in, that breaks a rule of its kind; `live` is what it is to replace. */
export function assertValid(kind: Kind, object: DraftObject, live?: KubeObject): void {
  const causes = checkMetadata(kind, object)
  causes.push(...(checks[kind.resource]?.(object, live) ?? []))
  if (causes.length > 0) throw invalid(kind, object.metadata.name ?? '', causes)
}
