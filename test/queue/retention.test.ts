import { afterEach, expect, test } from 'bun:test'
import { day, ManualClock, minute } from '../../src/lib/clock'
import { forgetEndedJobs, type JobStatus, jobs } from '../../src/queue'
import { type House, openHouse } from './house'

let house: House
afterEach(() => house.close())

test('done jobs are forgotten after three days, dead ones after ninety, others never', async () => {
  const clock = new ManualClock('2030-06-01T00:00:00Z')
  house = await openHouse({ clock })
  const now = clock.now().getTime()
  const put = async (key: string, status: JobStatus, age: number) => {
    const at = new Date(now - age)
    const finishedAt = status === 'DONE' || status === 'DEAD' ? at : null
    const row = { id: key, kind: 'k', key, payload: {}, status, runAt: at, createdAt: at, finishedAt }
    await house.db.write((tx) => tx.insert(jobs).values(row).run())
  }
  await put('done-old', 'DONE', 3 * day + minute)
  await put('done-new', 'DONE', 3 * day - minute)
  await put('dead-old', 'DEAD', 90 * day + minute)
  await put('dead-new', 'DEAD', 89 * day)
  await put('queued', 'QUEUED', 200 * day)
  await put('running', 'RUNNING', 200 * day)
  expect(await forgetEndedJobs({ db: house.db, clock })).toBe(2)
  expect((await house.all()).map(({ key }) => key).sort()).toEqual(['dead-new', 'done-new', 'queued', 'running'])
})

test('a large number is deleted in several short transactions, and a signal ends it between two of them', async () => {
  const clock = new ManualClock('2030-06-01T00:00:00Z')
  house = await openHouse({ clock })
  const at = new Date(clock.now().getTime() - 10 * day)
  await house.db.write(async (tx) => {
    for (let n = 0; n < 1_200; n++) {
      const row = {
        id: `j${n}`,
        kind: 'k',
        key: `${n}`,
        payload: {},
        status: 'DONE',
        runAt: at,
        createdAt: at,
        finishedAt: at,
      } as const
      await tx.insert(jobs).values(row).run()
    }
  })
  await expect(forgetEndedJobs({ db: house.db, clock, signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow(
    'stop',
  )
  expect(await house.all()).toHaveLength(1_200)
  expect(await forgetEndedJobs({ db: house.db, clock })).toBe(1_200)
  expect(await house.all()).toEqual([])
})
