import { afterEach, expect, jest, test } from 'bun:test'
import { KeyQueue } from '../../src/reconcile/key-queue'
import { eventually } from '../contract/waiting'

afterEach(() => jest.useRealTimers())

/** Moves the timers, which the test owns, and lets what they began come to its end. */
async function advance(ms: number): Promise<void> {
  jest.advanceTimersByTime(ms)
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}

const options = { concurrency: 4, pace: async () => {}, random: () => 0 }

test('a key is worked on by one worker at a time, others beside it, never more than allowed', async () => {
  const running = new Map<string, number>()
  let most = 0
  const work = async (key: string) => {
    running.set(key, (running.get(key) ?? 0) + 1)
    expect(running.get(key)).toBe(1)
    most = Math.max(most, running.size)
    await Bun.sleep(2)
    running.delete(key)
  }
  const queue = new KeyQueue(work, options)
  for (let round = 0; round < 5; round++) {
    for (let key = 0; key < 20; key++) queue.add(`key ${key}`)
    await Bun.sleep(3)
  }
  await eventually(() => queue.depth === 0)
  expect(most).toBe(4)
  await queue.stop()
})

test('a key added while it is worked on is worked on once more, however often it was added', async () => {
  let runs = 0
  const gate = Promise.withResolvers<void>()
  const queue = new KeyQueue(async () => {
    if (++runs === 1) await gate.promise
  }, options)
  queue.add('a')
  await eventually(() => runs === 1)
  for (let i = 0; i < 10; i++) queue.add('a')
  gate.resolve()
  await eventually(() => queue.depth === 0)
  expect(runs).toBe(2)
})

test('a key that is waiting is not queued a second time', async () => {
  const runs: string[] = []
  const gate = Promise.withResolvers<void>()
  const queue = new KeyQueue(
    async (key) => {
      runs.push(key)
      await gate.promise
    },
    { ...options, concurrency: 1 },
  )
  for (const key of ['a', 'b', 'b', 'c', 'b']) queue.add(key)
  gate.resolve()
  await eventually(() => queue.depth === 0)
  expect(runs).toEqual(['a', 'b', 'c'])
})

test('failing keys starve nobody: the others are worked on at once', async () => {
  const done = new Set<string>()
  const queue = new KeyQueue(
    async (key) => {
      if (key.startsWith('bad')) throw new Error('always')
      done.add(key)
    },
    { ...options, concurrency: 2 },
  )
  for (let i = 0; i < 50; i++) queue.add(`bad ${i}`)
  for (let i = 0; i < 50; i++) queue.add(`good ${i}`)
  await eventually(() => done.size === 50)
  expect(queue.delayed).toBe(50)
  await queue.stop()
})

test('a failing key waits longer each time, and starts anew after a success', async () => {
  jest.useFakeTimers()
  let runs = 0
  let fails = true
  const queue = new KeyQueue(async () => {
    runs++
    if (fails) throw new Error('not yet')
  }, options)
  queue.add('a')
  await advance(0)
  // The half of a second, then of two: the jitter is at its least.
  for (const [waitMs, before] of [
    [500, 1],
    [1_000, 2],
  ] as const) {
    await advance(waitMs - 1)
    expect(runs).toBe(before)
    await advance(1)
    expect(runs).toBe(before + 1)
  }
  fails = false
  queue.retryFailed()
  await advance(0)
  expect([runs, queue.delayed]).toEqual([4, 0])
  fails = true
  queue.add('a')
  await advance(0)
  await advance(499)
  expect(runs).toBe(5)
  await advance(1)
  expect(runs).toBe(6)
  await queue.stop()
})

test('of two times to look again the sooner counts', async () => {
  jest.useFakeTimers()
  let runs = 0
  const queue = new KeyQueue(async () => void runs++, options)
  queue.addAfter('a', 60_000)
  queue.addAfter('a', 40)
  queue.addAfter('a', 50_000)
  await advance(39)
  expect(runs).toBe(0)
  await advance(1)
  expect([runs, queue.delayed]).toEqual([1, 0])
  await queue.stop()
})

test('stopping waits for what is under way, and takes nothing more', async () => {
  const done: string[] = []
  const queue = new KeyQueue(
    async (key) => {
      await Bun.sleep(30)
      done.push(key)
    },
    { ...options, concurrency: 1 },
  )
  queue.add('under way')
  queue.add('waiting')
  queue.addAfter('later', 10_000)
  await Promise.resolve()
  expect(queue.depth).toBe(2)
  await queue.stop()
  expect(done).toEqual(['under way'])
  queue.add('too late')
  queue.addAfter('too late', 0)
  await Bun.sleep(60)
  expect(done).toEqual(['under way'])
})

test('before each key it gives way to requests', async () => {
  let open = false
  const done: string[] = []
  const pace = async () => {
    while (!open) await Bun.sleep(1)
  }
  const queue = new KeyQueue(async (key) => void done.push(key), { ...options, pace })
  for (let i = 0; i < 10; i++) queue.add(`${i}`)
  await Bun.sleep(20)
  expect(done).toEqual([])
  open = true
  await eventually(() => done.length === 10)
})
