import { expect, test } from 'bun:test'
import type { Kube, Ref } from '../../src/kube'
import { AppliedObjects } from '../../src/reconcile/applied-objects'
import type { ClusterView, SeenObject } from '../../src/reconcile/cluster-view'
import { type DesiredObject, specHashAnnotation } from '../../src/reconcile/manifests'

const ref = { namespace: 'ns', name: 'app' }
const objectOf = (hash: string) =>
  ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...ref, labels: {}, annotations: { [specHashAnnotation]: hash } },
  }) as unknown as DesiredObject

const ownedBy = (fields: object) => [{ manager: 'minispod', operation: 'Apply', fieldsV1: fields }]

/** An API server that answers when it is told to, and a watch that shows what it is told to. */
function house() {
  let seen: SeenObject | undefined
  let version = 10
  let answer: Promise<void> = Promise.resolve()
  let sent = 0
  const kube = {
    async apply() {
      sent++
      const resourceVersion = String(++version)
      await answer
      return { metadata: { ...ref, resourceVersion, managedFields: ownedBy({ 'f:data': {} }) } }
    },
    remove: async () => true,
  } as unknown as Kube
  const view = { find: (_kind: string, _ref: Ref) => seen } as unknown as ClusterView
  const applied = new AppliedObjects(kube, view)
  return {
    applied,
    sentBy: async (work: () => Promise<unknown>) => {
      const before = sent
      await work()
      return sent - before
    },
    answerAfter: (promise: Promise<void>) => {
      answer = promise
    },
    show: (object: Partial<SeenObject> | undefined) => {
      seen =
        object &&
        ({
          kind: 'Secret',
          ref,
          version,
          deleting: false,
          touchedByOthers: false,
          ownedFields: '',
          ...object,
        } as SeenObject)
    },
  }
}

test('what was just applied counts, although the watch has not shown it', async () => {
  const { applied, sentBy, show } = house()
  expect(await sentBy(() => applied.apply(objectOf('a')))).toBe(1)
  expect(await sentBy(() => applied.apply(objectOf('a')))).toBe(0)
  expect(applied.isUnseen('Secret', ref)).toBe(true)
  show({ hash: 'a', version: 3 })
  expect(applied.isUnseen('Secret', ref)).toBe(false)
})

test('a wish that goes there and back is not taken for done because the watch is behind', async () => {
  const { applied, sentBy, show } = house()
  show({ hash: 'a', version: 5 })
  expect(await sentBy(() => applied.apply(objectOf('a')))).toBe(0)
  expect(await sentBy(() => applied.apply(objectOf('b')))).toBe(1)
  // The watch still shows what was before.
  expect(await sentBy(() => applied.apply(objectOf('a')))).toBe(1)
})

test('an object seen to go while its apply is under way is applied again', async () => {
  const { applied, sentBy, answerAfter } = house()
  const gate = Promise.withResolvers<void>()
  answerAfter(gate.promise)
  const applying = applied.apply(objectOf('a'))
  applied.forget('Secret', ref)
  gate.resolve()
  await applying
  expect(await sentBy(() => applied.apply(objectOf('a')))).toBe(1)
})

test('a field that another hand takes is taken back at once, also shortly after an apply', async () => {
  const { applied, sentBy, show } = house()
  await applied.apply(objectOf('a'))
  show({ hash: 'a', version: 12, ownedFields: 'less of them' })
  expect(await sentBy(() => applied.apply(objectOf('a')))).toBe(1)
})

test('at first sight after a start what others wrote is taken back, what stands is left alone', async () => {
  const { applied, sentBy, show } = house()
  show({ hash: 'a', touchedByOthers: true })
  expect(await sentBy(() => applied.apply(objectOf('a')))).toBe(1)
  const other = house()
  other.show({ hash: 'a' })
  expect(await other.sentBy(() => other.applied.apply(objectOf('a')))).toBe(0)
  other.show({ hash: 'a', deleting: true })
  expect(await other.sentBy(() => other.applied.apply(objectOf('a')))).toBe(1)
})
