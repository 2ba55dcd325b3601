import { describe, expect, test } from 'bun:test'
import type { DesiredInstance } from '../../src/reconcile/desired-instance'
import { newestPod, observe, troubleMustLastMs } from '../../src/reconcile/observe'
import { containerIn, deploymentOf, podOf, viewOf, wantedOf } from './seen'

const now = new Date('2026-01-02T00:00:00Z')
const ago = (ms: number) => new Date(now.getTime() - ms)
const crashing = podOf('a', {}, containerIn({ waiting: { reason: 'CrashLoopBackOff' } }))
const rollingOut = { readyReplicas: 0, availableReplicas: 0 }
const stopped = (last: Partial<DesiredInstance['last']> = {}) =>
  wantedOf({ desiredState: 'STOPPED' }, { status: 'STOPPING', ...last })

test('the pod of an instance is the newest by creation, whatever its phase, and by name within one second', () => {
  const old = podOf('z-old', { createdAt: '2026-01-01T00:00:00Z' })
  const failed = podOf('a-new', { createdAt: '2026-01-01T00:00:05Z', deleting: true }, { phase: 'Failed' })
  const twin = podOf('b-new', { createdAt: '2026-01-01T00:00:05Z' })
  expect(newestPod([])).toBeUndefined()
  expect(newestPod([old, failed])).toBe(failed)
  expect(newestPod([failed, old])).toBe(failed)
  expect(newestPod([twin, old, failed])).toBe(twin)
  expect(newestPod([failed, twin])).toBe(twin)
})

describe('an app that shall run', () => {
  test('is RUNNING when its Deployment is the one wanted, rolled out, and its pod is ready', () => {
    const seen = observe(viewOf(deploymentOf(), [podOf('a')]), wantedOf(), now)
    expect(seen).toMatchObject({ status: 'RUNNING', podName: 'a', observedGeneration: 3, troubleSince: null })
  })

  const notYet = {
    'there is no Deployment': viewOf(undefined, [podOf('a')]),
    'the Deployment is that of an older wish': viewOf(deploymentOf({ appGeneration: 2 }), [podOf('a')]),
    'its controller has not looked at it': viewOf(deploymentOf({ generation: 8 }), [podOf('a')]),
    'it is being deleted': viewOf(deploymentOf({ deleting: true }), [podOf('a')]),
    'there is no pod': viewOf(deploymentOf(), []),
    'the newest pod is on its way out': viewOf(deploymentOf(), [podOf('a', { deleting: true })]),
    'the newest pod is not ready': viewOf(deploymentOf(), [podOf('a', {}, { conditions: [] })]),
    'the older of two pods is still counted': viewOf(deploymentOf({}, { replicas: 2 }), [podOf('a')]),
    'the pod that is ready is of the older template': viewOf(deploymentOf({}, { updatedReplicas: 0 }), [podOf('a')]),
    'it has not been available yet': viewOf(deploymentOf({}, { availableReplicas: 0 }), [podOf('a')]),
  }
  for (const [why, view] of Object.entries(notYet)) {
    test(`is not RUNNING while ${why}`, () => {
      expect(observe(view, wantedOf(), now).status).toBe('PROVISIONING')
      expect(observe(view, wantedOf({}, { status: 'RESTARTING' }), now).status).toBe('RESTARTING')
      expect(observe(view, wantedOf({}, { status: 'RUNNING', everReady: true }), now).status).toBe('STARTING')
    })
  }

  test('that was terminated and deploys again is PROVISIONING, not STARTING', () => {
    const view = viewOf(undefined, [])
    expect(observe(view, wantedOf({}, { status: 'PENDING', everReady: true }), now).status).toBe('PROVISIONING')
    expect(observe(view, wantedOf({}, { status: 'PROVISIONING', everReady: true }), now).status).toBe('PROVISIONING')
  })
})

