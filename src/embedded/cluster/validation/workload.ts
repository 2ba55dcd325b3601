import { equal } from '../apply/compare'
import { type Cause, forbiddenValue, invalidValue, requiredValue, unsupportedValue } from '../errors'
import { matchesSelector } from '../selectors'
import type { DeploymentSpec, DraftObject, KubeObject, PodSpec, WorkloadSpec } from '../types'
import { checkLabels } from './names'
import { checkPodSpec, positive } from './pod'

export function checkWorkload(object: DraftObject, live?: KubeObject): Cause[] {
  const spec = (object.spec ?? {}) as WorkloadSpec
  const causes: Cause[] = []
  if ((spec.replicas ?? 0) < 0) causes.push(invalidValue('spec.replicas', spec.replicas, positive))
  const { selector } = spec
  const empty = !selector?.matchLabels && !selector?.matchExpressions?.length
  if (!selector) causes.push(requiredValue('spec.selector'))
  else if (empty) causes.push(invalidValue('spec.selector', selector, 'empty selector is invalid for deployment'))
  const labels = spec.template?.metadata?.labels
  if (empty || !matchesSelector(selector, labels)) {
    causes.push(
      invalidValue('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`'),
    )
  }
  causes.push(...checkLabels(labels, 'spec.template.labels'))
  causes.push(...checkPodSpec(spec.template?.spec, 'spec.template.spec'))
  const policy = spec.template?.spec?.restartPolicy
  if (policy && policy !== 'Always') {
    causes.push(unsupportedValue('spec.template.spec.restartPolicy', policy, ['Always']))
  }
  const before = (live?.spec as WorkloadSpec | undefined)?.selector
  if (before && !equal(before, selector)) causes.push(invalidValue('spec.selector', selector, 'field is immutable'))
  return causes
}

export function checkDeployment(object: DraftObject, live?: KubeObject): Cause[] {
  const { strategy } = (object.spec ?? {}) as DeploymentSpec
  const causes = checkWorkload(object, live)
  if (strategy?.type === 'Recreate' && strategy.rollingUpdate) {
    const rule = "may not be specified when strategy `type` is 'Recreate'"
    causes.push(forbiddenValue('spec.strategy.rollingUpdate', rule))
  } else if (strategy?.type && !['Recreate', 'RollingUpdate'].includes(strategy.type)) {
    const shown = { Type: strategy.type, RollingUpdate: strategy.rollingUpdate ?? null }
    causes.push(unsupportedValue('spec.strategy', shown, ['Recreate', 'RollingUpdate']))
  }
  return causes
}

const podRule =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

export function checkPod(object: DraftObject, live?: KubeObject): Cause[] {
  const causes = checkPodSpec(object.spec as PodSpec | undefined, 'spec')
  if (live && !equal(withoutImages(live.spec as PodSpec), withoutImages(object.spec as PodSpec))) {
    causes.push(forbiddenValue('spec', podRule))
  }
  return causes
}

function withoutImages(spec: PodSpec): PodSpec {
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...rest } = spec
  const strip = (container: PodSpec['containers'][number]) => ({ ...container, image: '' })
  return { ...rest, containers: rest.containers?.map(strip), initContainers: rest.initContainers?.map(strip) }
}
