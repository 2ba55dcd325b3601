import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { deployments, isKubeError, limitRanges } from '../../src/kube'
import { type ContractTarget, contractTarget } from './cluster'
import { appOf, runningPodOf } from './fixtures'
import { eventually, takeUntil } from './waiting'

const patienceMs = 130_000
const writesAtATime = 20

let target: ContractTarget
let namespace: string
beforeAll(async () => {
  target = await contractTarget()
  namespace = await target.makeNamespace()
})
afterAll(() => target.close())

describe.concurrent('what a cluster takes its time for', () => {
  test(
    'metrics come a while after a pod has started, in millicores and bytes',
    async () => {
      const ref = { name: 'measured', namespace }
      await target.kube.apply(deployments, appOf(ref))
      const pod = await runningPodOf(target.kube, ref)
      const measured = await eventually(() => target.kube.findPodMetrics(pod.metadata))
      expect(measured).toMatchObject({ name: pod.metadata.name, namespace })
      expect(Date.parse(measured.timestamp)).toBeGreaterThan(Date.now() - 120_000)
      expect(measured.window).toMatch(/^[\d.ms]+$/)
      const [container] = measured.containers
      expect(container?.name).toBe('app')
      expect(container?.cpuMillicores).toBeGreaterThan(0)
      expect(container?.cpuMillicores).toBeLessThan(1_000)
      expect(container?.memoryBytes).toBeGreaterThan(1024 * 1024)
      expect(container?.memoryBytes).toBeLessThan(1024 * 1024 * 1024)
    },
    patienceMs,
  )

  test('metrics of a pod that is not there are no metrics, not zero', async () => {
    expect(await target.kube.findPodMetrics({ name: 'nobody', namespace })).toBeUndefined()
  })

  test(
    'a watch from a version long past is gone, and a new list is the way on',
    async () => {
      const ref = { name: 'rewritten', namespace }
      const first = await target.kube.create(limitRanges, { metadata: ref })
      const { resourceVersion } = first.metadata
      await target.kube.mergePatch(limitRanges, ref, { metadata: { annotations: { write: '0' } } })
      const started = Date.now()
      let writes = 0
      const fault = await eventually(async () => {
        for (let count = 0; count < writesAtATime; count++) {
          await target.kube.mergePatch(limitRanges, ref, { metadata: { annotations: { write: String(++writes) } } })
          await Bun.sleep(started + writes * target.historyGapMs - Date.now())
        }
        const watch = target.kube.watch(limitRanges, { namespace, resourceVersion })
        const refused = takeUntil(watch, () => true).then(
          () => undefined,
          (fault: unknown) => fault,
        )
        return refused.finally(() => watch.return?.())
      }, patienceMs)
      expect(isKubeError(fault, 'gone')).toBe(true)
      expect(fault).toMatchObject({ status: 410, reason: 'Expired', retryable: false })
      const listing = await target.kube.list(limitRanges, { namespace })
      expect(listing.items[0]?.metadata.annotations).toEqual({ write: String(writes) })
    },
    patienceMs + 20_000,
  )
})
