import { afterEach, expect, test } from 'bun:test'
import { ManualClock, second } from '../../src/lib/clock'
import type { JobContext } from '../../src/queue'
import { eventually, type House, openHouse, recording } from './house'

let house: House
afterEach(() => house.close())

test('what a job says of itself is seen while it runs, at most once a second, and its renewals are signs of life', async () => {
  const clock = new ManualClock('2030-01-01T00:00:00Z')
  house = await openHouse({ clock, name: 'worker-1' })
  const told = Promise.withResolvers<JobContext>()
  const gate = Promise.withResolvers<void>()
  house.queue.register(
    recording('work', {
      run: async (_, context) => {
        told.resolve(context)
        await gate.promise
      },
    }),
  )
  house.queue.start()
  await house.enqueue('work', 'a')
  const { report } = await told.promise
  const progress = async () => {
    const { progressDone, progressText } = await house.job('a')
    return { done: progressDone, text: progressText }
  }
  expect(await house.job('a')).toMatchObject({ worker: 'worker-1', startedAt: clock.now(), heartbeatAt: clock.now() })
  report!({ done: 1.9, text: 'x'.repeat(1_000) })
  await eventually(async () => (await progress()).done === 1)
  expect((await progress()).text).toHaveLength(200)
  report!({ done: 2 })
  report!({ done: 3 })
  house.queue.wake('work')
  await house.enqueue('work', 'b')
  await eventually(async () => (await house.job('b')).status === 'RUNNING')
  expect((await progress()).done).toBe(1)
  clock.advance(second)
  house.queue.wake('work')
  await eventually(async () => (await progress()).done === 3)
  expect(await progress()).toEqual({ done: 3, text: null })
  clock.advance(11 * second)
  house.queue.wake('work')
  await eventually(async () => (await house.job('a')).heartbeatAt!.getTime() === clock.now().getTime())
  gate.resolve()
  await eventually(async () => (await house.job('a')).status === 'DONE')
  // Nobody listens any more.
  report!({ done: 4 })
})

test('the attempts that failed are kept with their worker and error, the last twenty of them', async () => {
  house = await openHouse({ name: 'worker-1' })
  let tries = 0
  house.queue.register(
    recording('work', {
      maxAttempts: 30,
      run: async () => {
        if (++tries < 25) throw new Error(`try ${tries}`)
      },
    }),
  )
  house.queue.start()
  await house.enqueue('work', 'a')
  await eventually(async () => (await house.job('a')).status === 'DONE')
  const { history, lease } = await house.job('a')
  expect(lease).toBe(25)
  expect(history!.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, n) => n + 5))
  expect(history![0]).toMatchObject({ ended: 'FAILED', worker: 'worker-1', error: 'Error: try 5' })
  expect(history![0]!.endedAt).toBeGreaterThanOrEqual(history![0]!.startedAt!)
})
