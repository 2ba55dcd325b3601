import { afterEach, expect, test } from 'bun:test'
import { ManualClock, second } from '../../src/lib/clock'
import { listKinds, pauseKind, resumeKind } from '../../src/queue'
import { eventually, type House, openHouse, recording } from './house'

let house: House
afterEach(() => house.close())

const kinds = () => listKinds(house, house.db.read)

test('of a paused kind nothing is begun, in no process and after no restart, until it is resumed', async () => {
  const clock = new ManualClock('2030-01-01T00:00:00Z')
  house = await openHouse({ clock })
  const [work, other] = [recording('work'), recording('other')]
  const [again, otherAgain] = [recording('work'), recording('other')]
  const [after, otherAfter] = [recording('work'), recording('other')]
  for (const kind of [work, other]) house.queue.register(kind)
  house.queue.start()
  // Another process, which does not hear of the pause; and one that starts after it.
  const [elsewhere, late] = [house.anotherQueue(), house.anotherQueue()]
  for (const kind of [again, otherAgain]) elsewhere.register(kind)
  elsewhere.start()
  for (const [queue, runs] of [
    [house.queue, other.runs],
    [elsewhere, otherAgain.runs],
  ] as const) {
    while (runs.length === 0) {
      await house.db.write((tx) => queue.enqueue(tx, { kind: 'other', key: `${Math.random()}` }))
      await eventually(async () => (await house.all()).every(({ status }) => status === 'DONE'))
    }
  }
  expect(await house.db.write((tx) => pauseKind(house, tx, 'work'))).toMatchObject({ pausedAt: clock.now() })
  for (const kind of [after, otherAfter]) late.register(kind)
  late.start()
  await house.enqueueAll([{ kind: 'work', key: 'a' }])
  for (const queue of [house.queue, elsewhere, late]) queue.wake('work')
  await house.enqueue('other', 'second')
  late.wake('other')
  await eventually(async () => (await house.job('second')).status === 'DONE')
  clock.advance(16 * second)
  for (const queue of [house.queue, elsewhere, late]) queue.wake('work')
  await house.enqueue('other', 'third')
  await eventually(async () => (await house.job('third')).status === 'DONE')
  expect([...work.runs, ...again.runs, ...after.runs]).toEqual([])
  expect((await kinds()).find(({ kind }) => kind === 'work')).toMatchObject({
    pausedAt: new Date('2030-01-01T00:00:00Z'),
    counts: { QUEUED: 1 },
  })
  expect(await house.db.write((tx) => resumeKind(house, tx, 'work'))).toMatchObject({ pausedAt: null })
  await eventually(async () => (await house.job('a')).status === 'DONE')
  expect([...work.runs, ...again.runs, ...after.runs]).toHaveLength(1)
})

test('what runs goes on; pausing twice keeps the first time; an unknown kind is not found', async () => {
  house = await openHouse()
  const gate = Promise.withResolvers<void>()
  const work = recording('work', { run: () => gate.promise })
  house.queue.register(work)
  house.queue.start()
  await house.enqueue('work', 'a')
  await eventually(() => work.runs.length === 1)
  const first = await house.db.write((tx) => pauseKind(house, tx, 'work'))
  expect((await house.db.write((tx) => pauseKind(house, tx, 'work'))).pausedAt).toEqual(first.pausedAt)
  gate.resolve()
  await eventually(async () => (await house.job('a')).status === 'DONE')
  for (const verb of [pauseKind, resumeKind])
    await expect(house.db.write((tx) => verb(house, tx, 'nope'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('every kind is listed with its counts and when its oldest was due, also one that nothing here can run', async () => {
  const clock = new ManualClock('2030-01-01T00:00:00Z')
  house = await openHouse({ clock })
  house.queue.register(recording('idle', { cancel: {} }))
  await house.enqueue('stranger', 'a', {}, new Date('2029-12-31T23:59:00Z'))
  await house.enqueue('stranger', 'b')
  expect(await kinds()).toMatchObject([
    { kind: 'idle', runs: { concurrency: 8, maxAttempts: 3 }, counts: { QUEUED: 0 }, oldestDueAt: null },
    { kind: 'stranger', runs: null, counts: { QUEUED: 2 }, oldestDueAt: new Date('2029-12-31T23:59:00Z') },
  ])
})
