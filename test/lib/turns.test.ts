import { expect, test } from 'bun:test'
import { Turns } from '../../src/lib/turns'

const gate = () => Promise.withResolvers<void>()

test('what concerns one key happens one after another, in the order of the calls', async () => {
  const turns = new Turns()
  const seen: string[] = []
  const act = (name: string, ms: number) =>
    turns.take('order', async () => {
      seen.push(`${name} begins`)
      await Bun.sleep(ms)
      seen.push(`${name} ends`)
      return name
    })
  expect(await Promise.all([act('a', 5), act('b', 0), act('c', 1)])).toEqual(['a', 'b', 'c'])
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
})

test('different keys don’t wait for each other', async () => {
  const turns = new Turns()
  const open = gate()
  const first = turns.take('a', () => open.promise)
  expect(await turns.take('b', async () => 'b')).toBe('b')
  open.resolve()
  await first
})

test('one that fails tells its caller, and lets the next one in', async () => {
  const turns = new Turns()
  const failing = turns.take('a', async () => {
    throw new Error('no')
  })
  const throwing = turns.take('a', () => {
    throw new Error('at once')
  })
  const next = turns.take('a', async () => 'next')
  await expect(failing).rejects.toThrow('no')
  await expect(throwing).rejects.toThrow('at once')
  expect(await next).toBe('next')
})

test('a thousand turns of one key are taken one at a time, and none is left out', async () => {
  const turns = new Turns()
  let inside = 0
  let most = 0
  let sum = 0
  await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      turns.take('a', async () => {
        most = Math.max(most, ++inside)
        await Promise.resolve()
        sum += index
        inside--
      }),
    ),
  )
  expect([most, sum]).toEqual([1, 499_500])
})

test('nothing is kept of a key that nobody waits for', async () => {
  const turns = new Turns()
  const open = gate()
  const first = turns.take('a', () => open.promise)
  const second = turns.take('a', async () => {})
  expect(turns.size).toBe(1)
  open.resolve()
  await Promise.all([first, second])
  await Bun.sleep(0)
  expect(turns.size).toBe(0)
})

test('who waits too long is told so and does nothing any more, and the next gets its turn', async () => {
  const turns = new Turns()
  const open = gate()
  const first = turns.take('a', () => open.promise, 1)
  let late = false
  const second = turns.take(
    'a',
    async () => {
      late = true
    },
    5,
  )
  const third = turns.take('a', async () => 'third')
  await expect(second).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  open.resolve()
  await first
  expect(await third).toBe('third')
  expect(late).toBe(false)
  await Bun.sleep(0)
  expect(turns.size).toBe(0)
})
