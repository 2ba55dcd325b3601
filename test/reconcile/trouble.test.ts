import { expect, test } from 'bun:test'
import { KubeError } from '../../src/kube'
import { findRefusal, findTrouble } from '../../src/reconcile/trouble'
import { containerIn, deploymentOf, podOf } from './seen'

const condition = (type: string, status: string, reason: string, message = '') => ({ type, status, reason, message })
const failing = (message: string) =>
  deploymentOf({}, { conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', message)] })
const waiting = (reason: string) => podOf('a', {}, containerIn({ waiting: { reason } }))
const unscheduled = { conditions: [condition('PodScheduled', 'False', 'Unschedulable')] }

const troubles: [string, ReturnType<typeof deploymentOf> | undefined, ReturnType<typeof podOf> | undefined][] = [
  ['ImagePullBackOff', undefined, waiting('ImagePullBackOff')],
  ['ErrImagePull', undefined, waiting('ErrImagePull')],
  ['InvalidImageName', undefined, waiting('InvalidImageName')],
  ['CrashLoopBackOff', undefined, waiting('CrashLoopBackOff')],
  ['CreateContainerConfigError', undefined, waiting('CreateContainerConfigError')],
  // Between two crashes, while it runs for a moment.
  [
    'CrashLoopBackOff',
    undefined,
    podOf('a', {}, containerIn({ running: {} }, { lastState: { terminated: { exitCode: 1 } } })),
  ],
  // Killed for its memory, whatever it is called by now.
  [
    'OOMKilled',
    undefined,
    podOf(
      'a',
      {},
      containerIn(
        { waiting: { reason: 'CrashLoopBackOff' } },
        { lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } },
      ),
    ),
  ],
  ['Unschedulable', undefined, podOf('a', {}, unscheduled)],
  ['Evicted', undefined, podOf('a', {}, { phase: 'Failed', reason: 'Evicted', conditions: [] })],
  ['QuotaExceeded', failing('pods "a" is forbidden: exceeded quota: minispod'), undefined],
  ['PodSecurity', failing('pods "a" is forbidden: violates PodSecurity "restricted"'), undefined],
  ['FailedCreate', failing('something else'), undefined],
  [
    'ProgressDeadlineExceeded',
    deploymentOf({}, { conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded')] }),
    undefined,
  ],
]

for (const [code, deployment, pod] of troubles) {
  test(`${code} is found and told in a sentence without the cluster’s own words`, () => {
    const found = findTrouble(deployment, pod)
    expect(found?.code).toBe(code)
    expect(found?.words).toMatch(/^[A-Z].{15,}\.$/)
    expect(found?.words).not.toContain(code)
  })
}

test('trouble of an init container counts as well', () => {
  const { containerStatuses: initContainerStatuses, conditions } = containerIn({ waiting: { reason: 'ErrImagePull' } })
  expect(findTrouble(undefined, podOf('a', {}, { initContainerStatuses, conditions }))?.code).toBe('ErrImagePull')
})

test('what passes by itself is no trouble', () => {
  const calm = [
    podOf('a'),
    waiting('ContainerCreating'),
    waiting('PodInitializing'),
    podOf(
      'a',
      {},
      {
        ...containerIn({ running: {} }),
        containerStatuses: [
          { ready: true, restartCount: 3, state: { running: {} }, lastState: { terminated: { exitCode: 1 } } },
        ],
      },
    ),
    podOf('a', {}, { phase: 'Pending', conditions: [condition('PodScheduled', 'False', 'SchedulerError')] }),
  ]
  for (const pod of calm) expect(findTrouble(deploymentOf(), pod)).toBeUndefined()
})

test('only what a customer’s app is refused for is told to the customer', () => {
  const fault = (kind: KubeError['kind'], message = '') =>
    new KubeError({ kind, status: 0, reason: '', message, retryable: false })
  expect(findRefusal(fault('invalid'))?.code).toBe('Refused')
  expect(findRefusal(fault('forbidden', 'is forbidden: exceeded quota: minispod'))?.code).toBe('QuotaExceeded')
  const fixed =
    'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support'
  expect(findRefusal(fault('forbidden', `persistentvolumeclaims "a" is forbidden: ${fixed}`))?.code).toBe(
    'VolumeRefused',
  )
  // Our own rights, and what is just gone: nothing the customer’s app did.
  expect(findRefusal(fault('forbidden', 'User "minispod" cannot patch resource "deployments"'))).toBeUndefined()
  expect(findRefusal(fault('unauthorized'))).toBeUndefined()
  expect(findRefusal(fault('not-found', 'namespaces "customer-1" not found'))).toBeUndefined()
})