describe('trouble', () => {
  const view = viewOf(deploymentOf({}, rollingOut), [crashing])

  test('is noted at once and told only when it lasts', () => {
    const first = observe(view, wantedOf(), now)
    expect(first).toMatchObject({
      status: 'PROVISIONING',
      troubleSince: now,
      reasonCode: 'CrashLoopBackOff',
      restarts: 4,
    })
    const shortly = wantedOf({}, { troubleSince: ago(troubleMustLastMs - 1) })
    expect(observe(view, shortly, now).status).toBe('PROVISIONING')
    const long = observe(view, wantedOf({}, { troubleSince: ago(troubleMustLastMs) }), now)
    expect(long.status).toBe('ERROR')
    expect(long.statusReason).toContain('keeps crashing')
  })

  test('that is over before it is told is forgotten', () => {
    const calm = viewOf(deploymentOf({}, rollingOut), [podOf('a', {}, { conditions: [] })])
    const seen = observe(calm, wantedOf({}, { troubleSince: ago(59_000), reasonCode: 'CrashLoopBackOff' }), now)
    expect(seen).toMatchObject({ troubleSince: null, reasonCode: null, statusReason: null })
  })

  test('once told stays told between two crashes, with its reason, until the app is ready', () => {
    const last = {
      status: 'ERROR' as const,
      reasonCode: 'CrashLoopBackOff',
      statusReason: 'It crashes.',
      troubleSince: ago(500_000),
    }
    const between = viewOf(deploymentOf({}, rollingOut), [podOf('a', {}, { conditions: [] })])
    expect(observe(between, wantedOf({}, last), now)).toMatchObject(last)
    const ready = observe(viewOf(deploymentOf(), [podOf('a')]), wantedOf({}, last), now)
    expect(ready).toMatchObject({ status: 'RUNNING', reasonCode: null, statusReason: null, troubleSince: null })
  })

  test('of another kind is told at once where there is an error already', () => {
    const last = { status: 'ERROR' as const, reasonCode: 'ImagePullBackOff', troubleSince: ago(500_000) }
    expect(observe(view, wantedOf({}, last), now)).toMatchObject({ status: 'ERROR', reasonCode: 'CrashLoopBackOff' })
  })

  test('of the pod of an older wish is not held against the newer one', () => {
    const older = viewOf(deploymentOf({ appGeneration: 2 }, rollingOut), [crashing])
    expect(observe(older, wantedOf({}, { status: 'RESTARTING' }), now)).toMatchObject({
      status: 'RESTARTING',
      troubleSince: null,
    })
  })
})

describe('an app that shall stand still', () => {
  const scaledDown = { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 }

  test('is STOPPED when none of its pods is left, and shows none', () => {
    expect(observe(viewOf(deploymentOf({}, scaledDown), []), stopped(), now)).toMatchObject({
      status: 'STOPPED',
      podName: null,
    })
    const ending = podOf('a', { deleting: true })
    expect(observe(viewOf(deploymentOf({}, scaledDown), [ending]), stopped(), now)).toMatchObject({
      status: 'STOPPING',
      podName: null,
    })
  })

  test('is not STOPPED because its pods have not been seen yet: the Deployment has to be the one wanted', () => {
    expect(observe(viewOf(deploymentOf({ appGeneration: 2 }), []), stopped(), now).status).toBe('STOPPING')
    expect(observe(viewOf(undefined, []), stopped(), now).status).toBe('STOPPING')
  })

  test('does not wait for pods that have ended and stay listed', () => {
    const evicted = podOf('a', {}, { phase: 'Failed', reason: 'Evicted' })
    expect(observe(viewOf(deploymentOf({}, scaledDown), [evicted]), stopped(), now).status).toBe('STOPPED')
  })

  test('stays STOPPED through a change of its configuration', () => {
    const wanted = stopped({ status: 'STOPPED' })
    expect(observe(viewOf(deploymentOf({ appGeneration: 2 }, scaledDown), []), wanted, now).status).toBe('STOPPED')
    expect(observe(viewOf(deploymentOf(), [podOf('a')]), wanted, now).status).toBe('STOPPING')
  })
})
