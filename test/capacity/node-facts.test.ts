import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { classFactsOf, listedClassOf } from '../../src/features/capacity/class-facts'
import { findMisfit } from '../../src/features/capacity/fit'
import { largestOf, nodeFactsOf } from '../../src/features/capacity/node-facts'
import type { NodeFacts, StorageClassFacts } from '../../src/features/capacity/tables'
import type { Node, StorageClass } from '../../src/kube'

const node = (more: object = {}, spec: object = {}): Node => ({
  metadata: { name: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
  spec,
  status: { allocatable: { cpu: '3900m', memory: '8Gi', pods: '110', 'ephemeral-storage': '53687091200', ...more } },
})

const facts = (more: Partial<NodeFacts>): NodeFacts => ({
  ...{ name: 'n', cpuMillicores: 4_000, memoryMb: 8_192, diskGb: 50, pods: 110 },
  ...{ ready: true, cordoned: false, reserved: false },
  ...more,
})

test('a node is what its kubelet leaves to pods', () => {
  expect(nodeFactsOf(node())).toMatchObject({ cpuMillicores: 3_900, memoryMb: 8_192, diskGb: 50, pods: 110 })
  expect(nodeFactsOf(node({ 'ephemeral-storage': undefined })).diskGb).toBeNull()
})

test.each([
  ['node-role.kubernetes.io/control-plane', 'NoSchedule', true],
  ['dedicated', 'NoExecute', true],
  ['dedicated', 'PreferNoSchedule', false],
  ['node.kubernetes.io/unschedulable', 'NoSchedule', false],
  ['node.kubernetes.io/unreachable', 'NoExecute', false],
])('a taint %s with %s keeps it for others: %p', (key, effect, reserved) => {
  expect(nodeFactsOf(node({}, { taints: [{ key, effect }] })).reserved).toBe(reserved)
})

test('whatever fits on a node that apps may run on fits on one of the largest, and nothing else does', () => {
  const some = fc.record({
    cpuMillicores: fc.integer({ min: 1, max: 6 }),
    memoryMb: fc.integer({ min: 1, max: 6 }),
    diskGb: fc.option(fc.integer({ min: 1, max: 6 })),
    reserved: fc.boolean(),
  })
  const size = fc.record({
    cpuMillicores: fc.integer({ min: 1, max: 6 }),
    memoryMb: fc.integer({ min: 1, max: 6 }),
    storageGb: fc.integer({ min: 0, max: 6 }),
  })
  const onNode: StorageClassFacts = {
    name: 'c',
    provisioner: 'p',
    isDefault: true,
    growable: false,
    enforced: false,
    onNode: true,
  }
  fc.assert(
    fc.property(fc.array(some, { maxLength: 8 }), size, (nodes, wanted) => {
      const all = nodes.map((one) => facts(one))
      const fits = all.some(
        ({ reserved, cpuMillicores, memoryMb, diskGb }) =>
          !reserved &&
          cpuMillicores >= wanted.cpuMillicores &&
          memoryMb >= wanted.memoryMb &&
          (diskGb === null || diskGb >= wanted.storageGb),
      )
      const kept = { largest: largestOf(all), storageClasses: [onNode] }
      const template = { volumes: [{ name: 'data', share: 100 }] }
      expect(findMisfit(kept, undefined, template, wanted) === undefined).toBe(fits)
    }),
  )
})

describe('storage classes', () => {
  const listed = (name: string, provisioner: string, createdAt = '', more: object = {}): StorageClass => ({
    metadata: {
      ...{ name, uid: name, resourceVersion: '1', creationTimestamp: createdAt },
      annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
    },
    provisioner,
    ...more,
  })

  test('K3s’ own holds no app to its size and can’t grow; an unknown one is not judged', () => {
    const [local, other] = classFactsOf([
      listedClassOf(listed('local-path', 'rancher.io/local-path')),
      listedClassOf(listed('other', 'example.com/disks', '', { allowVolumeExpansion: true })),
    ])
    expect(local).toMatchObject({ enforced: false, growable: false, onNode: true })
    expect(other).toMatchObject({ enforced: null, growable: true, onNode: false })
  })

  test('of several defaults the newest counts, as for Kubernetes', () => {
    const classes = classFactsOf([
      listedClassOf(listed('a', 'x', '2026-01-01T00:00:00Z')),
      listedClassOf(listed('b', 'x', '2026-02-01T00:00:00Z')),
      listedClassOf(listed('c', 'x', '2026-01-15T00:00:00Z')),
    ])
    expect(classes.map(({ isDefault }) => isDefault)).toEqual([false, true, false])
  })

  test('an app without data needs none, one with data is refused where there is none', () => {
    const kept = { largest: largestOf([facts({})]), storageClasses: [] }
    const size = { cpuMillicores: 1, memoryMb: 1, storageGb: 1 }
    expect(findMisfit(kept, undefined, { volumes: [] }, size)).toBeUndefined()
    expect(findMisfit(kept, 'gone', { volumes: [{ name: 'data', share: 100 }] }, size)?.code).toBe(
      'INSUFFICIENT_RESOURCES',
    )
    expect(findMisfit(undefined, 'gone', { volumes: [{ name: 'data', share: 100 }] }, size)).toBeUndefined()
  })
})
