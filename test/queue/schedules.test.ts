import { afterEach, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { hour, ManualClock, minute } from '../../src/lib/clock'
import { createSchedules, jobs, type Schedule, type Schedules } from '../../src/queue'
import { eventually, type House, noLog, openHouse } from './house'

let house: House
let clock: ManualClock
const opened: Schedules[] = []

afterEach(async () => {
  for (const schedules of opened.splice(0)) schedules.stop()
  await house.close()
})

const everyMinute: Schedule = {
  name: 'tick',
  cron: '* * * * *',
  does: 'Ticks.',
  deadlineMs: 1_000,
  run: async () => {},
}
const nightly: Schedule = { name: 'night', cron: '30 3 * * *', does: 'Sleeps.', deadlineMs: 1_000, run: async () => {} }

async function openSchedules(table: Schedule[], start = '2030-01-01T12:00:30Z'): Promise<Schedules> {
  clock = new ManualClock(start)
  house = await openHouse({ clock })
  return more(table)
}

function more(table: Schedule[], queue = house.queue): Schedules {
  const schedules = createSchedules({ db: house.db, clock, log: noLog, queue, timeZone: 'Asia/Jakarta' })
  for (const schedule of table) schedules.register(schedule)
  opened.push(schedules)
  return schedules
}

const keys = async () => (await house.all()).map(({ key }) => key)
const finishAll = () => house.db.write((tx) => tx.update(jobs).set({ status: 'DONE' }).run())

test('a schedule seen for the first time begins with its next firing', async () => {
  const schedules = await openSchedules([everyMinute, nightly])
  expect(await schedules.fireDue()).toEqual([])
  clock.advance(minute)
  expect(await schedules.fireDue()).toEqual(['tick'])
  expect(await keys()).toEqual(['tick:2030-01-01T12:01:00.000Z'])
})

test('a firing is one row under the time it was due, however late and however often it is fired', async () => {
  const schedules = await openSchedules([everyMinute])
  await schedules.fireDue()
  clock.set('2030-01-01T12:01:07.500Z')
  await Promise.all([schedules.fireDue(), schedules.fireDue()])
  await finishAll()
  clock.set('2030-01-01T12:01:40Z')
  await schedules.fireDue()
  expect(await keys()).toEqual(['tick:2030-01-01T12:01:00.000Z'])
})

test('two processes with the same table make one job of one firing', async () => {
  const schedules = await openSchedules([everyMinute])
  const other = more([everyMinute], house.anotherQueue())
  await schedules.fireDue()
  clock.advance(minute)
  await Promise.all([schedules.fireDue(), other.fireDue()])
  await finishAll()
  await Promise.all([schedules.fireDue(), other.fireDue()])
  expect(await keys()).toHaveLength(1)
})

test('a firing at the very second of its time is that firing', async () => {
  const schedules = await openSchedules([everyMinute])
  await schedules.fireDue()
  clock.set('2030-01-01T12:01:00Z')
  await schedules.fireDue()
  expect(await keys()).toEqual(['tick:2030-01-01T12:01:00.000Z'])
})

test('after a night of downtime what was missed is fired once, in the billing time zone', async () => {
  const schedules = await openSchedules([everyMinute, nightly], '2030-01-01T12:00:30Z')
  await schedules.fireDue()
  clock.set('2030-01-03T01:00:10Z')
  expect(await schedules.fireDue()).toEqual(['tick', 'night'])
  // 03:30 in Jakarta is 20:30 of the day before in UTC.
  expect((await keys()).sort()).toEqual(['night:2030-01-02T20:30:00.000Z', 'tick:2030-01-03T01:00:00.000Z'])
})

test('while a run still waits, further firings don’t pile up behind it', async () => {
  const schedules = await openSchedules([everyMinute])
  await schedules.fireDue()
  for (let n = 0; n < 3; n++) {
    clock.advance(minute)
    await schedules.fireDue()
  }
  expect(await keys()).toEqual(['tick:2030-01-01T12:01:00.000Z'])
  await finishAll()
  clock.advance(minute)
  await schedules.fireDue()
  expect(await keys()).toEqual(['tick:2030-01-01T12:01:00.000Z', 'tick:2030-01-01T12:04:00.000Z'])
})

test('a paused schedule does not fire, can be run by hand, and after resuming forgets what it missed', async () => {
  const schedules = await openSchedules([everyMinute])
  await schedules.fireDue()
  expect(await house.db.write((tx) => schedules.pause(tx, 'tick'))).toMatchObject({ paused: true, nextFiringAt: null })
  clock.advance(hour)
  expect(await schedules.fireDue()).toEqual([])
  expect(await keys()).toEqual([])
  await house.db.write((tx) => schedules.run(tx, 'tick'))
  expect(await keys()).toEqual([`tick:by-hand:${clock.now().toISOString()}`])
  await finishAll()
  const resumed = await house.db.write((tx) => schedules.resume(tx, 'tick'))
  expect(resumed).toMatchObject({ paused: false, nextFiringAt: new Date('2030-01-01T13:01:00Z') })
  expect(await schedules.fireDue()).toEqual([])
  clock.advance(minute)
  expect(await schedules.fireDue()).toEqual(['tick'])
})

test('a clock that was far ahead for a while does not silence a schedule', async () => {
  const schedules = await openSchedules([everyMinute])
  clock.set('2099-01-01T00:00:30Z')
  await schedules.fireDue()
  clock.set('2030-01-01T12:00:30Z')
  expect(await schedules.fireDue()).toEqual(['tick'])
})

test('after the clock was set back the schedules go on by the new time, once a minute', async () => {
  const schedules = await openSchedules([everyMinute])
  await schedules.fireDue()
  for (let n = 0; n < 5; n++) {
    clock.advance(minute)
    await schedules.fireDue()
    await finishAll()
  }
  clock.set('2030-01-01T12:01:30Z')
  const fired: string[][] = []
  for (let n = 0; n < 4; n++) {
    fired.push(await schedules.fireDue(), await schedules.fireDue())
    await finishAll()
    clock.advance(minute)
  }
  expect(fired).toEqual([['tick'], [], ['tick'], [], ['tick'], [], ['tick'], []])
  expect(await keys()).toHaveLength(9)
})

test('two processes whose clocks differ a little make one job of one firing', async () => {
  const schedules = await openSchedules([everyMinute])
  const ahead = new ManualClock('2030-01-01T12:00:59.900Z')
  clock.set('2030-01-01T12:00:59Z')
  const other = createSchedules({
    ...{
      db: house.db,
      clock: ahead,
      log: noLog,
      queue: house.anotherQueue({ clock: ahead }),
      timeZone: 'Asia/Jakarta',
    },
  })
  other.register(everyMinute)
  await schedules.fireDue()
  for (let n = 0; n < 20; n++) {
    ahead.advance(10_000)
    await other.fireDue()
    clock.advance(10_000)
    await schedules.fireDue()
    await finishAll()
  }
  // From 12:01 to 12:04 by the clock that is ahead.
  expect(await keys()).toHaveLength(4)
})

test('a year forward is one firing', async () => {
  const schedules = await openSchedules([everyMinute])
  await schedules.fireDue()
  clock.set('2031-01-01T12:00:30Z')
  expect(await schedules.fireDue()).toEqual(['tick'])
  expect(await schedules.fireDue()).toEqual([])
  expect(await keys()).toHaveLength(1)
})

/** A night in which the clocks change: what fires by it, minute after minute. */
async function nightOf(from: string, table: Schedule[], timeZone: string): Promise<string[]> {
  clock = new ManualClock(from)
  house = await openHouse({ clock })
  const schedules = createSchedules({ db: house.db, clock, log: noLog, queue: house.queue, timeZone })
  for (const schedule of table) schedules.register(schedule)
  opened.push(schedules)
  await schedules.fireDue()
  for (let n = 0; n < 12 * 60; n++) {
    clock.advance(minute)
    if ((await schedules.fireDue()).length > 0) await finishAll()
  }
  return keys()
}

const within: Schedule = { ...nightly, name: 'within', cron: '30 2 * * *' }
const hourly: Schedule = { ...nightly, name: 'hourly', cron: '15 * * * *' }

test('where the clocks skip an hour, what was due in it comes once, and every hour has its firing', async () => {
  const keys = await nightOf('2030-03-30T20:00:30Z', [within, hourly], 'Europe/Berlin')
  // 02:30 is left out: it comes at 03:00, which is 01:00 in UTC.
  expect(keys.filter((key) => key.startsWith('within'))).toEqual(['within:2030-03-31T01:00:00.000Z'])
  expect(keys.filter((key) => key.startsWith('hourly'))).toHaveLength(12)
})

test('where the clocks repeat an hour, what is due in it comes once, and every hour has its firing', async () => {
  const keys = await nightOf('2030-10-26T20:00:30Z', [within, hourly], 'Europe/Berlin')
  expect(keys.filter((key) => key.startsWith('within'))).toEqual(['within:2030-10-27T00:30:00.000Z'])
  expect(keys.filter((key) => key.startsWith('hourly'))).toHaveLength(12)
})

test('an unknown schedule is not found', async () => {
  const schedules = await openSchedules([everyMinute])
  for (const verb of [schedules.run, schedules.pause, schedules.resume]) {
    await expect(house.db.write((tx) => verb.call(schedules, tx, 'nope'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  }
})

test('a started table fires by itself and its jobs run', async () => {
  const ran = Promise.withResolvers<void>()
  const schedules = await openSchedules(
    [{ ...everyMinute, run: async () => ran.resolve() }],
    '2030-01-01T12:00:59.900Z',
  )
  await schedules.start()
  house.queue.start()
  clock.advance(200)
  await ran.promise
  await eventually(async () => (await house.all())[0]?.status === 'DONE')
  const { lastFiredAt } = (await schedules.list())[0]!
  expect(lastFiredAt).toEqual(new Date('2030-01-01T12:01:00Z'))
  expect(await house.db.read.select().from(jobs).where(eq(jobs.kind, 'tick')).all()).toHaveLength(1)
})
