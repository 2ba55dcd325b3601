import { expect, test } from 'bun:test'
import { Cron } from 'croner'
import { inArray } from 'drizzle-orm'
import { ManualClock, minute } from '../../src/lib/clock'
import { jobs } from '../../src/queue'
import { scheduleTable } from '../../src/schedules'
import { sharedSystem } from '../support/system'
import { eventually } from './house'

const clock = new ManualClock('2030-01-01T12:00:30Z')
const system = sharedSystem({ clock })
const context = { signal: new AbortController().signal, attempt: 1, jobId: 'job_1' }

const table = async () => scheduleTable((await system()).parts)

test('every line of the table has its own name, a readable time and one sentence', async () => {
  const lines = await table()
  expect(new Set(lines.map(({ name }) => name)).size).toBe(lines.length)
  for (const { cron, does } of lines) {
    expect(new Cron(cron, { timezone: 'Asia/Jakarta', mode: '5-part' }).nextRun()).toBeInstanceOf(Date)
    expect(does).toMatch(/^[A-Z].*\.$/)
  }
})

test('every line runs on a system that has just begun', async () => {
  for (const { name, run } of await table()) {
    const failure = await run(context).catch((fault: unknown) => fault)
    expect({ name, failure }).toEqual({ name, failure: undefined })
  }
})

test('a started table runs its jobs through the queue', async () => {
  const { db, schedules } = (await system()).parts
  await eventually(async () => (await schedules.list()).every(({ lastFiredAt }) => lastFiredAt !== null))
  clock.advance(minute)
  const everyMinute = ['mails.sweep', 'secrets.rewrap', 'subscriptions.due', 'top-ups.poll']
  expect((await schedules.fireDue()).sort()).toEqual(everyMinute)
  const ran = () => db.read.select().from(jobs).where(inArray(jobs.kind, everyMinute)).all()
  await eventually(async () => (await ran()).every(({ status }) => status === 'DONE'))
  expect((await ran()).map(({ kind }) => kind).sort()).toEqual(everyMinute)
})
