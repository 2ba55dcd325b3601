import type { ControlPlane } from '../control-plane'
import type { EventRecorder, EventText } from '../events'
import { nanoOf } from '../quantity'
import type { Claim, KubeObject, StorageClass } from '../types'
import { createAs } from '../writes/create'
import { dropFinalizer } from '../writes/delete'
import { changeObject, changeStatus } from '../writes/update'
import { isEnded } from './pods'

const component = 'persistentvolume-controller'
const selectedNodeKey = 'volume.kubernetes.io/selected-node'
const protection = 'kubernetes.io/pvc-protection'

export const selectedNode = (claim: Claim): string | undefined => claim.metadata.annotations?.[selectedNodeKey]

/** Gives claims volumes: at once, or when their first pod has a node; lets them grow where their class can. */
export function reconcileClaim(plane: ControlPlane, events: EventRecorder, namespace: string, name: string): void {
  const claim = plane.store.find('persistentvolumeclaims', namespace, name)
  if (!claim) return
  if (claim.metadata.deletionTimestamp) releaseClaim(plane, claim)
  else if (claim.status?.phase === 'Bound') grow(plane, claim)
  else bind(plane, events, claim)
}

function bind(plane: ControlPlane, events: EventRecorder, claim: Claim): void {
  const { namespace, name, uid } = claim.metadata
  const storageClass = plane.store.find('storageclasses', '', claim.spec?.storageClassName ?? '')
  if (!storageClass) {
    tell(events, claim, missingClass(claim))
    return
  }
  if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && !selectedNode(claim)) {
    const message = 'waiting for first consumer to be created before binding'
    tell(events, claim, { type: 'Normal', reason: 'WaitForFirstConsumer', message })
    return
  }
  const timer = `volume ${uid}`
  if (plane.timers.has(timer)) return
  const message = `External provisioner is provisioning volume for claim "${namespace}/${name}"`
  tell(events, claim, { type: 'Normal', reason: 'Provisioning', message })
  plane.timers.set(timer, plane.timing.volumeMs, () => provision(plane, events, claim, storageClass))
}

const missingClass = (claim: Claim): Omit<EventText, 'component'> => ({
  type: 'Warning',
  reason: 'ProvisioningFailed',
  message: `storageclass.storage.k8s.io "${claim.spec?.storageClassName ?? ''}" not found`,
})

function tell(events: EventRecorder, claim: Claim, text: Omit<EventText, 'component'>): void {
  events.record('persistentvolumeclaims', claim, { ...text, component })
}

function provision(plane: ControlPlane, events: EventRecorder, seen: Claim, storageClass: StorageClass): void {
  const { namespace, name, uid } = seen.metadata
  const claim = plane.store.find('persistentvolumeclaims', namespace!, name)
  if (!claim || claim.metadata.uid !== uid || claim.metadata.deletionTimestamp) return
  const volume = `pvc-${uid}`
  const storage = claim.spec?.resources?.requests?.storage ?? '0'
  if (!plane.store.find('persistentvolumes', '', volume)) createVolume(plane, claim, storageClass, volume, storage)
  const { provisioner } = storageClass
  const annotations = {
    ...claim.metadata.annotations,
    'pv.kubernetes.io/bind-completed': 'yes',
    'pv.kubernetes.io/bound-by-controller': 'yes',
    'volume.beta.kubernetes.io/storage-provisioner': provisioner,
    'volume.kubernetes.io/storage-provisioner': provisioner,
  }
  const message = `Successfully provisioned volume ${volume}`
  tell(events, claim, { type: 'Normal', reason: 'ProvisioningSucceeded', message })
  changeObject(plane, 'persistentvolumeclaims', claim, {
    metadata: { annotations },
    spec: { ...claim.spec, volumeName: volume },
    status: { phase: 'Bound', accessModes: claim.spec?.accessModes, capacity: { storage } },
  })
}

function createVolume(
  plane: ControlPlane,
  claim: Claim,
  storageClass: StorageClass,
  name: string,
  storage: string,
): void {
  const { namespace, name: claimName, uid, resourceVersion } = claim.metadata
  const node = selectedNode(claim)
  const term = { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }
  const affinity = node ? { nodeAffinity: { required: { nodeSelectorTerms: [term] } } } : {}
  const volume = createAs(plane, 'persistentvolumes', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': storageClass.provisioner } },
    spec: {
      accessModes: claim.spec?.accessModes,
      capacity: { storage },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: claimName, namespace, uid, resourceVersion },
      hostPath: {
        path: `/var/lib/rancher/k3s/storage/${name}_${namespace}_${claimName}`,
        type: 'DirectoryOrCreate',
      },
      ...affinity,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: claim.spec?.volumeMode ?? 'Filesystem',
    },
  })
  changeStatus(plane, 'persistentvolumes', volume, { phase: 'Bound', lastPhaseTransitionTime: plane.timestamp() })
}

function grow(plane: ControlPlane, claim: Claim): void {
  const wanted = claim.spec?.resources?.requests?.storage
  if (nanoOf(wanted) <= nanoOf(claim.status?.capacity?.storage)) return
  const { namespace, name, uid } = claim.metadata
  plane.timers.set(`volume ${uid}`, plane.timing.volumeMs, () => {
    const live = plane.store.find('persistentvolumeclaims', namespace!, name)
    const storage = live?.spec?.resources?.requests?.storage
    if (!live || live.metadata.uid !== uid || !storage) return
    const volume = plane.store.find('persistentvolumes', '', live.spec?.volumeName ?? '')
    if (volume)
      changeObject(plane, 'persistentvolumes', volume, { spec: { ...(volume.spec as object), capacity: { storage } } })
    changeStatus(plane, 'persistentvolumeclaims', live, { ...live.status, capacity: { storage } })
  })
}

/** A claim that is deleted stays as long as a pod uses it. */
function releaseClaim(plane: ControlPlane, claim: Claim): void {
  const { namespace, name } = claim.metadata
  const used = plane.store
    .list('pods', namespace)
    .some(
      (pod) => !isEnded(pod) && pod.spec?.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === name),
    )
  if (!used) dropFinalizer(plane, 'persistentvolumeclaims', claim, protection)
}

/** A volume goes with its claim unless its class keeps it. */
export function reconcileVolume(plane: ControlPlane, name: string): void {
  const volume = plane.store.find('persistentvolumes', '', name) as
    | KubeObject<{
        claimRef?: { namespace: string; name: string; uid: string }
        persistentVolumeReclaimPolicy?: string
      }>
    | undefined
  const ref = volume?.spec?.claimRef
  if (!volume || !ref) return
  const claim = plane.store.find('persistentvolumeclaims', ref.namespace, ref.name)
  if (claim?.metadata.uid === ref.uid) return
  if (volume.spec?.persistentVolumeReclaimPolicy !== 'Delete') {
    changeStatus(plane, 'persistentvolumes', volume, { ...(volume.status as object), phase: 'Released' })
    return
  }
  const deleted = { metadata: { deletionTimestamp: volume.metadata.deletionTimestamp ?? plane.timestamp() } }
  const marked = changeObject(plane, 'persistentvolumes', volume, deleted)
  dropFinalizer(plane, 'persistentvolumes', marked, 'kubernetes.io/pv-protection')
}
