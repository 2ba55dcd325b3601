import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { deployments, persistentVolumeClaims, storageClasses } from '../../src/kube'
import { persistentVolumes } from '../support/hand'
import { type ContractTarget, contractTarget } from './cluster'
import { appOf, claimOf, conditionOf, onePodOf, runningPodOf } from './fixtures'
import { eventually, failureOf } from './waiting'

let target: ContractTarget
let namespace: string
beforeAll(async () => {
  target = await contractTarget()
  namespace = await target.makeNamespace()
})
afterAll(() => target.close())

const bound = (ref: { name: string; namespace: string }) =>
  eventually(async () => {
    const claim = await target.kube.get(persistentVolumeClaims, ref)
    return claim.status?.phase === 'Bound' && claim
  })

describe.concurrent('storage', () => {
  test('classes say what they can', async () => {
    const { items } = await target.kube.list(storageClasses)
    const local = items.find((item) => item.metadata.name === 'local-path')
    const growing = items.find((item) => item.metadata.name === 'expandable')
    expect(local).toMatchObject({ provisioner: 'rancher.io/local-path', volumeBindingMode: 'WaitForFirstConsumer' })
    expect(local?.allowVolumeExpansion).toBeFalsy()
    expect(local?.metadata.annotations).toMatchObject({ 'storageclass.kubernetes.io/is-default-class': 'true' })
    expect(growing).toMatchObject({ allowVolumeExpansion: true, volumeBindingMode: 'Immediate' })
  })

  test('a claim waits for its pod, is bound when the pod comes, and outlives it', async () => {
    const ref = { name: 'waiting', namespace }
    const claim = await target.kube.apply(persistentVolumeClaims, claimOf(ref, 'local-path'))
    expect(claim.spec).toMatchObject({ storageClassName: 'local-path', volumeMode: 'Filesystem' })
    await Bun.sleep(1_500)
    expect((await target.kube.get(persistentVolumeClaims, ref)).status?.phase).toBe('Pending')
    await target.kube.apply(deployments, appOf(ref, { claim: 'waiting', recreate: true }))
    const { spec, status } = await bound(ref)
    expect(status).toMatchObject({ capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] })
    const volume = await target.kube.get(persistentVolumes, { name: spec!.volumeName! })
    expect(volume.spec).toMatchObject({ claimRef: { name: 'waiting', namespace }, storageClassName: 'local-path' })
    await runningPodOf(target.kube, ref)
    await target.kube.mergePatch(deployments, ref, { spec: { replicas: 0 } })
    expect((await target.kube.get(persistentVolumeClaims, ref)).status?.phase).toBe('Bound')
  })

  test('applying a bound claim again changes nothing', async () => {
    const ref = { name: 'again', namespace }
    await target.kube.apply(persistentVolumeClaims, claimOf(ref, 'expandable'))
    const before = await bound(ref)
    const after = await target.kube.apply(persistentVolumeClaims, claimOf(ref, 'expandable'))
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion)
  })

  test('a claim grows where its class can, and never shrinks', async () => {
    const ref = { name: 'growing', namespace }
    await target.kube.apply(persistentVolumeClaims, claimOf(ref, 'expandable'))
    await bound(ref)
    const asked = await target.kube.apply(persistentVolumeClaims, claimOf(ref, 'expandable', '2Gi'))
    expect(asked.spec?.resources?.requests).toEqual({ storage: '2Gi' })
    await eventually(
      async () => (await target.kube.get(persistentVolumeClaims, ref)).status?.capacity?.storage === '2Gi',
    )
    const shrinking = target.kube.apply(persistentVolumeClaims, claimOf(ref, 'expandable', '1Gi'))
    expect(await failureOf(shrinking)).toMatchObject({ kind: 'invalid', status: 422 })
  })

  test('growing a claim of a class that can not is forbidden', async () => {
    const ref = { name: 'fixed', namespace }
    await target.kube.apply(persistentVolumeClaims, claimOf(ref, 'local-path'))
    await target.kube.apply(deployments, appOf(ref, { claim: 'fixed' }))
    await bound(ref)
    const fault = await failureOf(target.kube.apply(persistentVolumeClaims, claimOf(ref, 'local-path', '2Gi')))
    expect(fault).toMatchObject({ kind: 'forbidden', status: 403 })
    expect(fault).toMatchObject({ message: expect.stringContaining('only dynamically provisioned pvc can be resized') })
  })

  test('a pod whose claim is not there waits for it', async () => {
    const ref = { name: 'claimless', namespace }
    await target.kube.apply(deployments, appOf(ref, { claim: 'claimless' }))
    const pod = await eventually(async () => {
      const found = await onePodOf(target.kube, ref)
      return conditionOf(found, 'PodScheduled') !== undefined && found
    })
    expect(conditionOf(pod, 'PodScheduled')).toMatchObject({ status: 'False', reason: 'Unschedulable' })
    expect(conditionOf(pod, 'PodScheduled')?.message).toContain('persistentvolumeclaim "claimless" not found')
  })

  test('a claim in use is kept until its pod has gone', async () => {
    const ref = { name: 'protected', namespace }
    await target.kube.apply(persistentVolumeClaims, claimOf(ref, 'expandable'))
    await target.kube.apply(deployments, appOf(ref, { claim: 'protected' }))
    await runningPodOf(target.kube, ref)
    await target.kube.remove(persistentVolumeClaims, ref)
    const kept = await target.kube.get(persistentVolumeClaims, ref)
    expect(kept.metadata.finalizers).toContain('kubernetes.io/pvc-protection')
    expect(kept.metadata.deletionTimestamp).toBeDefined()
    await target.kube.remove(deployments, ref)
    await eventually(async () => (await target.kube.find(persistentVolumeClaims, ref)) === undefined)
  })
})
