import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { deployments, limitRanges, pods, resourceQuotas, services } from '../../src/kube'
import { endpointSlices, events, nodes, replicaSets } from '../support/hand'
import { type ContractTarget, contractTarget } from './cluster'
import { appOf, conditionOf, onePodOf, podsOf, readyApp, runningPodOf } from './fixtures'
import { eventually } from './waiting'

let target: ContractTarget
let namespace: string
beforeAll(async () => {
  target = await contractTarget()
  namespace = await target.makeNamespace()
})
afterAll(() => target.close())

describe.concurrent('a Deployment', () => {
  test('becomes a ReplicaSet and a ready pod, each owned by the one before', async () => {
    const ref = { name: 'web', namespace }
    await target.kube.apply(deployments, appOf(ref))
    const deployment = await readyApp(target.kube, ref)
    expect(deployment.status).toMatchObject({
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
    })
    expect(conditionOf(deployment, 'Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' })
    expect(conditionOf(deployment, 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' })
    expect(deployment.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '1' })

    const labelSelector = 'app.kubernetes.io/name=web'
    const [set] = (await target.kube.list(replicaSets, { namespace, labelSelector })).items
    const hash = set!.metadata.labels!['pod-template-hash']!
    expect(set!.metadata.name).toBe(`web-${hash}`)
    expect(set!.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '1' })
    expect(set!.metadata.ownerReferences).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: 'web',
        uid: deployment.metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ])

    const pod = await runningPodOf(target.kube, ref)
    expect(pod.metadata.name).toMatch(new RegExp(`^web-${hash}-[a-z0-9]{5}$`))
    expect(pod.metadata.labels).toEqual({ 'app.kubernetes.io/name': 'web', 'pod-template-hash': hash })
    expect(pod.metadata.ownerReferences).toMatchObject([
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: set!.metadata.name, uid: set!.metadata.uid, controller: true },
    ])
    expect(pod.status?.phase).toBe('Running')
    expect(pod.status?.podIP).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    expect(Date.parse(pod.status?.startTime ?? '')).toBeGreaterThan(Date.now() - 120_000)
    expect(pod.status?.containerStatuses).toMatchObject([
      { name: 'app', image: 'registry.example/app:1', ready: true, started: true, restartCount: 0 },
    ])
    expect(Date.parse(pod.status?.containerStatuses?.[0]?.state?.running?.startedAt ?? '')).toBeNumber()
    for (const type of ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready']) {
      expect(conditionOf(pod, type)).toMatchObject({ status: 'True' })
    }
    expect((await target.kube.get(nodes, { name: pod.spec!.nodeName! })).kind).toBe('Node')
  })

  test('restarted by its template gets a new pod and loses the old one first', async () => {
    const ref = { name: 'restart', namespace }
    await target.kube.apply(deployments, appOf(ref, { recreate: true }))
    const old = await runningPodOf(target.kube, ref)
    await target.kube.apply(deployments, appOf(ref, { recreate: true, annotations: { restarted: '2026-01-01' } }))
    const fresh = await eventually(async () => {
      const all = await podsOf(target.kube, ref)
      const other = all.find((pod) => pod.metadata.uid !== old.metadata.uid)
      if (other) expect(all.some((pod) => pod.metadata.uid === old.metadata.uid)).toBe(false)
      return other?.status?.containerStatuses?.[0]?.ready === true && other
    })
    expect(fresh.metadata.annotations).toMatchObject({ restarted: '2026-01-01' })
    const deployment = await readyApp(target.kube, ref)
    expect(deployment.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '2' })
    const labelSelector = 'app.kubernetes.io/name=restart'
    const sets = (await target.kube.list(replicaSets, { namespace, labelSelector })).items
    expect(sets.map((set) => set.spec?.replicas).sort()).toEqual([0, 1])
  })

  test('rolled out keeps a ready pod until the new one is ready', async () => {
    const ref = { name: 'rolling', namespace }
    await target.kube.apply(deployments, appOf(ref))
    await readyApp(target.kube, ref)
    await target.kube.apply(deployments, appOf(ref, { image: 'registry.example/app:2' }))
    await eventually(async () => {
      const { status, metadata } = await target.kube.get(deployments, ref)
      expect(status?.readyReplicas).toBeGreaterThan(0)
      return (
        status?.observedGeneration === metadata.generation && status?.updatedReplicas === 1 && status.replicas === 1
      )
    })
    expect((await runningPodOf(target.kube, ref)).spec?.containers[0]?.image).toBe('registry.example/app:2')
  })

  test('scaled to nothing has no pod, and scaled up again a new one', async () => {
    const ref = { name: 'scaled', namespace }
    await target.kube.apply(deployments, appOf(ref))
    const first = await runningPodOf(target.kube, ref)
    await target.kube.mergePatch(deployments, ref, { spec: { replicas: 0 } })
    await eventually(async () => (await podsOf(target.kube, ref)).length === 0)
    const stopped = await eventually(async () => {
      const seen = await target.kube.get(deployments, ref)
      return seen.status?.replicas === undefined && seen
    })
    expect(stopped.spec?.replicas).toBe(0)
    expect(stopped.status?.readyReplicas).toBeUndefined()
    await target.kube.mergePatch(deployments, ref, { spec: { replicas: 1 } })
    expect((await runningPodOf(target.kube, ref)).metadata.uid).not.toBe(first.metadata.uid)
  })

  test('gets another pod when its pod is deleted', async () => {
    const ref = { name: 'healed', namespace }
    await target.kube.apply(deployments, appOf(ref))
    const first = await runningPodOf(target.kube, ref)
    await target.kube.remove(pods, first.metadata)
    const second = await eventually(async () => {
      const pod = await runningPodOf(target.kube, ref)
      return pod.metadata.uid !== first.metadata.uid && pod
    })
    expect(second.metadata.name).not.toBe(first.metadata.name)
  })

  test.each(['Background', 'Foreground'] as const)('deleted in the %s takes all it owns along', async (propagation) => {
    const ref = { name: `deleted-${propagation.toLowerCase()}`, namespace }
    const labelSelector = `app.kubernetes.io/name=${ref.name}`
    await target.kube.apply(deployments, appOf(ref))
    await runningPodOf(target.kube, ref)
    await target.kube.remove(deployments, ref, { propagation })
    const left = await target.kube.find(deployments, ref)
    if (propagation === 'Background') expect(left).toBeUndefined()
    else if (left) expect(left.metadata.finalizers).toEqual(['foregroundDeletion'])
    await eventually(async () => (await podsOf(target.kube, ref)).length === 0)
    await eventually(async () => (await target.kube.list(replicaSets, { namespace, labelSelector })).items.length === 0)
    await eventually(async () => (await target.kube.find(deployments, ref)) === undefined)
  })
})

