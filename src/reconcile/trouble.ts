import { isKubeError, type KubeError } from '../kube'
import type { SeenDeployment, SeenPod } from './cluster-view'

export interface Trouble {
  code: string
  words: string
}

/** What keeps an app from running, in words its owner understands; the code is the cluster's own. */
const wordsOf: Record<string, string> = {
  ImagePullBackOff: 'The app’s image can’t be pulled.',
  ErrImagePull: 'The app’s image can’t be pulled.',
  InvalidImageName: 'The app’s image has an invalid name.',
  ErrImageNeverPull: 'The app’s image is not on the node.',
  CrashLoopBackOff: 'The app keeps crashing right after its start. Its log says why.',
  OOMKilled: 'The app needs more memory than its plan has.',
  CreateContainerConfigError: 'The app’s configuration can’t be applied.',
  CreateContainerError: 'The app’s container can’t be created.',
  RunContainerError: 'The app’s container can’t be started.',
  Unschedulable: 'No node has room for the app right now.',
  ProgressDeadlineExceeded: 'The app did not become ready in time.',
  FailedCreate: 'The cluster refuses to run the app.',
  QuotaExceeded: 'Your share of the cluster is used up.',
  PodSecurity: 'The cluster’s security rules refuse the app.',
  Evicted: 'The app was moved off its node.',
  VolumeRefused: 'The app’s storage can’t grow on this cluster.',
  Refused: 'The cluster refuses the app’s configuration.',
}

const trouble = (code: string): Trouble => ({ code, words: wordsOf[code] ?? `The app is not ready (${code}).` })

/** Why an app is not getting ready, if something is in its way that waiting alone does not explain. */
export function findTrouble(deployment: SeenDeployment | undefined, pod: SeenPod | undefined): Trouble | undefined {
  return (pod && troubleOfPod(pod)) ?? (deployment && troubleOfDeployment(deployment))
}

function troubleOfPod({ status }: SeenPod): Trouble | undefined {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
  for (const { state, lastState, ready } of containers) {
    const ended = state?.terminated ?? lastState?.terminated
    // Between two crashes a container runs for a moment: it is still the same trouble.
    if (!ready && ended?.reason === 'OOMKilled') return trouble('OOMKilled')
    const waiting = state?.waiting?.reason
    if (waiting && waiting in wordsOf) return trouble(waiting)
    if (!ready && ended?.exitCode) return trouble('CrashLoopBackOff')
  }
  const scheduled = status.conditions?.find(({ type }) => type === 'PodScheduled')
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') return trouble('Unschedulable')
  if (status.phase === 'Failed') return trouble(status.reason ?? 'CrashLoopBackOff')
  return undefined
}

function troubleOfDeployment({ status }: SeenDeployment): Trouble | undefined {
  const failure = status.conditions?.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')
  if (failure?.message?.includes('exceeded quota')) return trouble('QuotaExceeded')
  if (failure?.message?.includes('violates PodSecurity')) return trouble('PodSecurity')
  if (failure) return trouble(failure.reason ?? 'FailedCreate')
  const progressing = status.conditions?.find(({ type }) => type === 'Progressing')
  return progressing?.reason === 'ProgressDeadlineExceeded' ? trouble('ProgressDeadlineExceeded') : undefined
}

/** A claim that would become smaller; nothing else is refused in these words. */
export const isShrinking = (fault: unknown): boolean =>
  isKubeError(fault, 'invalid') &&
  fault.message.includes('spec.resources.requests.storage: Forbidden: field can not be less')

/**
 * What the API server will not take however often it is asked. That it does not know us, or not any more, is the operator's
 * trouble and not the customer's; that something is missing there, such as a namespace just removed, passes.
 */
export function findRefusal({ kind, message }: KubeError): Trouble | undefined {
  if (kind === 'forbidden' && message.includes('exceeded quota')) return trouble('QuotaExceeded')
  if (kind === 'forbidden' && message.includes('violates PodSecurity')) return trouble('PodSecurity')
  if (kind === 'forbidden' && message.includes('pvc can be resized')) return trouble('VolumeRefused')
  return kind === 'invalid' || kind === 'bad-request' || kind === 'too-large' ? trouble('Refused') : undefined
}
