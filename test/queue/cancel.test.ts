import { afterEach, expect, test } from 'bun:test'
import { ManualClock } from '../../src/lib/clock'
import { cancelJob, inheritJobs, type JobKind, jobs, retryJob, runJobNow } from '../../src/queue'
import { eventually, type House, noLog, openHouse, recording } from './house'

let house: House
afterEach(() => house.close())

const cancel = async (key: string) => {
  const { id } = await house.job(key)
  return house.db.write((tx) => cancelJob(house, tx, id))
}
const untilTold: JobKind['run'] = (_, { signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

test('a waiting job is cancelled at once, with what goes with it, and is not run', async () => {
  house = await openHouse()
  const effects: object[] = []
  const work = recording('work', {
    cancel: {
      effect: async (_, payload) => {
        effects.push(payload)
      },
    },
  })
  house.queue.register(work)
  await house.enqueue('work', 'a', { n: 1 })
  expect(await cancel('a')).toMatchObject({ status: 'CANCELLED', place: null })
  expect((await house.job('a')).finishedAt).toBeInstanceOf(Date)
  house.queue.start()
  await house.enqueue('work', 'b')
  await eventually(async () => (await house.job('b')).status === 'DONE')
  expect(work.runs).toHaveLength(1)
  expect(effects).toEqual([{ n: 1 }])
  await expect(cancel('a')).rejects.toMatchObject({ code: 'INVALID_STATE' })
  await expect(cancel('b')).rejects.toMatchObject({ code: 'INVALID_STATE' })
})

test('a running job is told to stop and is cancelled, not tried again', async () => {
  house = await openHouse()
  let effects = 0
  const work = recording('work', { run: untilTold, cancel: { effect: async () => void effects++ } })
  house.queue.register(work)
  house.queue.start()
  await house.enqueue('work', 'a')
  await eventually(() => work.runs.length === 1)
  expect(await cancel('a')).toMatchObject({ status: 'RUNNING', cancelRequestedAt: expect.any(Date) })
  await eventually(async () => (await house.job('a')).status === 'CANCELLED')
  expect(effects).toBe(1)
  expect((await house.job('a')).history).toMatchObject([
    { number: 1, ended: 'CANCELLED', error: 'Cancelled: by an administrator' },
  ])
})

test('one that ends well although it was to be cancelled is done', async () => {
  house = await openHouse()
  const gate = Promise.withResolvers<void>()
  const work = recording('work', { cancel: {}, run: () => gate.promise })
  house.queue.register(work)
  house.queue.start()
  await house.enqueue('work', 'a')
  await eventually(() => work.runs.length === 1)
  // Said by a process that is not the one it runs in, which hears of it only when it renews its lease.
  const elsewhere = house.anotherQueue()
  elsewhere.register(recording('work', { cancel: {} }))
  const { id } = await house.job('a')
  await house.db.write((tx) => cancelJob({ ...house, queue: elsewhere }, tx, id))
  gate.resolve()
  await eventually(async () => (await house.job('a')).status === 'DONE')
})

test('another process hears of it when it renews its lease', async () => {
  const clock = new ManualClock('2030-01-01T00:00:00Z')
  house = await openHouse({ clock })
  const work = recording('work', { cancel: {}, run: untilTold })
  house.queue.register(work)
  house.queue.start()
  await house.enqueue('work', 'a')
  await eventually(() => work.runs.length === 1)
  const elsewhere = house.anotherQueue()
  elsewhere.register(recording('work', { cancel: {} }))
  const { id } = await house.job('a')
  await house.db.write((tx) => cancelJob({ ...house, queue: elsewhere }, tx, id))
  clock.advance(11_000)
  house.queue.wake('work')
  await eventually(async () => (await house.job('a')).status === 'CANCELLED')
})

test('a job whose worker was lost before it could stop is cancelled by whoever takes it over', async () => {
  house = await openHouse()
  let effects = 0
  const work = recording('work', { cancel: { effect: async () => void effects++ } })
  house.queue.register(work)
  const lost = (leaseUntil: Date) =>
    house.db.write((tx) =>
      tx
        .update(jobs)
        .set({ status: 'RUNNING', lease: 1, attempts: 1, leaseUntil, cancelRequestedAt: new Date() })
        .run(),
    )
  await house.enqueue('work', 'a')
  await lost(new Date(Date.now() + 3_600_000))
  await inheritJobs({ ...house, log: noLog }, undefined)
  expect((await house.job('a')).status).toBe('CANCELLED')
  const { id } = await house.job('a')
  expect(await house.db.write((tx) => retryJob(house, tx, id))).toMatchObject({
    ...{ status: 'QUEUED', cancelRequestedAt: null },
  })
  await lost(new Date(Date.now() - 1))
  house.queue.start()
  await eventually(async () => (await house.job('a')).status === 'CANCELLED')
  expect(work.runs).toEqual([])
  expect(effects).toBe(2)
  expect((await house.job('a')).history).toMatchObject([{ ended: 'LOST' }, { ended: 'LOST' }])
})

test('a queue that stops cancels what was to be cancelled, and gives back the rest', async () => {
  house = await openHouse()
  const stuck = recording('work', { cancel: {}, run: () => new Promise(() => {}) })
  house.queue.register(stuck)
  house.queue.start()
  await house.enqueue('work', 'a')
  await house.enqueue('work', 'b')
  await eventually(() => stuck.runs.length === 2)
  const { id } = await house.job('a')
  await house.db.write((tx) => tx.update(jobs).set({ cancelRequestedAt: new Date() }).run())
  await house.db.write((tx) => tx.run(`update jobs set cancel_requested_at = null where id <> '${id}'`))
  await house.queue.stop(0)
  expect((await house.job('a')).status).toBe('CANCELLED')
  expect(await house.job('b')).toMatchObject({ status: 'QUEUED', history: [{ ended: 'GIVEN_BACK', number: 1 }] })
})

test('a kind that says no, or nothing, can’t be cancelled; a kind that nobody knows can', async () => {
  house = await openHouse()
  house.queue.register(recording('money', { cancel: { refused: 'It moves money' } }))
  house.queue.register(recording('silent'))
  for (const kind of ['money', 'silent', 'unknown']) await house.enqueue(kind, kind)
  await expect(cancel('money')).rejects.toMatchObject({ code: 'INVALID_STATE', message: 'It moves money' })
  await expect(cancel('silent')).rejects.toMatchObject({ code: 'INVALID_STATE' })
  expect(await cancel('unknown')).toMatchObject({ status: 'CANCELLED' })
  for (const verb of [cancelJob, retryJob, runJobNow])
    await expect(house.db.write((tx) => verb(house, tx, 'job_nobody'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