describe.concurrent('what can go wrong is named', () => {
  test('an image that can not be pulled', async () => {
    const ref = { name: 'no-image', namespace }
    await target.kube.apply(deployments, appOf(ref, { image: 'registry.example/does-not-exist:1' }))
    const pod = await eventually(async () => {
      const found = await onePodOf(target.kube, ref)
      return found.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ImagePullBackOff' && found
    })
    expect(pod.status?.phase).toBe('Pending')
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({ ready: false, restartCount: 0 })
    expect(pod.status?.containerStatuses?.[0]?.state?.waiting?.message).toContain('registry.example/does-not-exist:1')
  })

  test('a program that ends again and again', async () => {
    const ref = { name: 'crashing', namespace }
    await target.kube.apply(deployments, appOf(ref, { image: 'registry.example/crash-loop:1' }))
    const crashed = (atLeast: number) =>
      eventually(async () => {
        const status = (await onePodOf(target.kube, ref)).status?.containerStatuses?.[0]
        return status?.state?.waiting?.reason === 'CrashLoopBackOff' && status.restartCount >= atLeast && status
      })
    const once = await crashed(1)
    expect(once).toMatchObject({ ready: false, lastState: { terminated: { exitCode: 1, reason: 'Error' } } })
    expect((await crashed(2)).restartCount).toBeGreaterThan(once.restartCount)
    expect((await target.kube.get(deployments, ref)).status?.readyReplicas).toBeUndefined()
  })

  test('a program that needs more memory than it may', async () => {
    const ref = { name: 'oom', namespace }
    await target.kube.apply(deployments, appOf(ref, { image: 'registry.example/out-of-memory:1' }))
    const status = await eventually(async () => {
      const found = (await onePodOf(target.kube, ref)).status?.containerStatuses?.[0]
      return found?.lastState?.terminated !== undefined && found
    })
    expect(status.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
  })

  test('a program that never gets ready', async () => {
    const ref = { name: 'unready', namespace }
    await target.kube.apply(deployments, appOf(ref, { image: 'registry.example/never-ready:1' }))
    const pod = await eventually(async () => {
      const found = await onePodOf(target.kube, ref)
      return found.status?.phase === 'Running' && found
    })
    await Bun.sleep(3_000)
    const later = await target.kube.get(pods, pod.metadata)
    expect(later.status?.containerStatuses?.[0]).toMatchObject({ ready: false, started: true, restartCount: 0 })
    expect(conditionOf(later, 'Ready')).toMatchObject({ status: 'False', reason: 'ContainersNotReady' })
    const deployment = await target.kube.get(deployments, ref)
    expect(deployment.status).toMatchObject({ replicas: 1, unavailableReplicas: 1 })
    expect(conditionOf(deployment, 'Available')).toMatchObject({ status: 'False' })
  })

  test('a running program that is turned bad, by a label, and what its Deployment says then', async () => {
    const ref = { name: 'turned', namespace }
    await target.kube.apply(deployments, appOf(ref))
    const pod = await runningPodOf(target.kube, ref)
    await target.kube.mergePatch(pods, pod.metadata, { metadata: { labels: { behaviour: 'crash-loop' } } })
    await eventually(async () => {
      const found = await target.kube.get(pods, pod.metadata)
      return found.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff'
    })
    await eventually(async () => (await target.kube.get(deployments, ref)).status?.unavailableReplicas === 1)
  })

  test('a pod that no node has room for', async () => {
    const ref = { name: 'too-big', namespace }
    await target.kube.apply(deployments, appOf(ref, { cpu: '10000' }))
    const pod = await eventually(async () => {
      const found = await onePodOf(target.kube, ref)
      return conditionOf(found, 'PodScheduled') !== undefined && found
    })
    expect(conditionOf(pod, 'PodScheduled')).toMatchObject({ status: 'False', reason: 'Unschedulable' })
    expect(conditionOf(pod, 'PodScheduled')?.message).toContain('Insufficient cpu')
    expect(pod.status?.phase).toBe('Pending')
    expect(pod.spec?.nodeName).toBeUndefined()
  })

  test('a rollout that takes longer than it may', async () => {
    const ref = { name: 'late', namespace }
    await target.kube.apply(deployments, appOf(ref, { image: 'registry.example/never-ready:1', deadlineSeconds: 3 }))
    const late = await eventually(async () => {
      const deployment = await target.kube.get(deployments, ref)
      return conditionOf(deployment, 'Progressing')?.reason === 'ProgressDeadlineExceeded' && deployment
    })
    expect(conditionOf(late, 'Progressing')).toMatchObject({ status: 'False' })
  })

  test('a quota that is used up', async () => {
    const own = await target.makeNamespace()
    const ref = { name: 'over-quota', namespace: own }
    await target.kube.apply(resourceQuotas, {
      metadata: { name: 'quota', namespace: own },
      spec: { hard: { 'requests.cpu': '5m', pods: '5' } },
    })
    await eventually(async () => {
      const quota = await target.kube.get(resourceQuotas, { name: 'quota', namespace: own })
      return quota.status?.hard?.['requests.cpu'] === '5m'
    })
    await target.kube.apply(deployments, appOf(ref))
    const deployment = await eventually(async () => {
      const seen = await target.kube.get(deployments, ref)
      return conditionOf(seen, 'ReplicaFailure') !== undefined && seen
    })
    expect(conditionOf(deployment, 'ReplicaFailure')).toMatchObject({ status: 'True', reason: 'FailedCreate' })
    expect(conditionOf(deployment, 'ReplicaFailure')?.message).toContain('exceeded quota: quota')
    expect(await podsOf(target.kube, ref)).toEqual([])
  })

  test('a pod that its namespace does not allow', async () => {
    const own = await target.makeNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' })
    const rude = { name: 'rude', namespace: own }
    const app = appOf(rude)
    app.spec!.template.spec!.containers[0]!.securityContext = undefined
    await target.kube.apply(deployments, app)
    await target.kube.apply(deployments, appOf({ name: 'polite', namespace: own }))
    const deployment = await eventually(async () => {
      const seen = await target.kube.get(deployments, rude)
      return conditionOf(seen, 'ReplicaFailure') !== undefined && seen
    })
    expect(conditionOf(deployment, 'ReplicaFailure')).toMatchObject({ status: 'True', reason: 'FailedCreate' })
    expect(conditionOf(deployment, 'ReplicaFailure')?.message).toContain('violates PodSecurity "restricted:latest"')
    expect(await podsOf(target.kube, rude)).toEqual([])
    await readyApp(target.kube, { name: 'polite', namespace: own })
  })
})

describe.concurrent('what else lives in a namespace', () => {
  test('a Service knows the addresses of its ready pods, and of no others', async () => {
    const ref = { name: 'served', namespace }
    await target.kube.apply(services, {
      metadata: ref,
      spec: { selector: { 'app.kubernetes.io/name': 'served' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    })
    await target.kube.apply(deployments, appOf(ref))
    const pod = await runningPodOf(target.kube, ref)
    const readyAddresses = async () => {
      const labelSelector = 'kubernetes.io/service-name=served'
      const { items } = await target.kube.list(endpointSlices, { namespace, labelSelector })
      return items.flatMap((slice) => slice.endpoints ?? []).filter((endpoint) => endpoint.conditions?.ready)
    }
    const [endpoint] = await eventually(async () => {
      const found = await readyAddresses()
      return found.length === 1 && found
    })
    expect(endpoint?.addresses).toEqual([pod.status!.podIP!])
    expect(endpoint?.targetRef).toMatchObject({ kind: 'Pod', name: pod.metadata.name, namespace })
    await target.kube.mergePatch(deployments, ref, { spec: { replicas: 0 } })
    await eventually(async () => (await readyAddresses()).length === 0)
  })

  test('what happens to an object is told in events', async () => {
    const ref = { name: 'eventful', namespace }
    await target.kube.apply(deployments, appOf(ref))
    const pod = await runningPodOf(target.kube, ref)
    const eventsOf = async (name: string) => {
      const fieldSelector = `involvedObject.name=${name}`
      return (await target.kube.list(events, { namespace, fieldSelector })).items
    }
    const scaled = await eventually(async () =>
      (await eventsOf('eventful')).find((e) => e.reason === 'ScalingReplicaSet'),
    )
    expect(scaled).toMatchObject({
      type: 'Normal',
      involvedObject: { kind: 'Deployment', name: 'eventful', namespace },
    })
    expect(scaled.message).toContain('Scaled up replica set eventful-')
    const reasons = await eventually(async () => {
      const found = new Set((await eventsOf(pod.metadata.name)).map((event) => event.reason))
      return found.has('Started') && found.has('Scheduled') && found
    })
    expect(reasons.has('Pulling')).toBe(true)
  })

  test('pods are found by phase and by node', async () => {
    const ref = { name: 'findable', namespace }
    await target.kube.apply(deployments, appOf(ref))
    const pod = await runningPodOf(target.kube, ref)
    const labelSelector = 'app.kubernetes.io/name=findable'
    const namesOf = async (fieldSelector: string) => {
      const { items } = await target.kube.list(pods, { namespace, labelSelector, fieldSelector })
      return items.map((item) => item.metadata.name)
    }
    expect(await namesOf(`status.phase=Running,spec.nodeName=${pod.spec!.nodeName}`)).toEqual([pod.metadata.name])
    expect(await namesOf('status.phase!=Running')).toEqual([])
    expect(await namesOf('spec.nodeName=elsewhere')).toEqual([])
  })

  test('a LimitRange gives containers what they did not ask for', async () => {
    const own = await target.makeNamespace()
    await target.kube.apply(limitRanges, {
      metadata: { name: 'limits', namespace: own },
      spec: { limits: [{ type: 'Container', default: { cpu: '200m' }, defaultRequest: { cpu: '20m' } }] },
    })
    const app = appOf({ name: 'modest', namespace: own })
    app.spec!.template.spec!.containers[0]!.resources = undefined
    await target.kube.apply(deployments, app)
    const pod = await onePodOf(target.kube, app.metadata)
    expect(pod.spec?.containers[0]?.resources).toEqual({ limits: { cpu: '200m' }, requests: { cpu: '20m' } })
  })

  test('a quota counts what is used', async () => {
    const own = await target.makeNamespace()
    const quota = { name: 'quota', namespace: own }
    await target.kube.apply(resourceQuotas, { metadata: quota, spec: { hard: { 'requests.cpu': '1', pods: '3' } } })
    await eventually(async () => (await target.kube.get(resourceQuotas, quota)).status?.used?.pods === '0')
    await target.kube.apply(deployments, appOf({ name: 'counted', namespace: own }))
    const used = await eventually(async () => {
      const { status } = await target.kube.get(resourceQuotas, quota)
      return status?.used?.pods === '1' && status.used
    })
    expect(used).toEqual({ pods: '1', 'requests.cpu': '10m' })
  })

  test('nodes have room, addresses and a condition', async () => {
    const { items } = await target.kube.list(nodes)
    expect(items.length).toBeGreaterThan(0)
    for (const node of items) {
      expect(Object.keys(node.status?.capacity ?? {})).toEqual(expect.arrayContaining(['cpu', 'memory', 'pods']))
      expect(Object.keys(node.status?.allocatable ?? {})).toEqual(expect.arrayContaining(['cpu', 'memory', 'pods']))
      expect(conditionOf(node, 'Ready')).toMatchObject({ status: 'True' })
      expect(node.status?.addresses?.some((address) => address.type === 'InternalIP')).toBe(true)
      expect(node.status?.nodeInfo?.kubeletVersion).toMatch(/^v1\./)
    }
  })
})
