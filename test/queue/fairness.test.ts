import { afterEach, expect, test } from 'bun:test'
import { ManualClock, minute } from '../../src/lib/clock'
import { runJobNow } from '../../src/queue'
import { eventually, type House, openHouse, recording } from './house'

let house: House
afterEach(() => house.close())

const job = (owner: string | undefined, key: string, more = {}) => ({
  ...{ kind: 'work', key, payload: { key }, owner },
  ...more,
})
const many = (owner: string | undefined, count: number, more = {}) =>
  Array.from({ length: count }, (_, n) => job(owner, `${owner}${n}`, more))
const keysOf = (runs: object[]) => runs.map((run) => (run as { key: string }).key)

/** One at a time, and each is let go by hand. */
function oneByOne() {
  const gates: PromiseWithResolvers<void>[] = []
  const work = recording('work', {
    concurrency: 1,
    run: () => {
      const gate = Promise.withResolvers<void>()
      gates.push(gate)
      return gate.promise
    },
  })
  const next = async () => {
    const { length } = work.runs
    gates.at(-1)!.resolve()
    await eventually(() => work.runs.length > length)
  }
  return { work, next, open: () => gates.at(-1)?.resolve() }
}

test('of an owner with thousands waiting and one with a single job, the single one is next but one', async () => {
  house = await openHouse()
  const { work, next, open } = oneByOne()
  house.queue.register(work)
  await house.enqueueAll(many('busy', 3_000))
  house.queue.start()
  await eventually(() => work.runs.length === 1)
  for (let n = 0; n < 5; n++) await next()
  await house.enqueueAll([job('quiet', 'quiet')])
  for (let n = 0; n < 2; n++) await next()
  expect(keysOf(work.runs).slice(6)).toContain('quiet')
  open()
})

test('owners take turns, each in the order in which theirs were enqueued', async () => {
  house = await openHouse()
  const { work, next, open } = oneByOne()
  house.queue.register(work)
  await house.enqueueAll([...many('a', 6), ...many('b', 3), ...many('c', 3)])
  house.queue.start()
  await eventually(() => work.runs.length === 1)
  while (work.runs.length < 12) await next()
  open()
  const order = keysOf(work.runs).map((key) => key[0])
  for (const round of [0, 3, 6]) expect(order.slice(round, round + 3).sort()).toEqual(['a', 'b', 'c'])
  for (const owner of ['a', 'b', 'c'])
    expect(keysOf(work.runs).filter((key) => key[0] === owner)).toEqual(
      many(owner, owner === 'a' ? 6 : 3).map(({ key }) => key),
    )
})

test('what became due in the meantime takes its turn too, however much of one owner it is', async () => {
  const clock = new ManualClock('2030-01-01T00:00:00Z')
  house = await openHouse({ clock })
  const { work, next, open } = oneByOne()
  house.queue.register(work)
  const later = new Date(clock.now().getTime() + minute)
  await house.enqueueAll([...many('busy', 500, { runAt: later }), job('quiet', 'quiet', { runAt: later })])
  clock.advance(minute)
  house.queue.start()
  await eventually(() => work.runs.length === 1)
  // They were all given their place before a second one could begin.
  await eventually(async () => (await house.all()).every(({ status, place }) => status === 'RUNNING' || place !== null))
  for (let n = 0; n < 2; n++) await next()
  expect(keysOf(work.runs)).toContain('quiet')
  open()
})

test('run now means before all others', async () => {
  house = await openHouse()
  const { work, next, open } = oneByOne()
  house.queue.register(work)
  await house.enqueueAll(many('busy', 100))
  house.queue.start()
  await eventually(() => work.runs.length === 1)
  const { id } = await house.job('busy80')
  await house.db.write((tx) => runJobNow(house, tx, id))
  await next()
  expect(keysOf(work.runs)[1]).toBe('busy80')
  open()
})

test('kinds of which many wait leave room for a kind of which none runs', async () => {
  house = await openHouse({ concurrency: 8 })
  const gate = Promise.withResolvers<void>()
  for (const kind of ['one', 'two']) house.queue.register(recording(kind, { run: () => gate.promise }))
  const quick = recording('quick')
  house.queue.register(quick)
  house.queue.start()
  await house.enqueueAll(
    ['one', 'two'].flatMap((kind) => Array.from({ length: 20 }, (_, n) => ({ kind, key: String(n) }))),
  )
  await eventually(async () => (await house.all()).filter(({ status }) => status === 'RUNNING').length === 6)
  await house.enqueue('quick', 'quick')
  await eventually(() => quick.runs.length === 1)
  gate.resolve()
})
