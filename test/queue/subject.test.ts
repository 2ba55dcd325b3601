import { afterEach, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { hour, ManualClock, minute } from '../../src/lib/clock'
import { cancelJob, JobFailure, jobs, retryJob } from '../../src/queue'
import { eventually, type House, openHouse, recording } from './house'

let house: House
afterEach(() => house.close())

const about = (subject: string, key: string, more = {}) => ({ kind: 'work', key, payload: { key }, subject, ...more })
const keysOf = (runs: object[]) => runs.map((run) => (run as { key: string }).key)
const allDone = async () => (await house.all()).every(({ status }) => status === 'DONE')

test('jobs of one subject run one after the other as they were enqueued, those of others beside them', async () => {
  house = await openHouse()
  const gates = new Map(['a1', 'b1'].map((key) => [key, Promise.withResolvers<void>()]))
  const work = recording('work', {
    cancel: {},
    run: async (payload) => gates.get((payload as { key: string }).key)?.promise,
  })
  house.queue.register(work)
  house.queue.start()
  await house.enqueueAll([about('a', 'a1'), about('a', 'a2'), about('b', 'b1'), about('a', 'a3')])
  await eventually(() => work.runs.length === 2)
  expect(keysOf(work.runs)).toEqual(['a1', 'b1'])
  expect(await house.job('a2')).toMatchObject({ status: 'QUEUED', behind: true, place: null })
  await house.enqueueAll([about('b', 'b2')])
  gates.get('b1')!.resolve()
  await eventually(async () => (await house.job('b2')).status === 'DONE')
  expect(keysOf(work.runs)).toEqual(['a1', 'b1', 'b2'])
  gates.get('a1')!.resolve()
  await eventually(allDone)
  expect(keysOf(work.runs)).toEqual(['a1', 'b1', 'b2', 'a2', 'a3'])
})

test('the same subject of another kind is another line', async () => {
  house = await openHouse()
  const gate = Promise.withResolvers<void>()
  house.queue.register(recording('work', { run: () => gate.promise }))
  const other = recording('other')
  house.queue.register(other)
  house.queue.start()
  await house.enqueueAll([about('a', 'a1'), { ...about('a', 'a2'), kind: 'other' }])
  await eventually(() => other.runs.length === 1)
  gate.resolve()
})

test('a job that waits for its next try, or for its time, holds up those behind it', async () => {
  const clock = new ManualClock('2030-01-01T00:00:00Z')
  house = await openHouse({ clock })
  const work = recording('work', {
    run: async (payload, { attempt }) => {
      if ((payload as { key: string }).key === 'a1' && attempt === 1)
        throw new JobFailure('not yet', { retryAfterMs: minute })
    },
  })
  house.queue.register(work)
  house.queue.start()
  const later = new Date(clock.now().getTime() + hour)
  await house.enqueueAll([about('a', 'a1'), about('a', 'a2'), about('b', 'b1', { runAt: later }), about('b', 'b2')])
  await eventually(async () => (await house.job('a1')).lastError !== null)
  house.queue.wake('work')
  await house.enqueueAll([about('c', 'c1')])
  await eventually(async () => (await house.job('c1')).status === 'DONE')
  expect(keysOf(work.runs)).toEqual(['a1', 'c1'])
  clock.advance(hour)
  house.queue.wake('work')
  await eventually(allDone)
  expect(keysOf(work.runs).filter((key) => key.startsWith('a'))).toEqual(['a1', 'a1', 'a2'])
  expect(keysOf(work.runs).filter((key) => key.startsWith('b'))).toEqual(['b1', 'b2'])
})

test('one that is dead or cancelled leaves its line; retried, it goes to the end', async () => {
  house = await openHouse()
  let broken = true
  const gate = Promise.withResolvers<void>()
  const work = recording('work', {
    maxAttempts: 1,
    cancel: {},
    run: async (payload) => {
      const { key } = payload as { key: string }
      if (key === 'a1' && broken) throw new Error('no')
      if (key === 'a3') await gate.promise
    },
  })
  house.queue.register(work)
  await house.enqueueAll(['a1', 'a2', 'a3', 'a4', 'a5'].map((key) => about('a', key)))
  const { id: cancelled } = await house.job('a2')
  await house.db.write((tx) => cancelJob(house, tx, cancelled))
  house.queue.start()
  await eventually(async () => (await house.job('a3')).status === 'RUNNING')
  expect(await house.job('a1')).toMatchObject({ status: 'DEAD' })
  expect(await house.job('a2')).toMatchObject({ status: 'CANCELLED', behind: false })
  broken = false
  const { id: dead } = await house.job('a1')
  expect(await house.db.write((tx) => retryJob(house, tx, dead))).toMatchObject({ status: 'QUEUED', behind: true })
  gate.resolve()
  await eventually(async () => (await house.job('a1')).status === 'DONE')
  expect(keysOf(work.runs)).toEqual(['a1', 'a3', 'a4', 'a5', 'a1'])
})

test('one that is deleted leaves its line', async () => {
  house = await openHouse()
  const work = recording('work')
  house.queue.register(work)
  await house.enqueueAll([about('a', 'a1'), about('a', 'a2')])
  await house.db.write((tx) => tx.delete(jobs).where(eq(jobs.key, 'a1')).run())
  house.queue.start()
  await eventually(async () => (await house.job('a2')).status === 'DONE')
  expect(keysOf(work.runs)).toEqual(['a2'])
})

test('two of one subject can’t run at once, whoever tries', async () => {
  house = await openHouse()
  await house.enqueueAll([about('a', 'a1'), about('a', 'a2')])
  const forced = house.db.write((tx) => tx.update(jobs).set({ behind: false }).where(eq(jobs.key, 'a2')).run())
  await expect(forced).rejects.toThrow('UNIQUE constraint failed')
})
